package io.sluice.ingest.publish;

import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.ParkingHeaders;
import io.sluice.ingest.delivery.ParkingWrite;
import io.sluice.ingest.publish.DeadLetterRecord.Form;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Where letters go: a topic, and how a letter looks there. Owned by: publish thread. */
sealed interface Destination {
    /** Such as {@code dead-letter topic}. */
    String kind();

    String topicName();

    OwnTopic topic();

    /**
     * @param nowNs on the lane's clock
     * @param now the same moment on the wall clock
     * @param keepTimestamp false: the topic refuses the original's
     */
    ProducerRecord<byte[], byte[]> record(Outgoing letter, Form form, boolean keepTimestamp, long nowNs, Instant now);

    /** The dead-letter topic. */
    record Dead(String topicName, OwnTopic topic, DeadLetterRecord records) implements Destination {
        static final String KIND = "dead-letter topic";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public ProducerRecord<byte[], byte[]> record(
                Outgoing letter, Form form, boolean keepTimestamp, long nowNs, Instant now) {
            return records.of((DeadLetter) letter, form, keepTimestamp, nowNs, now);
        }
    }

    /** The parking topic of a source topic, partition by partition. Its entries are written whole or not at all. */
    record Parking(String topicName, OwnTopic topic) implements Destination {
        static final String KIND = "parking topic";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public ProducerRecord<byte[], byte[]> record(
                Outgoing letter, Form form, boolean keepTimestamp, long nowNs, Instant now) {
            Entry entry = letter.entry();
            Headers headers = new RecordHeaders();
            for (Header header : ParkingHeaders.write((ParkingWrite) letter)) {
                headers.add(new RecordHeader(header.name(), header.value()));
            }
            return new ProducerRecord<>(
                    topicName, entry.partitionNumber(), now.toEpochMilli(), entry.key(), entry.value(), headers);
        }
    }

    /** A retry topic. The record is as old there as its last move, so that retention counts from that. */
    record Retry(String topicName, OwnTopic topic, String pipeline, long delayNs) implements Destination {
        static final String KIND = "retry topic";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public ProducerRecord<byte[], byte[]> record(
                Outgoing letter, Form form, boolean keepTimestamp, long nowNs, Instant now) {
            return DelayedRecord.of((Delayed) letter, topicName, pipeline, delayNs, form == Form.FULL, nowNs, now);
        }
    }
}
