package io.sluice.devkit.sim;

import org.jspecify.annotations.Nullable;

/** A processor: connects, works on one stream after the other, has moods. What it does on a stream is in {@link SimStream}. */
final class SimProcessor {
    private final World world;
    private final Dice dice;
    private @Nullable SimStream stream;
    private int streams;

    /**
     * @param number from 1
     */
    SimProcessor(World world, Dice dice, int number) {
        this.streams = number * 10_000;
        this.world = world;
        this.dice = dice;
    }

    void begin() {
        world.agenda.in(world.pace(dice), this::connect);
        world.agenda.in(world.pace(dice) * 3, this::mood);
    }

    void gatewayCrashed() {
        if (stream != null) {
            stream.cut();
            stream = null;
        }
        world.agenda.in(world.pace(dice), this::connect);
    }

    void heal() {
        if (stream == null) {
            connect();
        } else {
            stream.heal();
        }
    }

    private void connect() {
        if (stream == null) {
            stream = new SimStream(world, this, dice, ++streams);
            stream.connect();
        }
    }

    /** Its stream is over, for whatever reason. */
    void disconnected(SimStream ended) {
        if (stream == ended) {
            stream = null;
            world.agenda.in(world.pace(dice), this::connect);
        }
    }

    private void mood() {
        if (world.calm()) {
            return;
        }
        if (stream != null) {
            stream.mood();
        }
        world.agenda.in(world.pace(dice) * 3, this::mood);
    }
}
