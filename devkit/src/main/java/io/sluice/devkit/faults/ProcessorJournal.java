package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import io.sluice.devkit.oracle.LogWriter;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.Record;
import java.util.ArrayList;
import java.util.List;

/** Writes the logs D and A of a processor: one call to the kernel for each batch and each answer. Thread-safe. */
final class ProcessorJournal {
    /** Detail of the event that says that a record has ended the process. */
    static final String BY_A_RECORD = "by a record";

    private final String processor;
    private final LogWriter log;

    /** A range of a batch's records with one verdict; {@code count} of at least 1. */
    record Range(int first, int count, Verdict verdict) {}

    ProcessorJournal(String processor, LogWriter log) {
        this.processor = processor;
        this.log = log;
    }

    void delivered(String gateway, String stream, Batch batch, List<Payload> payloads) {
        List<Delivered> lines = new ArrayList<>(batch.getRecordsCount());
        long now = System.currentTimeMillis();
        for (int i = 0; i < batch.getRecordsCount(); i++) {
            Record record = batch.getRecords(i);
            lines.add(new Delivered(
                    now,
                    processor,
                    gateway,
                    stream,
                    batch.getBatchId(),
                    i,
                    record.getGroup(),
                    record.getAttempt(),
                    record.getTopic(),
                    record.getPartition(),
                    record.getOffset(),
                    LogRecord.key(record.hasKey() ? record.getKey().toByteArray() : null),
                    payloads.get(i).uid(),
                    LogRecord.sha(record.hasValue() ? record.getValue().toByteArray() : null)));
        }
        log.write(lines);
    }

    void answered(String gateway, String stream, long batch, List<Range> ranges) {
        long now = System.currentTimeMillis();
        log.write(ranges.stream()
                .map(range -> new Answered(
                        now,
                        processor,
                        gateway,
                        stream,
                        batch,
                        range.first(),
                        range.count(),
                        range.verdict(),
                        -1,
                        false))
                .toList());
    }

    /** The process is about to end without a word to anybody. */
    void dies() {
        log.write(new Event(System.currentTimeMillis(), EventKind.PROCESSOR_KILL, processor, BY_A_RECORD));
    }

    /** A stream is over: nothing that was open on it will be answered. */
    void ended(String stream) {
        log.write(new Event(System.currentTimeMillis(), EventKind.STREAM_END, processor, stream));
    }
}
