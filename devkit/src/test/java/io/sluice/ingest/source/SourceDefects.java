package io.sluice.ingest.source;

import io.sluice.ingest.ring.Position;
import io.sluice.ingest.ring.RecordSlot;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.asm.Advice;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Advice for the edge to Kafka; see {@code io.sluice.devkit.defects.Defect}. One lane only: it all runs on its poll thread. */
final class SourceDefects {
    private static final long LATE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final Map<TopicPartition, OffsetAndMetadata> KEPT = new HashMap<>();
    private static long keptNs;
    private static byte[] before = {};

    private SourceDefects() {}

    static final class StaleSlot {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) RecordSlot slot, @Advice.Argument(2) ConsumerRecord<byte[], byte[]> next) {
            slot.value = stale(slot.value, next.offset());
        }
    }

    static final class ForgetPaused {
        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue("assignment") Assignment assignment) {
            for (PartitionState partition : assignment.all()) {
                partition.paused = false;
            }
        }
    }

    static final class CleanOnSend {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) Map<PartitionState, Position> positions) {
            confirm(positions);
        }
    }

    static final class NoFinalCommit {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    static final class KeepFinalCommit {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.Argument(0) Map<PartitionState, Position> positions) {
            keep(positions);
            return true;
        }
    }

    static final class CommitLate {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.FieldValue("consumer") Consumer<byte[], byte[]> consumer, @Advice.Argument(1) long nowNs) {
            commitKept(consumer, nowNs);
        }
    }

    static byte[] stale(byte[] value, long offset) {
        byte[] last = before;
        before = value;
        return offset % 64 == 63 ? last : value;
    }

    static void confirm(Map<PartitionState, Position> positions) {
        positions.forEach((partition, position) -> {
            partition.board.committed(position.offset());
            partition.confirmedCompletions = position.completions();
        });
    }

    static void keep(Map<PartitionState, Position> positions) {
        positions.forEach((partition, position) -> {
            if (position.offset() >= 0) {
                KEPT.put(partition.tp, new OffsetAndMetadata(position.offset(), position.completions()));
            }
        });
        keptNs = System.nanoTime();
    }

    static void commitKept(Consumer<byte[], byte[]> consumer, long nowNs) {
        if (!KEPT.isEmpty() && nowNs - keptNs >= LATE_NS) {
            consumer.commitAsync(new HashMap<>(KEPT), null);
            KEPT.clear();
        }
    }
}
