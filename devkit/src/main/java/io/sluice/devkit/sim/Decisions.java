package io.sluice.devkit.sim;

import java.util.Arrays;

/** Everything the dice showed in one history, in order: recorded, or played back with parts of it left out. */
final class Decisions {
    private static final int ACTORS = 32;

    private int[] actors;
    private int[] values;
    private int size;
    private final boolean replays;
    private final int[] cursors = new int[ACTORS];

    /** To be recorded. */
    Decisions() {
        this(new int[1024], new int[1024], 0, false);
    }

    private Decisions(int[] actors, int[] values, int size, boolean replays) {
        this.actors = actors;
        this.values = values;
        this.size = size;
        this.replays = replays;
    }

    boolean replays() {
        return replays;
    }

    int size() {
        return size;
    }

    void add(int actor, int value) {
        if (size == actors.length) {
            actors = Arrays.copyOf(actors, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        actors[size] = actor;
        values[size++] = value;
    }

    /** The next draw of an actor; 0 when there is none left. */
    int next(int actor) {
        int i = cursors[actor];
        while (i < size && actors[i] != actor) {
            i++;
        }
        cursors[actor] = i + 1;
        return i < size ? values[i] : 0;
    }

    /** The same from the beginning, to be played back. */
    Decisions replay() {
        return without(0, 0);
    }

    /** The same without {@code count} decisions from an index on, to be played back. */
    Decisions without(int from, int count) {
        int end = Math.min(size, from + count);
        int[] a = new int[size - (end - from)];
        int[] v = new int[a.length];
        System.arraycopy(actors, 0, a, 0, from);
        System.arraycopy(actors, end, a, from, size - end);
        System.arraycopy(values, 0, v, 0, from);
        System.arraycopy(values, end, v, from, size - end);
        return new Decisions(a, v, a.length, true);
    }

    /** The same with {@code count} decisions from an index on made harmless; null if they are already. */
    @org.jspecify.annotations.Nullable
    Decisions zeroed(int from, int count) {
        int end = Math.min(size, from + count);
        boolean changes = false;
        for (int i = from; i < end; i++) {
            changes |= values[i] != 0;
        }
        if (!changes) {
            return null;
        }
        int[] v = Arrays.copyOf(values, size);
        Arrays.fill(v, from, end, 0);
        return new Decisions(Arrays.copyOf(actors, size), v, size, true);
    }
}
