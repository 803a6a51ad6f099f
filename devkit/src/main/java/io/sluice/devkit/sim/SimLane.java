package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Trace.What;
import io.sluice.ingest.delivery.Completions;
import io.sluice.ingest.delivery.Delivery;
import io.sluice.ingest.delivery.Effects;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Flood;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Invariants;
import io.sluice.ingest.delivery.Observer;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.ArrayDeque;

/**
 * The lane, with the shipped core in it: its rings, and its cycle in the order of the real one. A step is one call of
 * the core; after each of them the judge compares. The lane sleeps as long as the core says it may, so a deadline that
 * the core forgets to name is missed here too.
 */
final class SimLane implements Effects, Observer {
    private static final long MOST_REST = 3_600 * Plan.SECOND;
    /** As the real lane: it looks again after a second whether the publisher has room. */
    private static final long REST_WITH_LETTERS = Plan.SECOND;

    private static final int HOT = 2_000;

    private final World world;
    private final Dice dice;
    private final ArrayDeque<Runnable> replies = new ArrayDeque<>();
    private final ArrayDeque<Object> records = new ArrayDeque<>();
    private Delivery delivery;
    private Invariants core;

    private long wakeAt = Long.MAX_VALUE;
    private int wakeVersion;
    private int cyclesNow;
    private long lastCycle = -1;
    private boolean losing;
    private Flood.State flood = Flood.State.CLOSED;
    private int life;

    SimLane(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
        this.delivery = new Delivery(world.plan.settings(), this, this);
        this.core = new Invariants(delivery);
    }

    Invariants core() {
        return core;
    }

    Delivery delivery() {
        return delivery;
    }

    Flood.State flood() {
        return flood;
    }

    String describe() {
        return delivery.view(clock()).toString();
    }

    /** The gateway's clock. */
    long clock() {
        return world.plan.clockStartNs() + world.now();
    }

    /** Grows with each crash. */
    int life() {
        return life;
    }

    void gatewayCrashed() {
        life++;
        replies.clear();
        records.clear();
        delivery = new Delivery(world.plan.settings(), this, this);
        core = new Invariants(delivery);
        flood = Flood.State.CLOSED;
        wakeAt = Long.MAX_VALUE;
        wakeVersion++;
    }

    // What others put into the rings.

    void reply(Runnable reply) {
        replies.addLast(reply);
        wake();
    }

    void word(Runnable word) {
        records.addLast(word);
        wake();
    }

    /** False: the ring is full. */
    boolean record(Rec rec) {
        if (records.size() >= world.plan.ringSize() || dice.chance(world.rate(Fault.RING_FULL))) {
            return false;
        }
        records.addLast(rec);
        wake();
        return true;
    }

    private void wake() {
        long pause =
                dice.chance(world.rate(Fault.LANE_PAUSE)) ? dice.below(40_000) * Plan.MS : dice.below(300) * 1_000L;
        wakeIn(pause, false);
    }

    private void wakeIn(long delay, boolean always) {
        long at = world.now() + delay;
        if (always || at < wakeAt) {
            wakeAt = at;
            int version = ++wakeVersion;
            world.agenda.in(delay, () -> {
                if (version == wakeVersion) {
                    cycle();
                }
            });
        }
    }

    private void cycle() {
        cyclesNow = world.now() == lastCycle ? cyclesNow + 1 : 0;
        lastCycle = world.now();
        if (cyclesNow > HOT) {
            throw new Broken("HOT", "the lane has no rest: " + describe());
        }
        for (Runnable reply; (reply = replies.pollFirst()) != null; ) {
            reply.run();
            stepped();
        }
        tick();
        for (Object word; (word = records.pollFirst()) != null; ) {
            if (word instanceof Rec rec) {
                receive(rec);
            } else {
                ((Runnable) word).run();
            }
            stepped();
        }
        dispatch();
        delivery.tellNews(clock());
        stepped();
        wakeAt = Long.MAX_VALUE;
        long most = core.lettersWaiting() > 0 ? REST_WITH_LETTERS : MOST_REST;
        long rest = delivery.idleNs(clock(), most);
        mayRest(world.now() + rest);
        wakeIn(rest, true);
        world.consumer.wake();
    }

    /** The core must not let the lane sleep through something that is due. */
    private void mayRest(long until) {
        world.judge.nothingDueBefore(until, world.now());
        for (int i = 0; i < world.streams.size(); i++) {
            world.streams.get(i).view.nothingDueBefore(until);
        }
    }

    private void tick() {
        int n = delivery.tick(clock());
        world.trace.add(world.now(), What.TICK, n, 0, 0);
        world.judge.nothingOverdue(core.flood(clock()) == Flood.State.CLOSED, world.now());
        for (int i = 0; i < world.streams.size(); i++) {
            world.streams.get(i).view.nothingOverdue(world.now());
        }
        stepped();
    }

    private void dispatch() {
        long largest = 0;
        for (int i = 0; i < world.streams.size(); i++) {
            largest = Math.max(largest, world.streams.get(i).view.frameBytes);
        }
        world.judge.markRefusable(largest);
        int n = delivery.dispatch(clock());
        world.trace.add(world.now(), What.DISPATCH, n, 0, 0);
        stepped();
    }

    private void stepped() {
        world.steps++;
        Flood.State now = core.flood(clock());
        if (now != flood) {
            flood = now;
            world.trace.add(world.now(), What.FLOOD, now.ordinal(), 0, 0);
        }
        lookAtBreaker();
        world.judge.compare(core, world.now());
    }

    void lookAtBreaker() {
        world.judge.flood.compare(core.flood(clock()), delivery.stats().floods.get(), world.now());
    }

    // Words of the record ring.

    private void receive(Rec rec) {
        world.trace.add(world.now(), What.RECEIVED, rec.epoch.number(), rec.offset, rec.key);
        boolean taken = world.judge.received(rec, world.now());
        byte[] key = Payloads.key(rec.key);
        byte[] value = Payloads.value(rec.bytes - Payloads.bytesOf(rec.key, 0));
        if (rec.origin == null) {
            delivery.received(rec.epoch.id, rec.offset, 1, 0, rec.leader, key, value, Header.NONE, clock());
        } else {
            world.trace.add(world.now(), What.RETURNED, rec.attempts, rec.foreign ? 1 : 0, rec.origin.offset());
            delivery.returned(rec.epoch.id, rec.offset, rec.leader, key, value, Header.NONE, rec.origin, clock());
        }
        if (taken && core.committable(rec.epoch.id) > rec.offset) {
            throw new Broken("G1", rec + " passed over on arrival");
        }
    }

    void assigned(EpochModel epoch, long start) {
        world.trace.add(world.now(), What.ASSIGNED, epoch.number(), epoch.log.number, start);
        world.judge.assigned(epoch);
        delivery.assigned(epoch.id);
    }

    void restored(EpochModel epoch, Completions completions, Snapshot snapshot) {
        world.trace.add(world.now(), What.RESTORED, epoch.number(), completions.doneOffsets(), completions.noted());
        epoch.restored = snapshot;
        delivery.restored(epoch.id, completions);
    }

    void position(EpochModel epoch, long next) {
        world.trace.add(world.now(), What.POSITION, epoch.number(), next, 0);
        world.judge.position(epoch, next);
        delivery.position(epoch.id, next);
    }

    void revoke(java.util.List<EpochModel> epochs, long deadline) {
        for (EpochModel epoch : epochs) {
            world.trace.add(world.now(), What.REVOKE, epoch.number(), deadline / Plan.MS, 0);
            world.judge.revoke(epoch, deadline, world.now());
        }
        delivery.revoke(epochs.stream().map(epoch -> epoch.id).toList(), world.plan.clockStartNs() + deadline, clock());
    }

    void lost(java.util.List<EpochModel> epochs) {
        for (EpochModel epoch : epochs) {
            world.trace.add(world.now(), What.LOST, epoch.number(), 0, 0);
        }
        losing = true;
        delivery.lost(epochs.stream().map(epoch -> epoch.id).toList(), clock());
        losing = false;
        for (EpochModel epoch : epochs) {
            if (!epoch.gone) {
                throw new Broken("C1", epoch + ": lost, but not let go");
            }
        }
    }

    // Effects.

    @Override
    public boolean publish(Outgoing letter) {
        return world.publisher.publish(letter);
    }

    @Override
    public void progress(PartitionEpoch partition, long committable, long settledRecords, long settledBytes) {
        world.trace.add(world.now(), What.PROGRESS, partition.epoch(), committable, settledRecords);
        world.judge.progress(partition, committable, settledRecords, settledBytes);
        world.consumer.progress(partition, committable, settledRecords);
    }

    @Override
    public void completions(PartitionEpoch partition, String metadata) {
        world.trace.add(world.now(), What.COMPLETIONS, partition.epoch(), metadata.length(), metadata.hashCode());
        world.judge.completions(partition, metadata);
        world.consumer.completions(partition, metadata);
    }

    @Override
    public void revoked(PartitionEpoch partition, long committable, String metadata) {
        world.judge.completions(partition, metadata);
        world.trace.add(world.now(), What.GONE, partition.epoch(), committable, 0);
        world.judge.letGo(partition, committable, losing, world.now());
        EpochModel epoch = world.judge.of(partition);
        for (int i = 0; i < world.streams.size(); i++) {
            world.streams.get(i).view.letGo(epoch);
        }
        world.consumer.letGo(epoch, committable, metadata);
    }

    /** The record an entry stands for, as the judge knows it. */
    Rec recOf(Entry entry) {
        EpochModel epoch = world.judge.of(entry.partition());
        Rec rec = epoch.tracker.get(Invariants.readAt(entry));
        if (rec == null || epoch.gone) {
            throw new Broken("G9", entry.offset() + " of " + epoch + ": settled, never received, or no longer ours");
        }
        if (rec.origin != null
                && (entry.offset() != rec.origin.offset() || !entry.topic().equals("t"))) {
            throw new Broken("RETRY", rec + ": passed on as " + entry + ", not as what it was in its source");
        }
        if (entry.attempts() != rec.attempts) {
            throw new Broken("G12", rec + ": the core counts " + entry.attempts() + " attempts, not " + rec.attempts);
        }
        return rec;
    }

    @Override
    public void batchSent(int sent) {}

    @Override
    public void batchDone(long elapsedNs) {}

    @Override
    public void settled(long timestampMs) {}
}
