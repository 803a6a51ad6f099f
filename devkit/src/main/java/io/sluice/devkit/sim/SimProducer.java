package io.sluice.devkit.sim;

/** Appends to the logs: runs of records, with gaps, from bases near zero or huge. */
final class SimProducer {
    private static final long HUGE = 1L << 61;
    private static final int MOST_BACKLOG = 60;

    private final World world;
    private final Dice dice;

    SimProducer(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
        for (int i = 0; i < world.plan.partitions(); i++) {
            long base = dice.below(4) == 3 ? HUGE + dice.below(1_000) : dice.below(3);
            world.logs.add(new PartitionLog("t", -1, i, base));
        }
    }

    void begin() {
        world.agenda.in(0, this::append);
    }

    private void append() {
        if (world.calm()) {
            return;
        }
        PartitionLog log = world.logs.get(dice.below(world.plan.partitions()));
        int n = dice.chance(20) ? dice.below(200) : dice.below(12);
        if (log.size() - log.indexOf(log.start()) < MOST_BACKLOG) {
            if (dice.chance(world.trait(Fault.ELECTION))) {
                log.elect();
            }
            for (int i = 0; i < n; i++) {
                log.append(gap(), key(), bytes(), kind());
            }
            log.appendGap(gap());
            world.consumer.wake();
        }
        if (world.plan.delays() && dice.chance(world.rate(Fault.FOREIGN))) {
            world.retryTopics.forge(dice);
        }
        world.agenda.in(world.pace(dice), this::append);
    }

    /** Records that nothing is wrong with. */
    void appendGood(int count) {
        for (int i = 0; i < count; i++) {
            world.logs.get(0).append(0, PartitionLog.NULL_KEY, 1, PartitionLog.PLAIN);
        }
        world.consumer.wake();
    }

    private long gap() {
        return dice.chance(world.trait(Fault.GAP)) ? 1 + dice.below(2_000) : 0;
    }

    private int key() {
        return dice.chance(world.trait(Fault.NULL_KEY)) ? PartitionLog.NULL_KEY : dice.below(world.plan.keys());
    }

    private int bytes() {
        return dice.chance(world.trait(Fault.LARGE_RECORD)) ? Payloads.LARGE_VALUE : dice.below(Payloads.SIZES);
    }

    private byte kind() {
        if (dice.chance(world.trait(Fault.POISON))) {
            return PartitionLog.POISON;
        }
        return dice.chance(world.trait(Fault.FAILING)) ? PartitionLog.FAILING : PartitionLog.PLAIN;
    }
}
