package io.sluice.devkit.demo;

import io.sluice.devkit.kafka.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Looks at broker, journal and gateway from time to time. Not thread-safe. */
final class Sampler {
    private final Admin admin;
    private final AdminApi gateway;
    private final Journal journal;
    private final int partitions;

    Sampler(Admin admin, AdminApi gateway, Journal journal, int partitions) {
        this.admin = admin;
        this.gateway = gateway;
        this.journal = journal;
        this.partitions = partitions;
    }

    Sample take(long elapsedMs, long expected, long produced) {
        journal.readOn();
        // Committed before ends: the other way round a record produced in between could hide a lag.
        Map<TopicPartition, Long> committed = Topics.committed(admin, GatewayStart.GROUP);
        Map<TopicPartition, Long> ends = ends();
        Long buried = ends.remove(new TopicPartition(GatewayStart.DEAD_LETTER_TOPIC, 0));
        return new Sample(
                elapsedMs,
                expected,
                produced,
                committed.values().stream().mapToLong(Long::longValue).sum(),
                Topics.lag(ends, committed),
                gateway.inFlight(),
                journal.count(Attempt.Outcome.ACK),
                journal.count(Attempt.Outcome.RETRY),
                buried == null ? 0 : buried,
                new TreeMap<>(journal.rejects()));
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int p = 0; p < partitions; p++) {
            wanted.put(new TopicPartition(GatewayStart.TOPIC, p), OffsetSpec.latest());
        }
        wanted.put(new TopicPartition(GatewayStart.DEAD_LETTER_TOPIC, 0), OffsetSpec.latest());
        try {
            Map<TopicPartition, ListOffsetsResultInfo> found =
                    admin.listOffsets(wanted).all().get(60, TimeUnit.SECONDS);
            Map<TopicPartition, Long> ends = new HashMap<>();
            found.forEach((partition, info) -> ends.put(partition, info.offset()));
            return ends;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker does not tell its offsets: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for offsets", e);
        }
    }
}
