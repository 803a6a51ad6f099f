package io.sluice.devkit.sim;

import java.util.Arrays;

/** What will happen, by virtual time: a binary heap. What happens at the same time does so in an order the seed gives. */
final class Agenda {
    private final long salt;
    private long[] times = new long[256];
    private long[] ties = new long[256];
    private Runnable[] actions = new Runnable[256];
    private int size;
    private long sequence;
    private long now;
    private long events;

    Agenda(long seed) {
        this.salt = seed * 0xD6E8FEB86659FD93L;
    }

    /** Virtual nanoseconds since the beginning. */
    long now() {
        return now;
    }

    /** How many things have happened. */
    long events() {
        return events;
    }

    void in(long delayNs, Runnable action) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            ties = Arrays.copyOf(ties, size * 2);
            actions = Arrays.copyOf(actions, size * 2);
        }
        long tie = (++sequence + salt) * 0x9E3779B97F4A7C15L;
        up(size++, now + Math.max(0, delayNs), tie ^ (tie >>> 29), action);
    }

    /** Jumps to the next event and lets it happen. */
    void next() {
        if (size == 0) {
            throw new Broken("STOPPED", "nothing will ever happen again in this world");
        }
        now = times[0];
        events++;
        Runnable action = actions[0];
        size--;
        long time = times[size];
        long tie = ties[size];
        Runnable last = actions[size];
        actions[size] = null;
        if (size > 0) {
            down(time, tie, last);
        }
        action.run();
    }

    private void up(int at, long time, long tie, Runnable action) {
        int i = at;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!before(time, tie, parent)) {
                break;
            }
            move(parent, i);
            i = parent;
        }
        put(i, time, tie, action);
    }

    private void down(long time, long tie, Runnable action) {
        int i = 0;
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && before(times[child + 1], ties[child + 1], child)) {
                child++;
            }
            if (before(time, tie, child)) {
                break;
            }
            move(child, i);
            i = child;
        }
        put(i, time, tie, action);
    }

    private boolean before(long time, long tie, int other) {
        return time != times[other] ? time < times[other] : tie < ties[other];
    }

    private void move(int from, int to) {
        put(to, times[from], ties[from], actions[from]);
    }

    private void put(int i, long time, long tie, Runnable action) {
        times[i] = time;
        ties[i] = tie;
        actions[i] = action;
    }
}
