package io.sluice.devkit.sim;

import java.util.ArrayList;
import java.util.List;

/** The group coordinator: gives partitions, takes them back, cooperatively or all at once, with or without asking. */
final class SimGroup {
    private final World world;
    private final Dice dice;

    SimGroup(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
    }

    void begin() {
        assignAll();
        world.agenda.in(world.pace(dice), this::act);
    }

    /** After the restart the session of the dead member ends, and the new one gets the partitions. */
    void gatewayCrashed() {
        for (PartitionLog log : world.logs) {
            boolean cutOff = dice.chance(world.rate(Fault.TRUNCATE));
            if (cutOff || dice.below(2) == 0) {
                log.ownerEpoch = 0;
            }
            if (cutOff) {
                log.truncate(log.size() - dice.below(40));
            }
        }
        world.agenda.in(world.pace(dice), this::assignAll);
    }

    void heal() {
        assignAll();
    }

    private void assignAll() {
        if (world.consumer.busy()) {
            if (world.calm()) {
                world.agenda.in(100 * Plan.MS, this::assignAll);
            }
            return;
        }
        for (PartitionLog log : world.logs) {
            if (!world.consumer.holds(log) && (world.calm() || !dice.chance(world.rate(Fault.REBALANCE)))) {
                world.consumer.assign(log);
            }
        }
    }

    private void act() {
        if (world.calm()) {
            return;
        }
        if (!world.consumer.busy()) {
            PartitionLog log = world.logs.get(dice.below(world.logs.size()));
            if (!world.consumer.holds(log)) {
                if (dice.chance(world.rate(Fault.ELSEWHERE)) && log.ownerEpoch == 0) {
                    log.elsewhere(dice.below(20));
                }
                world.consumer.assign(log);
            } else if (dice.chance(world.rate(Fault.REBALANCE))) {
                rebalance(log);
            }
        }
        world.agenda.in(world.pace(dice) * 2, this::act);
    }

    private void rebalance(PartitionLog log) {
        List<PartitionLog> logs = new ArrayList<>();
        boolean eager = dice.chance(world.rate(Fault.EAGER));
        for (PartitionLog other : world.logs) {
            if (world.consumer.holds(other) && (eager || other == log)) {
                logs.add(other);
            }
        }
        boolean back = dice.chance(world.rate(Fault.RETURN_AT_ONCE));
        Runnable then = () -> {
            for (PartitionLog revoked : logs) {
                if (back && !world.consumer.holds(revoked)) {
                    world.consumer.assign(revoked);
                }
            }
        };
        if (dice.chance(world.rate(Fault.LOST))) {
            world.consumer.lose(logs);
            then.run();
        } else {
            world.consumer.revoke(logs, dice.below(3) == 0 ? 0 : dice.below(5_000) * Plan.MS, then);
        }
    }
}
