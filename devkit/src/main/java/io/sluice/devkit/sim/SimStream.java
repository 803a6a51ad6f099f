package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Trace.What;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One stream, both ends: what the core asks of it, and a processor that answers in order, late, twice, wrongly or never.
 * Frames of a stream arrive in the order they were sent.
 */
final class SimStream implements StreamPort {
    private static int nothing;

    final StreamJudge view;
    final int number;
    private final World world;
    private final SimProcessor owner;
    private final Dice dice;
    private final Answers answers;
    private final ArrayDeque<Runnable> outbox = new ArrayDeque<>();
    /** Batches not fully answered. */
    private final List<SentBatch> working = new ArrayList<>();

    private boolean ready = true;
    /** The processor's end is gone. */
    private boolean over;
    /** The life of the gateway that it leads to; nothing arrives in another. */
    private final int life;

    SimStream(World world, SimProcessor owner, Dice dice, int number) {
        this.world = world;
        this.owner = owner;
        this.dice = dice;
        this.number = number;
        this.life = world.lane.life();
        this.view =
                new StreamJudge(world.judge, world.plan, dice.below(4) == 3 ? World.SMALL_FRAME : World.LARGE_FRAME);
        this.answers = new Answers(world, dice);
    }

    // The processor's side.

    void connect() {
        long credit = credit();
        long bytes = creditBytes();
        post(0, () -> {
            world.trace.add(world.now(), What.STREAM_UP, number, credit, bytes);
            view.up = true;
            world.judge.flood.streamUp();
            view.creditRecords = credit;
            view.creditBytes = bytes;
            world.streams.add(this);
            StreamInfo info = new StreamInfo("t", "sim", "1", Integer.toString(number), (int) view.frameBytes);
            world.lane.delivery().streamUp(this, info, credit, bytes);
        });
    }

    private long credit() {
        // Only where credit changes does it come back from zero.
        boolean zero = world.rate(Fault.CREDIT) > 0 && dice.chance(world.rate(Fault.CREDIT_ZERO));
        return zero ? 0 : 1 + dice.below(40);
    }

    private long creditBytes() {
        return dice.chance(world.rate(Fault.CREDIT)) ? 1 + dice.below(10_000) : 0;
    }

    private void work(SentBatch batch) {
        if (over || batch.unanswered == 0) {
            return;
        }
        if (dice.chance(world.rate(Fault.KILLED))) {
            end(true);
            return;
        }
        if (dice.chance(world.rate(Fault.FORGED))) {
            Forgery forged = Forgery.of(batch, dice);
            post(netDelay(), () -> results(forged.frame(), forged));
        }
        List<BatchVerdicts> frame = answers.next(batch);
        if (frame == null) {
            end(true);
            return;
        }
        if (!frame.isEmpty()) {
            long delay = dice.chance(world.rate(Fault.LATE)) ? lateDelay() : netDelay();
            post(delay, () -> results(frame, null));
            if (dice.chance(world.rate(Fault.DUPLICATE))) {
                post(netDelay(), () -> results(frame, null));
            }
        }
        if (batch.unanswered == 0) {
            working.remove(batch);
        } else {
            world.agenda.in(workTime(), () -> work(batch));
        }
    }

    /** Every now and then: a change of credit, a drain, an extension, a full transport, the end. */
    void mood() {
        if (over) {
            return;
        }
        if (dice.chance(world.rate(Fault.CREDIT))) {
            postCredit(credit(), creditBytes());
        }
        if (dice.chance(world.rate(Fault.EXTEND)) && !working.isEmpty()) {
            extend(working.get(dice.below(working.size())).id, (dice.below(20_000) - 100) * Plan.MS);
        }
        if (dice.chance(world.rate(Fault.NOT_READY))) {
            ready = false;
            world.agenda.in(world.pace(dice) * 2, this::becomeReady);
        }
        if (dice.chance(world.rate(Fault.DRAIN))) {
            post(netDelay(), this::draining);
        }
        if (dice.chance(world.rate(Fault.DISCONNECT))) {
            end(dice.below(2) == 1);
        }
    }

    void heal() {
        if (!over) {
            becomeReady();
            postCredit(1 + dice.below(40), 0);
        }
    }

    private void becomeReady() {
        ready = true;
        world.lane.reply(() -> nothing = 0);
    }

    private void end(boolean blame) {
        if (over) {
            return;
        }
        over = true;
        if (dice.below(2) == 1) {
            outbox.clear();
        }
        boolean late = dice.chance(world.rate(Fault.AFTER_DOWN)) && !working.isEmpty();
        post(netDelay(), () -> down(blame));
        if (late) {
            SentBatch batch = working.get(0);
            post(netDelay(), () -> results(Answers.allDone(batch), null));
        }
        owner.disconnected(this);
    }

    /** The gateway has crashed. */
    void cut() {
        over = true;
    }

    /** Sends towards the gateway; what is sent later arrives later. */
    private void post(long delay, Runnable frame) {
        outbox.addLast(frame);
        world.agenda.in(delay, () -> {
            Runnable next = outbox.pollFirst();
            if (next != null && life == world.lane.life()) {
                world.lane.reply(next);
            }
        });
    }

    private long workTime() {
        return dice.chance(world.rate(Fault.SLOW)) ? dice.below(20_000) * Plan.MS : dice.below(8_000) * 1_000L;
    }

    private long netDelay() {
        return dice.below(2_000) * 1_000L;
    }

    private long lateDelay() {
        return dice.below((int) (world.plan.settings().leaseNs() / Plan.MS) * 3) * Plan.MS;
    }

    // What the lane hears of it.

    private void results(List<BatchVerdicts> frame, @org.jspecify.annotations.Nullable Forgery forged) {
        boolean refused = forged != null && view.up && forged.isRefused(view);
        for (BatchVerdicts verdicts : frame) {
            world.trace.add(
                    world.now(),
                    What.RESULTS,
                    number,
                    verdicts.batchId(),
                    verdicts.verdicts().size());
            verdicts.verdicts()
                    .forEach(range -> world.trace.add(
                            world.now(),
                            What.VERDICT,
                            range.first(),
                            range.count(),
                            range.outcome() == null ? -1 : range.outcome().ordinal()));
        }
        if (refused) {
            world.trace.add(world.now(), What.REFUSED, number, 0, 0);
            ended(true);
        } else if (view.up) {
            view.apply(frame, world.now());
        }
        String text = world.lane.delivery().results(this, frame, world.lane.clock());
        if (refused != (text != null)) {
            throw new Broken("FRAME", "stream " + number + (text == null ? ": a bad frame was taken" : ": " + text));
        }
    }

    private void postCredit(long records, long bytes) {
        post(netDelay(), () -> {
            world.trace.add(world.now(), What.CREDIT, number, records, bytes);
            view.creditRecords = records;
            view.creditBytes = bytes;
            world.lane.delivery().credit(this, records, bytes);
        });
    }

    private void extend(long id, long leaseNs) {
        post(netDelay(), () -> {
            world.trace.add(world.now(), What.EXTEND, number, id, leaseNs / Plan.MS);
            view.extended(id, leaseNs, world.now());
            world.lane.delivery().extend(this, List.of(id), leaseNs, world.lane.clock());
        });
    }

    private void draining() {
        world.trace.add(world.now(), What.DRAINING, number, 0, 0);
        view.draining = true;
        world.lane.delivery().draining(this);
    }

    private void down(boolean blame) {
        world.trace.add(world.now(), What.STREAM_DOWN, number, blame ? 1 : 0, 0);
        ended(blame);
        world.lane.delivery().streamDown(this, blame, world.lane.clock());
    }

    private void ended(boolean blame) {
        if (view.up) {
            view.ended(blame, world.now());
            world.streams.remove(this);
        }
    }

    // What the core asks of it.

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public void send(Batch batch, long leaseNs) {
        Rec[] recs = new Rec[batch.size()];
        int[] groups = new int[recs.length];
        world.trace.add(world.now(), What.SEND, number, batch.id(), recs.length);
        for (int i = 0; i < recs.length; i++) {
            recs[i] = world.lane.recOf(batch.entry(i));
            groups[i] = batch.group(i);
            world.trace.add(world.now(), What.ENTRY, recs[i].epoch.number(), recs[i].offset, recs[i].attempts);
        }
        world.lane.lookAtBreaker();
        SentBatch sent = view.sent(batch.id(), recs, groups, ready, world.now());
        working.add(sent);
        if (!over && !dice.chance(world.rate(Fault.HANG))) {
            world.agenda.in(workTime(), () -> work(sent));
        }
    }

    @Override
    public void frameHandled() {}

    @Override
    public void revoke(List<Long> ids, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {
        world.trace.add(world.now(), What.PORT_REVOKE, number, cause.ordinal(), 0);
        if (cause == RevokeCause.LEASE_EXPIRED) {
            for (long id : ids) {
                view.expired(id, world.now());
            }
        }
    }

    @Override
    public void close(CloseCause cause, String reason, long graceNs) {
        world.trace.add(world.now(), What.PORT_CLOSE, number, cause.ordinal(), 0);
        if (cause == CloseCause.SHUTDOWN) {
            if (!view.draining || !view.batches.isEmpty()) {
                throw new Broken("STREAM", this + " closed while it holds records");
            }
            ended(false);
        }
        world.agenda.in(netDelay(), () -> end(false));
    }

    @Override
    public String toString() {
        return "stream " + number;
    }
}
