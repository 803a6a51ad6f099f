package io.sluice.bench;

/** A contender's part in a comparison: how many records it is given. For one thread. */
final class Turn {
    private static final long FIRST = 2_000;
    private static final long MOST_BYTES = 1 << 30;
    private static final int GROWTH = 4;
    private static final int LEAST_LAPS = 2;

    private final Contender contender;
    private final Effort effort;
    private final long most;
    private long next;
    private int laps;
    private long records;
    private double seconds;

    Turn(Contender contender, Load load, Effort effort) {
        this.contender = contender;
        this.effort = effort;
        this.most = Math.max(1, Math.min(effort.records(), MOST_BYTES / load.valueBytes()));
        this.next = Math.min(FIRST, most);
    }

    Contender contender() {
        return contender;
    }

    /** Records of its next round: as many as it handles in about the time that a round shall last. */
    long next() {
        return next;
    }

    boolean isWarm() {
        return laps >= LEAST_LAPS && (records >= effort.warmUpRecords() || seconds >= effort.warmUpSeconds());
    }

    /** It has handled {@link #next} records, warming up. */
    void warmed(double took) {
        laps++;
        records += next;
        seconds += took;
        double wanted = next / took * effort.roundSeconds();
        next = Math.max(1, Math.min(most, (long) Math.min(wanted, (double) next * GROWTH)));
    }
}
