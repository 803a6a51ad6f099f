package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.CompletionCodec;
import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The poll thread: reads the logs, admits records within the budget, commits what the lane says, answers rebalances. In
 * the callback of a rebalance it waits for the lane and does nothing else, as the real one.
 */
final class SimConsumer {
    private static final long MOST_REST = 60 * Plan.SECOND;
    /** What the real one gives the lane beyond the deadline. */
    private static final long PATIENCE = 2 * Plan.SECOND;

    private static final int MOST_POLLED = 500;

    private final World world;
    private final Dice dice;
    private final Broker broker;
    private final List<Held> held = new ArrayList<>();
    private @Nullable Handover waiting;

    private long restNs = Plan.MS;
    private long pollAt = Long.MAX_VALUE;
    private int pollVersion;
    private long lastCommit;
    private int turn;
    private long untilDue = MOST_REST;

    SimConsumer(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
        this.broker = new Broker(world, dice);
    }

    void begin() {
        schedule(0);
    }

    void heal() {
        wake();
    }

    void gatewayCrashed() {
        held.clear();
        waiting = null;
        broker.gatewayCrashed();
        pollAt = Long.MAX_VALUE;
        pollVersion++;
        schedule(world.pace(dice));
    }

    /** Something may be there to do. */
    void wake() {
        restNs = Plan.MS;
        if (world.now() + 5 * Plan.MS < pollAt) {
            schedule((1 + dice.below(5)) * Plan.MS);
        }
    }

    private void schedule(long delay) {
        pollAt = world.now() + delay;
        int version = ++pollVersion;
        world.agenda.in(delay, () -> {
            if (version == pollVersion) {
                poll();
            }
        });
    }

    private void poll() {
        int moved = 0;
        if (waiting == null) {
            for (int i = 0; i < held.size(); i++) {
                fetch(held.get(i));
            }
            moved = feed();
            if (world.now() - lastCommit >= world.plan.commitIntervalNs()) {
                lastCommit = world.now();
                moved += commit();
            }
        }
        restNs = moved > 0 ? Plan.MS : Math.min(MOST_REST, restNs * 2);
        schedule(Math.min(restNs, untilDue));
    }

    private void fetch(Held h) {
        PartitionLog log = h.epoch.log;
        if (!h.carry.isEmpty() || h.handed - h.boardSettled >= share()) {
            return;
        }
        int n = Math.min(log.size() - h.cursor, dice.chance(50) ? dice.below(MOST_POLLED) : 1 + dice.below(24));
        for (int i = 0; i < n; i++) {
            int c = h.cursor++;
            h.carry.addLast(new Rec(
                    h.epoch,
                    log.offset(c),
                    log.key(c),
                    Payloads.bytesOf(log.key(c), log.bytes(c)),
                    log.kind(c),
                    log.leaderOf(c)));
        }
    }

    private int feed() {
        int moved = 0;
        untilDue = MOST_REST;
        for (int i = 0; i < held.size(); i++) {
            Held h = held.get((turn + i) % held.size());
            while (!h.carry.isEmpty()
                    && h.handed - h.boardSettled < share()
                    && isDue(h.carry.peekFirst())
                    && world.lane.record(h.carry.peekFirst())) {
                h.carry.removeFirst();
                h.handed++;
                moved++;
            }
            if (h.carry.isEmpty()) {
                tellPosition(h);
            }
        }
        turn = held.isEmpty() ? 0 : (turn + 1) % held.size();
        return moved;
    }

    /** Of a retry topic the first record is looked at; what comes behind it is due later. */
    private boolean isDue(Rec rec) {
        if (rec.epoch.log.tier < 0 || world.retryTopics.due(rec)) {
            return true;
        }
        untilDue = Math.min(untilDue, rec.dueAt - world.now());
        return false;
    }

    private void tellPosition(Held h) {
        long position = h.epoch.log.positionAt(h.cursor);
        if (position != h.told) {
            h.told = position;
            world.lane.word(() -> world.lane.position(h.epoch, position));
        }
    }

    private int share() {
        return Math.max(1, world.plan.budget() / Math.max(1, held.size()));
    }

    /** Commits what has moved, one request for each partition at a time. */
    private int commit() {
        int n = 0;
        for (Held h : held) {
            if (!h.committing && h.saysMore()) {
                long position = h.boardCommittable;
                String metadata = h.boardMetadata;
                h.committing = true;
                n++;
                broker.commit(h.epoch, position, metadata, good -> {
                    h.committing = false;
                    if (good) {
                        h.committed = position;
                        h.committedMetadata = metadata;
                    }
                    wake();
                });
            }
        }
        return n;
    }

    // What the lane says.

    void progress(PartitionEpoch id, long committable, long settled) {
        for (int i = 0; i < held.size(); i++) {
            Held h = held.get(i);
            if (h.epoch.id == id) {
                h.boardCommittable = committable;
                h.boardSettled = settled;
            }
        }
    }

    void completions(PartitionEpoch id, String metadata) {
        for (int i = 0; i < held.size(); i++) {
            Held h = held.get(i);
            if (h.epoch.id == id) {
                h.boardMetadata = metadata;
            }
        }
    }

    void letGo(EpochModel epoch, long committable, String metadata) {
        Handover revocation = waiting;
        if (revocation == null) {
            return;
        }
        for (int i = 0; i < revocation.partitions.size(); i++) {
            if (revocation.partitions.get(i).epoch == epoch && !revocation.answered[i]) {
                revocation.answered[i] = true;
                revocation.positions[i] = committable;
                revocation.metadata[i] = metadata;
                revocation.open--;
            }
        }
        if (revocation.open == 0) {
            // The poll thread wakes a moment later, not within the lane's cycle.
            world.agenda.in(1_000, () -> finish(revocation));
        }
    }

    // What the group wants.

    boolean busy() {
        return waiting != null;
    }

    boolean holds(PartitionLog log) {
        return heldOf(log) != null;
    }

    void assign(PartitionLog log) {
        EpochModel epoch = world.judge.open(log);
        log.ownerEpoch = epoch.number();
        long start = log.start();
        held.add(new Held(epoch, log.indexOf(start)));
        world.lane.word(() -> world.lane.assigned(epoch, start));
        restore(epoch, log);
        wake();
    }

    /** As the real one: what the commit says of records above it goes to the lane before the first record. */
    private void restore(EpochModel epoch, PartitionLog log) {
        String metadata = log.metadata();
        CompletionCodec.Decoded decoded =
                CompletionCodec.decode(metadata, Plan.PIPELINE, epoch.id.topic(), log.number, log.committed());
        if (!decoded.problem().isEmpty()) {
            throw new Broken("CODEC", epoch + ": its own metadata is refused: " + decoded.problem());
        }
        Snapshot snapshot = log.snapshots.get(metadata);
        if (snapshot != null && !decoded.completions().isEmpty()) {
            world.lane.word(() -> world.lane.restored(epoch, decoded.completions(), snapshot));
        }
    }

    /** Gives partitions back. {@code then} happens when they are no longer ours. */
    void revoke(List<PartitionLog> logs, long graceNs, Runnable then) {
        List<Held> gone = remove(logs);
        Handover revocation = new Handover(gone, then);
        waiting = revocation;
        long deadline = world.now() + graceNs;
        List<EpochModel> epochs = gone.stream().map(h -> h.epoch).toList();
        world.lane.word(() -> world.lane.revoke(epochs, deadline));
        world.agenda.in(graceNs + PATIENCE, () -> finish(revocation));
    }

    /** They are somebody else's already. */
    void lose(List<PartitionLog> logs) {
        List<Held> gone = remove(logs);
        for (Held h : gone) {
            h.epoch.log.ownerEpoch = 0;
        }
        List<EpochModel> epochs = gone.stream().map(h -> h.epoch).toList();
        world.lane.word(() -> world.lane.lost(epochs));
    }

    private List<Held> remove(List<PartitionLog> logs) {
        List<Held> gone = new ArrayList<>();
        for (PartitionLog log : logs) {
            Held h = heldOf(log);
            if (h != null) {
                held.remove(h);
                gone.add(h);
            }
        }
        return gone;
    }

    private @Nullable Held heldOf(PartitionLog log) {
        for (Held h : held) {
            if (h.epoch.log == log) {
                return h;
            }
        }
        return null;
    }

    /** The lane has answered, or the poll thread has waited long enough: a last commit, and they are gone. */
    private void finish(Handover revocation) {
        if (waiting != revocation) {
            return;
        }
        waiting = null;
        for (int i = 0; i < revocation.partitions.size(); i++) {
            Held h = revocation.partitions.get(i);
            if (revocation.answered[i]) {
                broker.commitNow(h.epoch, revocation.positions[i], revocation.metadata[i]);
            } else {
                broker.commitNow(h.epoch, h.boardCommittable, h.boardMetadata);
            }
            h.epoch.log.ownerEpoch = 0;
        }
        revocation.then.run();
        wake();
    }
}
