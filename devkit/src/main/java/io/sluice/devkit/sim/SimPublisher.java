package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Trace.What;
import io.sluice.ingest.delivery.DeadLetter;
import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Outgoing;

/** The producer of dead letters and retry topics: a bounded queue; letters become durable, fail, or do and nobody hears of it. */
final class SimPublisher {
    private static final int ROOM = 32;

    private final World world;
    private final Dice dice;
    private int holds;
    private int life;

    SimPublisher(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    void gatewayCrashed() {
        holds = 0;
        life++;
    }

    boolean publish(Outgoing letter) {
        Rec rec = world.lane.recOf(letter.entry());
        mayPublish(rec, letter);
        boolean taken = holds < ROOM && !dice.chance(world.rate(Fault.PUBLISH_FULL));
        world.trace.add(world.now(), What.PUBLISH, rec.epoch.number(), rec.offset, taken ? 1 : 0);
        if (taken) {
            rec.letterOut = true;
            holds++;
            int mine = life;
            world.agenda.in(latency(), () -> {
                if (mine == life) {
                    holds--;
                    answer(rec, letter);
                } else if (letter instanceof Delayed delayed && dice.below(2) == 1) {
                    // Written, though whoever asked for it is no more.
                    world.retryTopics.append(rec, delayed);
                }
            });
        }
        return taken;
    }

    private void mayPublish(Rec rec, Outgoing letter) {
        world.judge.failures.expiring(rec, world.now());
        if (!(letter instanceof DeadLetter dead ? rec.mayBeDead(dead.cause()) : mayMove(rec, (Delayed) letter))) {
            throw new Broken("G13", rec + ": a letter " + letter + ", not for " + rec.cause + ", tier " + rec.tier);
        }
        if (rec.letterOut) {
            throw new Broken("G13", rec + ": a second letter while the first is being written");
        }
        if (world.now() < rec.letterNotBefore) {
            throw new Broken("G12", rec + ": its letter tried again before its time");
        }
    }

    private boolean mayMove(Rec rec, Delayed delayed) {
        long until = rec.wish == Rec.NO_TIME ? 0 : world.plan.clockStartNs() + rec.wish;
        boolean sameTime = delayed.notBeforeNs() == until || (until == 0 && delayed.notBeforeNs() == 1);
        return rec.state == Rec.State.LETTER && rec.cause == null && rec.tier == delayed.tier() && sameTime;
    }

    private long latency() {
        return dice.chance(world.rate(Fault.PUBLISH_SLOW))
                ? dice.below(30_000) * Plan.MS
                : (1 + dice.below(20)) * Plan.MS;
    }

    private void answer(Rec rec, Outgoing letter) {
        boolean fails = dice.chance(world.rate(Fault.PUBLISH_FAILS));
        boolean lost = dice.chance(world.rate(Fault.PUBLISH_ANSWER_LOST));
        if (!fails && letter instanceof Delayed delayed) {
            world.retryTopics.append(rec, delayed);
        }
        world.lane.reply(() -> {
            if (fails || lost) {
                failed(rec, letter);
            } else {
                published(rec, letter);
            }
        });
    }

    private void published(Rec rec, Outgoing letter) {
        world.trace.add(world.now(), What.PUBLISHED, rec.epoch.number(), rec.offset, 0);
        rec.letterOut = false;
        if (rec.state == Rec.State.LETTER) {
            world.judge.settle(rec);
        }
        world.lane.delivery().published(letter, world.lane.clock());
    }

    private void failed(Rec rec, Outgoing letter) {
        world.trace.add(world.now(), What.PUBLISH_FAILED, rec.epoch.number(), rec.offset, 0);
        rec.letterOut = false;
        rec.letterNotBefore = world.now() + world.judge.failures.leastBackoff(++rec.letterFailures);
        world.lane.delivery().publishFailed(letter, "the broker said no", world.lane.clock());
    }
}
