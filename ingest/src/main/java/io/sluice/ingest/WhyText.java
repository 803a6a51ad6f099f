package io.sluice.ingest;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.Head;
import io.sluice.ingest.delivery.StreamInfo;
import java.util.Locale;

/** The sentence that says what holds a partition. Shows codes and reasons of processors, never keys or values. Pure. */
final class WhyText {
    private static final int SHOWN_HASH = 8;
    private static final int MAX_REASON = 200;

    private WhyText() {}

    /** Of a partition whose oldest unsettled record is known. */
    static String of(DeliveryView.PartitionView partition, Head head, int maxAttempts, DeliveryView view) {
        StringBuilder text =
                new StringBuilder().append(partition.partition()).append('@').append(head.offset());
        text.append(
                head.keyHash().isEmpty()
                        ? " (no key) "
                        : " (key " + head.keyHash().substring(0, SHOWN_HASH) + "…) ");
        text.append(state(head, maxAttempts, view));
        if (!head.code().isEmpty() || !head.reason().isEmpty()) {
            text.append(", last said ").append(said(head));
        }
        text.append("; ");
        text.append(
                partition.settledAbove() == 0
                        ? "no record above it is done"
                        : count(partition.settledAbove(), "record") + " above it "
                                + (partition.settledAbove() == 1 ? "is" : "are") + " done");
        text.append("; the position has not moved for ").append(time(partition.stillNs()));
        return text.toString();
    }

    private static String state(Head head, int maxAttempts, DeliveryView view) {
        String attempt = "attempt " + (head.attempts() + 1) + " of " + maxAttempts;
        return switch (head.where()) {
            case READY -> "waits to be sent: " + blocker(view.blocker());
            case IN_BATCH ->
                "is with " + processor(head.stream()) + " at " + head.stream().target() + " (batch " + head.batchId()
                        + ", " + attempt + ") for " + time(head.leaseAgeNs()) + ", lease left "
                        + time(head.leaseLeftNs());
            case WAITING -> "waits for " + attempt + ", due in " + time(head.dueNs());
            case HELD_BY_PROCESSOR -> "waits because a processor asked for it, for another " + time(head.dueNs());
            case SUSPECT -> "is tried apart from others because streams ended under it";
            case DEAD_LETTER -> "is on its way to the dead-letter topic";
            case RETRY_TOPIC -> "is being moved to its retry topic";
            case PARKING -> "is being written to the parking topic, behind a failing record of its key";
            case PARKING_HELD ->
                "waits behind a failing record of its key and could not be written to the parking topic: "
                        + cut(view.lastParkingFailure()) + "; tried again";
            case PARKING_FULL ->
                "waits behind a failing record of its key, and the index of what is parked is full"
                        + " (retry.parking_index)";
            case DEAD_LETTER_HELD, RETRY_TOPIC_HELD ->
                (head.where() == Head.Where.DEAD_LETTER_HELD
                                ? "waits for its dead letter, which could not be written: "
                                : "waits for its retry topic, which could not be written: ")
                        + cut(view.lastPublishFailure())
                        + (head.dueNs() < 0 ? "" : "; tried again in " + time(head.dueNs()));
            case DEAD_LETTER_FLOOD -> "is not sent: " + view.flood().line();
            case CLOSING -> "is not sent any more: the partition is being given up";
        };
    }

    /** Of a partition that has nothing in memory. */
    static String withoutHead(PipelineStatus.Partition p, boolean retryTopic) {
        String name = p.topic() + "-" + p.partition();
        if (p.lagRecords() == 0) {
            return name + ": everything is settled";
        }
        if (p.lagRecords() < 0) {
            return name + ": nothing is in memory, and Kafka has not told the end of the partition yet";
        }
        String waiting = count(p.lagRecords(), "record") + (p.lagRecords() == 1 ? " waits" : " wait");
        String rest = name + ": " + waiting + " in Kafka from offset " + p.committable() + " on; ";
        if (retryTopic) {
            return rest + "the first of them is read when it is due";
        }
        return rest
                + (p.paused()
                        ? "fetching is paused until what is in memory of other partitions is settled"
                        : "none of them has been fetched yet");
    }

    /** Of a partition whose lane does not answer. */
    static String unknown(PipelineStatus.Partition p) {
        return p.topic() + "-" + p.partition() + ": the lane does not answer; see /livez";
    }

    static String processor(StreamInfo stream) {
        return stream.name() + '/' + stream.version() + ' ' + stream.instanceId();
    }

    private static String blocker(DeliveryView.Blocker blocker) {
        return switch (blocker) {
            case NONE -> "nothing is in its way";
            case NO_STREAM -> "no processor is connected";
            case DEAD_LETTER_FLOOD -> "too many records end as dead letters";
            case HELD_BY_PROCESSOR -> "a processor asked for the pipeline to wait";
            case STREAMS_EJECTED -> "every stream let its leases run out and is left alone for a while";
            case STREAMS_DRAINING -> "every connected processor is draining";
            case NO_CREDIT -> "every connected processor has set its credit to zero";
            case STREAMS_BLOCKED -> "no connected processor reads what it is sent";
            case PROCESSOR_BUSY -> "every processor has as much as it takes";
            case DEAD_LETTER_UNWRITABLE, RETRY_BACKOFF -> "its turn comes next";
        };
    }

    private static String said(Head head) {
        return head.code().isEmpty() || head.reason().isEmpty()
                ? head.code() + cut(head.reason())
                : head.code() + ": " + cut(head.reason());
    }

    private static String cut(String text) {
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
    }

    private static String count(long n, String what) {
        return String.format(Locale.ROOT, "%,d ", n) + (n == 1 ? what : what + "s");
    }

    /** Such as {@code 0.3 s}, {@code 95 s}, {@code 1 h 12 min}. */
    static String time(long ns) {
        double seconds = ns / 1e9;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = (long) seconds;
        if (whole < 3_600) {
            return whole / 60 + " min " + whole % 60 + " s";
        }
        return whole / 3_600 + " h " + whole % 3_600 / 60 + " min";
    }
}
