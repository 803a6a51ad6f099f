package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.junit.jupiter.api.Test;

class CommitterTest {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Kafka's own stand-in for a consumer, with commits that fail when told to. */
    private static final class Consumer extends MockConsumer<byte[], byte[]> {
        private RuntimeException failure;
        private int commits;

        Consumer() {
            super("none");
        }

        @Override
        public synchronized void commitAsync(
                java.util.Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
            commits++;
            if (failure == null) {
                super.commitAsync(offsets, callback);
            } else {
                callback.onComplete(offsets, failure);
            }
        }
    }

    private final TopicPartition tp = new TopicPartition("t", 0);
    private final PartitionState partition = new PartitionState(tp, new PartitionEpoch("t", 0, 1), 0, null);
    private final Consumer consumer = new Consumer();
    private final PollStats stats = new PollStats();
    private final long beganNs = System.nanoTime();
    private final Committer committer = new Committer(consumer, "p", INTERVAL, stats, beganNs);

    CommitterTest() {
        consumer.assign(Set.of(tp));
        partition.board.progress(5, 5, 50);
    }

    @Test
    void anOffsetThatIsNotConfirmedIsCommittedAgainAtTheNextInterval() {
        // As in spring-projects/spring-kafka#3703.
        // As in astubbs/parallel-consumer#248, which took an offset for committed when it was only sent, and in
        // numaproj/numaflow#3355, where one such error ended the process.
        consumer.failure = new RebalanceInProgressException("rebalance");
        tickAfter(INTERVAL);
        assertThat(partition.board.committed()).isEqualTo(-1);

        consumer.failure = null;
        tickAfter(INTERVAL.multipliedBy(2));

        assertThat(partition.board.committed()).isEqualTo(5);
        assertThat(consumer.committed(Set.of(tp)).get(tp).offset()).isEqualTo(5);
        assertThat(stats.commitFailures().values()).containsExactly(1L);
    }

    @Test
    void anIdlePositionIsCommittedAgainLongBeforeBrokersForgetIt() {
        // As in zendesk/racecar#419 and thomhurst/Dekaf#2259: the offsets of an idle group were gone after a week.
        tickAfter(INTERVAL);
        tickAfter(Duration.ofHours(1));
        assertThat(consumer.commits).isEqualTo(1);

        tickAfter(Duration.ofHours(13));

        assertThat(consumer.commits).isEqualTo(2);
    }

    @Test
    void itIsDoneOnlyWhenAllThatWasReadIsSettledAndCommitted() {
        partition.position = 6;
        assertThat(isDone()).as("one is open, none is committed").isFalse();

        tickAfter(INTERVAL);
        assertThat(isDone()).as("one is open").isFalse();

        partition.board.progress(6, 6, 60);
        assertThat(isDone()).as("the last one is not committed").isFalse();

        tickAfter(INTERVAL.multipliedBy(2));
        assertThat(isDone()).isTrue();

        partition.paused = true;
        assertThat(isDone()).as("it waits for room").isFalse();
        partition.paused = false;
        partition.board.completions("more above it");
        assertThat(isDone()).as("what is done above is not committed").isFalse();
    }

    private boolean isDone() {
        return committer.isDone(List.of(partition));
    }

    private void tickAfter(Duration time) {
        committer.tick(List.of(partition), beganNs + time.toNanos() + TimeUnit.MILLISECONDS.toNanos(1));
    }
}
