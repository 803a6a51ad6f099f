package io.sluice.ingest.ring;

import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import java.util.List;

/** What the edges tell the lane. */
public sealed interface Reply {
    /** A processor has said hello. First reply of a stream. {@code creditBytes} 0: no limit in bytes. */
    record StreamUp(StreamPort stream, StreamInfo info, long creditRecords, long creditBytes) implements Reply {}

    /** A new credit level. {@code creditBytes} 0: no limit in bytes. */
    record CreditLevel(StreamPort stream, long creditRecords, long creditBytes) implements Reply {}

    /** A results frame. */
    record Results(StreamPort stream, List<BatchVerdicts> batches) implements Reply {}

    /** More time asked for. {@code leaseNs <= 0}: the pipeline's lease. */
    record Extend(StreamPort stream, List<Long> batchIds, long leaseNs) implements Reply {}

    /** The processor takes no more batches. */
    record Draining(StreamPort stream, long deadlineNs, String reason) implements Reply {}

    /** The transport takes frames again. */
    record Ready(StreamPort stream) implements Reply {}

    /** A frame the codec refused. */
    record Violation(StreamPort stream, String reason, String text) implements Reply {}

    /**
     * The stream has ended; last reply of a stream that was up.
     *
     * @param why one line
     * @param blame whether the records that were open may have caused it
     */
    record StreamDown(StreamPort stream, String why, boolean blame) implements Reply {}

    /**
     * A letter is durable.
     *
     * @param place its offset there
     */
    record Published(Outgoing letter, long place) implements Reply {}

    /**
     * A letter could not be written.
     *
     * @param why one line for people, naming the topic
     */
    record PublishFailed(Outgoing letter, String why) implements Reply {}
}
