package io.sluice.ingest.source;

import io.sluice.ingest.delivery.CompletionCodec;
import io.sluice.ingest.delivery.Completions;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.ring.Position;
import io.sluice.ingest.ring.RecordSlot;
import io.sluice.ingest.ring.Revocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions come and go. Runs inside poll, on the poll thread; lets no exception out, since one would end the poll
 * in the middle of a rebalance.
 */
final class Rebalance implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Rebalance.class);
    private static final long GRACE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long LEAVE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long LOST_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long HURRY_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int NAMED = 100;
    private static final Duration COMMIT = Duration.ofSeconds(5);
    private static final Duration COMMIT_NOW = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final String pipeline;
    private final Assignment assignment;
    private final RingWriter writer;
    private final StartPositions starts;
    private final Committer committer;
    private final PollStats stats;
    private final long drainNs;
    private final BooleanSupplier hurry;

    private long retryNs;
    private @Nullable RuntimeException failure;

    /**
     * @param drainNs how long the lane may take to let go of partitions
     * @param hurry whether to stop waiting for it
     */
    Rebalance(
            Consumer<byte[], byte[]> consumer,
            String pipeline,
            Assignment assignment,
            RingWriter writer,
            StartPositions starts,
            Committer committer,
            PollStats stats,
            long drainNs,
            BooleanSupplier hurry) {
        this.consumer = consumer;
        this.pipeline = pipeline;
        this.assignment = assignment;
        this.writer = writer;
        this.starts = starts;
        this.committer = committer;
        this.stats = stats;
        this.drainNs = drainNs;
        this.hurry = hurry;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        guard(partitions, () -> {
            lose(assignment.remove(partitions));
            List<PartitionState> added = assignment.add(partitions);
            say("assigned", added);
            added.forEach(writer::assigned);
            writer.flushWords();
            stats.assigned(added.size());
            position(added);
        });
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        guard(partitions, () -> release(assignment.remove(partitions)));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        guard(partitions, () -> lose(assignment.remove(partitions)));
    }

    /** Gives back everything, as if revoked; before the consumer closes. */
    void releaseAll() {
        List<TopicPartition> all = assignment.topicPartitions();
        guard(all, () -> release(assignment.remove(all)));
    }

    /** Positions what could not be positioned when it was assigned. */
    void retryPositions(long nowNs) {
        List<PartitionState> open = new ArrayList<>();
        for (PartitionState partition : assignment.all()) {
            if (!partition.positioned()) {
                open.add(partition);
            }
        }
        if (!open.isEmpty() && nowNs - retryNs >= 0) {
            position(open);
        }
    }

    /** What went wrong in a callback and cannot be survived; null: nothing. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    private void position(List<PartitionState> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        try {
            starts.resolve(partitions, System.nanoTime());
        } catch (AuthorizationException | AuthenticationException e) {
            failure = e;
        } catch (RuntimeException e) {
            stats.error();
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("partitions", partitions.size())
                    .log("cannot position partitions, will be tried again: {}", Failures.line(e));
        }
        retryNs = System.nanoTime() + RETRY_NS;
        hold(partitions);
    }

    /** What has no position is not fetched, or the consumer would choose one by itself. */
    private void hold(List<PartitionState> partitions) {
        List<TopicPartition> open = new ArrayList<>();
        for (PartitionState partition : partitions) {
            if (!partition.positioned() && !partition.paused) {
                partition.paused = true;
                open.add(partition.tp);
            }
        }
        if (!open.isEmpty()) {
            consumer.pause(open);
        }
    }

    /** Lets the lane finish what is open, then commits where it got to. */
    private void release(List<PartitionState> gone) {
        if (gone.isEmpty()) {
            return;
        }
        say("revoked", gone);
        stats.revoked(gone.size());
        long deadlineNs = System.nanoTime() + (hurry.getAsBoolean() ? 0 : drainNs);
        Revocation revocation = new Revocation(epochs(gone), deadlineNs, false);
        writer.revoked(revocation);
        Map<PartitionEpoch, Position> answers = await(revocation, deadlineNs + GRACE_NS);
        Map<PartitionState, Position> finals = new HashMap<>();
        for (PartitionState partition : gone) {
            // What the board says holds even if the lane did not answer.
            Position board = partition.board.position();
            Position answer = answers.getOrDefault(partition.epoch, board);
            finals.put(partition, answer.offset() >= board.offset() ? answer : board);
        }
        committer.commitFinal(finals, hurry.getAsBoolean() ? COMMIT_NOW : COMMIT);
        leaveParking(gone, answers);
        say("released", gone);
        if (answers.size() < gone.size()) {
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("partitions", gone.size() - answers.size())
                    .log("the lane did not let go in time; what was open will be delivered again");
        }
    }

    /** Tells the parking logs what is done by that commit, so that the next owners need not do it again. */
    private void leaveParking(List<PartitionState> gone, Map<PartitionEpoch, Position> answers) {
        List<PartitionState> parked = gone.stream()
                .filter(p -> p.parking != null && p.board.parking().claimed())
                .filter(p -> p.board.committed() >= 0 && answers.containsKey(p.epoch))
                .toList();
        if (parked.isEmpty() || hurry.getAsBoolean()) {
            return;
        }
        long untilNs = System.nanoTime() + LEAVE_NS;
        Revocation left = new Revocation(epochs(parked), untilNs, false);
        for (PartitionState p : parked) {
            long committed = p.board.committed();
            Completions done = CompletionCodec.decode(
                            p.confirmedCompletions, pipeline, p.tp.topic(), p.tp.partition(), committed)
                    .completions();
            writer.leave(new RecordSlot.Leave(p.epoch, committed, done, left));
        }
        int missing = parked.size() - await(left, untilNs).size();
        if (missing > 0) {
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("partitions", missing)
                    .log("the parking log was not told in time what is done; it will be delivered again");
        }
    }

    /** They are somebody else's already: nothing to commit, nothing to wait for. */
    private void lose(List<PartitionState> gone) {
        if (gone.isEmpty()) {
            return;
        }
        say("lost", gone);
        stats.lost(gone.size());
        long nowNs = System.nanoTime();
        writer.revoked(new Revocation(epochs(gone), nowNs, true));
        while (!writer.flushWords() && System.nanoTime() - nowNs < LOST_NS) {
            LockSupport.parkNanos(this, SLICE_NS / 100);
        }
    }

    private Map<PartitionEpoch, Position> await(Revocation revocation, long latestNs) {
        long untilNs = latestNs;
        boolean hurrying = false;
        try {
            while (true) {
                if (!hurrying && hurry.getAsBoolean()) {
                    hurrying = true;
                    untilNs = Math.min(untilNs, System.nanoTime() + HURRY_NS);
                }
                // While the ring is full: short turns, since room may come at any moment.
                long waitNs = writer.flushWords() ? SLICE_NS : SLICE_NS / 100;
                long leftNs = untilNs - System.nanoTime();
                Map<PartitionEpoch, Position> answers = revocation.await(Math.max(0, Math.min(leftNs, waitNs)));
                if (leftNs <= 0 || answers.size() == revocation.partitions().size()) {
                    return answers;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private void guard(Collection<TopicPartition> partitions, Runnable work) {
        if (partitions.isEmpty()) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException e) {
            stats.error();
            failure = e;
            log.atError().addKeyValue("pipeline", pipeline).log("rebalance failed: {}", Failures.line(e));
        }
    }

    private void say(String what, List<PartitionState> partitions) {
        log.atInfo()
                .addKeyValue("pipeline", pipeline)
                .addKeyValue("partitions", partitions.size())
                .addKeyValue("which", names(partitions))
                .log("partitions {}", what);
    }

    /** {@code topic-partition@epoch}, separated by commas; a line has an end, whatever is assigned. */
    private static String names(List<PartitionState> partitions) {
        String named = partitions.stream()
                .limit(NAMED)
                .map(partition -> partition.tp + "@" + partition.epoch.epoch())
                .collect(Collectors.joining(","));
        return partitions.size() <= NAMED ? named : named + ",...";
    }

    private static List<PartitionEpoch> epochs(List<PartitionState> partitions) {
        return partitions.stream().map(partition -> partition.epoch).toList();
    }
}
