package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Trace.What;
import io.sluice.ingest.delivery.Flood;
import io.sluice.ingest.delivery.Ordering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One history: a broker with its logs, the gateway's lane with the shipped core in it, its poller, processors and a
 * dead-letter producer, all in virtual time. First things go wrong for a given number of steps, then nothing does any
 * more and everything must come to its end.
 */
final class World {
    /** Frame sizes that processors accept; records are well below the smallest, or well above. */
    static final int SMALL_FRAME = 4_096;

    static final int LARGE_FRAME = 1 << 20;

    private static final long EVENTS_PER_STEP = 10;
    private static final long MOST_STEPS_TO_HEAL = 50_000;
    private static final long MOST_TIME_TO_HEAL = 72 * 3_600 * Plan.SECOND;

    private static final int MOST_PROBES = 20;

    final long seed;
    final Plan plan;
    final Agenda agenda;
    final Trace trace;
    final Judge judge;
    final List<PartitionLog> logs = new ArrayList<>();
    /** Streams that the core takes to be up. */
    final List<SimStream> streams = new ArrayList<>();

    private final List<SimProcessor> processors = new ArrayList<>();
    final SimLane lane;
    final SimPublisher publisher;
    final SimConsumer consumer;
    final SimRetryTopics retryTopics;
    private final SimGroup group;
    private final SimProducer producer;
    private final Dice fate;
    private final @Nullable Decisions decisions;

    long steps;
    private int actors;
    private boolean calm;

    /**
     * @param decisions records the draws, or plays them back; null: neither
     * @param trace hears everything
     */
    World(long seed, Ordering ordering, @Nullable Decisions decisions, Trace trace) {
        this.seed = seed;
        this.decisions = decisions;
        this.trace = trace;
        this.plan = Plan.draw(dice(), ordering);
        this.agenda = new Agenda(seed);
        this.judge = new Judge(plan);
        this.fate = dice();
        this.producer = new SimProducer(this, dice());
        this.retryTopics = new SimRetryTopics(this);
        this.publisher = new SimPublisher(this, dice());
        this.lane = new SimLane(this, dice());
        this.consumer = new SimConsumer(this, dice());
        this.group = new SimGroup(this, dice());
        for (int i = 0; i < plan.processors(); i++) {
            processors.add(new SimProcessor(this, dice(), i + 1));
        }
    }

    private Dice dice() {
        return new Dice(seed, actors++, decisions);
    }

    /** Runs to the end. {@code faultySteps}: how long things go wrong. */
    void run(long faultySteps) {
        producer.begin();
        group.begin();
        consumer.begin();
        for (SimProcessor processor : processors) {
            processor.begin();
        }
        agenda.in(pace(fate), this::strike);
        // The world may have come to a standstill by its faults, say with all credit at zero.
        while (steps < faultySteps && agenda.events() < EVENTS_PER_STEP * faultySteps) {
            agenda.next();
        }
        heal();
        settle();
        // Answers that are late from before the end of the faults may spoil a probe.
        for (int i = 0; i < MOST_PROBES && lane.flood() != Flood.State.CLOSED; i++) {
            producer.appendGood(FloodJudge.PROBE);
            settle();
        }
        nothingLeft();
    }

    private void settle() {
        long lastStep = steps + MOST_STEPS_TO_HEAL;
        long deadline = agenda.now() + MOST_TIME_TO_HEAL;
        while (!settled()) {
            agenda.next();
            if (steps > lastStep || agenda.now() > deadline) {
                throw new Broken("G3", "not settled long after the faults ended: " + unsettled());
            }
        }
    }

    private void strike() {
        if (calm) {
            return;
        }
        if (fate.chance(rate(Fault.CRASH))) {
            crash();
        }
        agenda.in(pace(fate) * 4, this::strike);
    }

    private void crash() {
        trace.add(agenda.now(), What.CRASH, 0, 0, 0);
        judge.crashed();
        streams.clear();
        for (SimProcessor processor : processors) {
            processor.gatewayCrashed();
        }
        publisher.gatewayCrashed();
        consumer.gatewayCrashed();
        lane.gatewayCrashed();
        group.gatewayCrashed();
    }

    private void heal() {
        calm = true;
        trace.add(agenda.now(), What.HEALED, 0, 0, 0);
        for (SimProcessor processor : processors) {
            processor.heal();
        }
        group.heal();
        consumer.heal();
    }

    private boolean settled() {
        for (int i = 0; i < logs.size(); i++) {
            PartitionLog log = logs.get(i);
            if (!log.settled() || log.committed() != log.end()) {
                return false;
            }
        }
        return judge.live == 0;
    }

    private String unsettled() {
        StringBuilder text = new StringBuilder();
        for (PartitionLog log : logs) {
            text.append("partition ").append(log.number).append(" committed ").append(log.committed());
            text.append(" of ")
                    .append(log.end())
                    .append(log.settled() ? "" : ", records unsettled")
                    .append("; ");
        }
        for (EpochModel epoch : judge.epochs) {
            epoch.tracker.records().forEachRemaining(rec -> text.append(rec).append("; "));
        }
        return text.append(lane.describe()).toString();
    }

    /** With everything settled nothing may be left behind. */
    private void nothingLeft() {
        if (lane.flood() != Flood.State.CLOSED) {
            throw new Broken("FLOOD", "all settled, and the breaker is still " + lane.flood());
        }
        if (lane.core().keys() != 0 || lane.core().lettersWaiting() != 0) {
            throw new Broken(
                    "LEAK",
                    "all settled, but " + lane.core().keys() + " keys and "
                            + lane.core().lettersWaiting() + " letters are left");
        }
        for (SimStream stream : streams) {
            if (!stream.view.batches.isEmpty()) {
                throw new Broken("LEAK", "all settled, but " + stream + " holds records");
            }
        }
    }

    /** The rate of a fault now, in cases of a thousand. */
    int rate(Fault fault) {
        return calm ? 0 : plan.rates()[fault.ordinal()];
    }

    /** The rate of what is a property of records. */
    int trait(Fault fault) {
        return plan.rates()[fault.ordinal()];
    }

    boolean calm() {
        return calm;
    }

    long now() {
        return agenda.now();
    }

    /** Time until an actor's next event. */
    long pace(Dice dice) {
        return (1 + dice.below(2 * plan.paceMs())) * Plan.MS;
    }
}
