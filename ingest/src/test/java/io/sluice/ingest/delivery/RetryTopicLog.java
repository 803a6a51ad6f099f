package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.RetryHeaders.Moment;
import io.sluice.ingest.delivery.RetryHeaders.Returned;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Retry topics in memory: takes what a world moves there, through its headers, and brings it back when it is due. */
final class RetryTopicLog {
    private record Stored(byte[] key, byte[] value, Header[] headers, long writtenNs) {}

    private final World world;
    private final RetryTiers tiers;
    private final List<PartitionEpoch> partitions = new ArrayList<>();
    private final List<ArrayDeque<Stored>> logs = new ArrayList<>();
    private final long[] next;
    private int seen;

    RetryTopicLog(World world, RetryTiers tiers) {
        this.world = world;
        this.tiers = tiers;
        this.next = new long[tiers.count()];
        for (int tier = 0; tier < tiers.count(); tier++) {
            partitions.add(world.assign("retry", tier));
            logs.add(new ArrayDeque<>());
        }
    }

    /** Writes what waits for it, or fails. */
    void write(BooleanSupplier succeeds) {
        for (; seen < world.delayed.size(); seen++) {
            Delayed delayed = world.delayed.get(seen);
            Entry entry = delayed.entry();
            if (!succeeds.getAsBoolean()) {
                world.delivery.publishFailed(delayed, "failed", world.nowNs);
                continue;
            }
            assertThat(entry.attempts()).as("attempts of what moves").isBetween(1, 2);
            Moment now = new Moment(world.nowNs, wallMs());
            List<Header> headers = RetryHeaders.write(delayed, "p", tiers.delayNs(delayed.tier()), now, true);
            logs.get(delayed.tier())
                    .add(new Stored(entry.key(), entry.value(), headers.toArray(new Header[0]), world.nowNs));
            world.delivery.published(delayed, world.nowNs);
        }
    }

    /** Hands over what is due. */
    void bringBack() {
        for (int tier = 0; tier < logs.size(); tier++) {
            long delayNs = tiers.delayNs(tier);
            ArrayDeque<Stored> log = logs.get(tier);
            while (!log.isEmpty() && log.peek().writtenNs() + delayNs <= world.nowNs) {
                Stored stored = log.remove();
                Returned returned =
                        RetryHeaders.read(stored.headers(), "p", delayNs, new Moment(world.nowNs, wallMs()));
                assertThat(returned).isNotNull();
                assertThat(returned.dueNs()).isLessThanOrEqualTo(world.nowNs);
                world.delivery.returned(
                        partitions.get(tier),
                        next[tier]++,
                        -1,
                        stored.key(),
                        stored.value(),
                        returned.own(),
                        returned.origin(),
                        world.nowNs);
            }
        }
    }

    int waiting() {
        return logs.stream().mapToInt(ArrayDeque::size).sum();
    }

    private long wallMs() {
        return world.nowNs / World.MS;
    }
}
