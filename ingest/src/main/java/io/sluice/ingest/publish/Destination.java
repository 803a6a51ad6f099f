package io.sluice.ingest.publish;

import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.publish.DeadLetterRecord.Form;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

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
