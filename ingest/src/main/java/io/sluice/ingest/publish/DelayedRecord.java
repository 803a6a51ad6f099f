package io.sluice.ingest.publish;

import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.RetryHeaders;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A record for a retry topic: key, value and headers as they came, then {@link RetryHeaders}. Pure. */
final class DelayedRecord {
    private DelayedRecord() {}

    static ProducerRecord<byte[], byte[]> of(
            Delayed delayed, String topic, String pipeline, long delayNs, boolean withReason, long nowNs, Instant now) {
        Entry entry = delayed.entry();
        RetryHeaders.Moment moment = new RetryHeaders.Moment(nowNs, now.toEpochMilli());
        Headers headers = new RecordHeaders();
        for (Header header : RetryHeaders.write(delayed, pipeline, delayNs, moment, withReason)) {
            headers.add(new RecordHeader(header.name(), header.value()));
        }
        return new ProducerRecord<>(topic, null, now.toEpochMilli(), entry.key(), entry.value(), headers);
    }
}
