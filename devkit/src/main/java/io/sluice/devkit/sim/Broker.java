package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Trace.What;
import java.util.function.Consumer;

/** The side of the broker that takes commits: fences those of assignments that are over, fails, loses answers. */
final class Broker {
    private static final long TIMEOUT = 30 * Plan.SECOND;

    private final World world;
    private final Dice dice;
    private int life;

    Broker(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    /** Nobody waits for answers any more; requests on their way still arrive. */
    void gatewayCrashed() {
        life++;
    }

    /** An asynchronous commit. {@code answer} hears whether it was good, later; what never comes fails by timeout. */
    void commit(EpochModel epoch, long position, String metadata, Consumer<Boolean> answer) {
        boolean fails = dice.chance(world.rate(Fault.COMMIT_FAILS));
        boolean lost = dice.chance(world.rate(Fault.COMMIT_ANSWER_LOST));
        boolean never = dice.chance(world.rate(Fault.COMMIT_NEVER_ANSWERED));
        int mine = life;
        world.agenda.in((1 + dice.below(20)) * Plan.MS, () -> {
            boolean good = !fails && apply(epoch, position, metadata);
            world.agenda.in(never ? TIMEOUT : Plan.MS, () -> {
                if (mine == life) {
                    answer.accept(good && !lost && !never);
                }
            });
        });
    }

    /** The last commit of an assignment. */
    void commitNow(EpochModel epoch, long position, String metadata) {
        if (position >= 0 && !dice.chance(world.rate(Fault.COMMIT_FAILS))) {
            apply(epoch, position, metadata);
        }
    }

    private boolean apply(EpochModel epoch, long position, String metadata) {
        PartitionLog log = epoch.log;
        // The client sends commits of a member one after the other, so an older one never lands after a newer one.
        if (log.ownerEpoch != epoch.number() || position < log.committed()) {
            return false;
        }
        world.trace.add(world.now(), What.COMMIT, log.number, position, 0);
        log.commit(position, metadata);
        return true;
    }
}
