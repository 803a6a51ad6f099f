package io.sluice.devkit.faults;

import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.Record;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Writes the logs D and A of a processor: one call to the kernel for each batch and each answer. Thread-safe. */
final class ProcessorJournal {
    private final String processor;
    private final LogWriter log;

    /** A range of a batch's records with one verdict; {@code count} of at least 1. */
    record Range(int first, int count, String verdict) {}

    ProcessorJournal(String processor, LogWriter log) {
        this.processor = processor;
        this.log = log;
    }

    void delivered(String gateway, String stream, Batch batch, List<Payload> payloads) {
        StringBuilder lines = new StringBuilder(batch.getRecordsCount() * 260);
        long now = LogWriter.nowMicros();
        for (int i = 0; i < batch.getRecordsCount(); i++) {
            Record record = batch.getRecords(i);
            head(lines, 'D', now, gateway, stream, batch.getBatchId());
            lines.append(",\"index\":")
                    .append(i)
                    .append(",\"group\":")
                    .append(record.getGroup())
                    .append(",\"attempt\":")
                    .append(record.getAttempt())
                    .append(",\"topic\":\"")
                    .append(record.getTopic())
                    .append("\",\"partition\":")
                    .append(record.getPartition())
                    .append(",\"offset\":")
                    .append(record.getOffset())
                    .append(",\"key\":\"")
                    .append(record.getKey().toString(StandardCharsets.US_ASCII))
                    .append("\",\"uid\":\"")
                    .append(payloads.get(i).uid())
                    .append("\",\"sha\":\"")
                    .append(Payload.sha(record.getValue().toByteArray()))
                    .append("\"}\n");
        }
        log.write(lines);
    }

    void answered(String gateway, String stream, long batch, List<Range> ranges) {
        StringBuilder lines = new StringBuilder();
        long now = LogWriter.nowMicros();
        for (Range range : ranges) {
            head(lines, 'A', now, gateway, stream, batch);
            lines.append(",\"first\":")
                    .append(range.first())
                    .append(",\"count\":")
                    .append(range.count())
                    .append(",\"verdict\":\"")
                    .append(range.verdict().toUpperCase(Locale.ROOT))
                    .append("\",\"retryAfterMs\":-1}\n");
        }
        log.write(lines);
    }

    private void head(StringBuilder line, char type, long now, String gateway, String stream, long batch) {
        line.append("{\"type\":\"")
                .append(type)
                .append("\",\"t\":")
                .append(now)
                .append(",\"processor\":\"")
                .append(processor)
                .append("\",\"gateway\":\"")
                .append(gateway)
                .append("\",\"stream\":\"")
                .append(stream)
                .append("\",\"batch\":")
                .append(batch);
    }
}
