package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.PipelineConfig.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** An offset the log does not have: says exactly what is missing; nothing is ever reset silently. */
final class OutOfRange {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST_NAMED = 3;

    private OutOfRange() {}

    /**
     * Moves partitions forward that began at the first record there was and lost it before anything was read: that
     * promised nothing yet.
     *
     * @throws StartFailure for all others
     */
    static void handle(
            OffsetOutOfRangeException e,
            Consumer<byte[], byte[]> consumer,
            Assignment assignment,
            PipelineConfig.Source source)
            throws StartFailure {
        Map<TopicPartition, Long> wrong = e.offsetOutOfRangePartitions();
        Map<TopicPartition, Long> begins;
        Map<TopicPartition, Long> ends;
        try {
            begins = consumer.beginningOffsets(wrong.keySet(), TIMEOUT);
            ends = consumer.endOffsets(wrong.keySet(), TIMEOUT);
        } catch (KafkaException unknown) {
            throw new StartFailure(
                    "out of range: " + wrong + "; the log's range is not known: " + Failures.line(unknown), true, e);
        }
        List<String> lines = new ArrayList<>();
        wrong.forEach((tp, offset) -> {
            long begin = begins.getOrDefault(tp, 0L);
            PartitionState state = assignment.get(tp);
            boolean fromTheFirst = source.start() instanceof Start.Earliest || (state != null && state.delayNs > 0);
            if (state != null && state.fresh && fromTheFirst && offset < begin) {
                consumer.seek(tp, begin);
                state.position = begin;
            } else {
                lines.add(line(tp, offset, begin, ends.getOrDefault(tp, begin)));
            }
        });
        if (!lines.isEmpty()) {
            throw new StartFailure(text(lines, wrong.keySet().iterator().next(), source), false, e);
        }
    }

    /** Such as {@code quakes-3@1234 is out of range [5000, 9000): 3766 records were deleted before delivery}. */
    static String line(TopicPartition tp, long offset, long begin, long end) {
        String where = tp + "@" + offset + " is out of range [" + begin + ", " + end + "): ";
        if (offset < begin) {
            return where + (begin - offset) + " records were deleted before delivery";
        }
        if (offset > end) {
            return where + "the log ends " + (offset - end)
                    + " records before the group's offset; the topic was truncated or made anew";
        }
        return where + "the log was truncated and written again below the group's offset";
    }

    private static String text(List<String> lines, TopicPartition first, PipelineConfig.Source source) {
        String named = String.join("; ", lines.subList(0, Math.min(MOST_NAMED, lines.size())));
        String more = lines.size() > MOST_NAMED ? "; and " + (lines.size() - MOST_NAMED) + " more partitions" : "";
        return named + more + "; nothing was skipped, the offset is unchanged; to go on at the oldest record, stop the "
                + "pipeline and run kafka-consumer-groups --reset-offsets --to-earliest --execute --group "
                + source.group() + " --topic " + first.topic() + ":" + first.partition();
    }
}
