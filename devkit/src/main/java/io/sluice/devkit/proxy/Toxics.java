package io.sluice.devkit.proxy;

import java.time.Duration;

/**
 * What happens to the bytes of one direction. All of it at once if asked; {@link #NONE} passes everything as it is.
 *
 * @param delay time on the way
 * @param bytesPerSecond most bytes a second and connection; 0: no limit
 * @param sliceBytes bytes are written at most this many at a time; 0: as they come
 * @param sliceGap pause between two slices
 * @param stalledShare part of the connections, 0 to 1, that pass nothing: neither bytes nor the end (half-open). Which ones is
 *     drawn when they are made, so that a larger share always contains the smaller one
 * @param dropAfterBytes bytes of a connection that still pass; what follows is taken and vanishes. Counted from when this
 *     was set, or from the connection's start if that is later. Negative: everything passes
 * @param corruptEveryBytes one bit is turned in each so many bytes; 0: never
 * @param resetChance chance, 0 to 1, that a piece that was read (at most 64 KiB) ends its connection with a RST instead
 */
public record Toxics(
        Delay delay,
        long bytesPerSecond,
        int sliceBytes,
        Duration sliceGap,
        double stalledShare,
        long dropAfterBytes,
        long corruptEveryBytes,
        double resetChance) {

    /** Nothing amiss. */
    public static final Toxics NONE = new Toxics(Delay.NONE, 0, 0, Duration.ZERO, 0, -1, 0, 0);

    /** Refuses what cannot be. */
    public Toxics {
        if (bytesPerSecond < 0 || sliceBytes < 0 || sliceGap.isNegative() || corruptEveryBytes < 0) {
            throw new IllegalArgumentException("a rate, a size or a gap of a toxic is negative");
        }
        if (!(stalledShare >= 0 && stalledShare <= 1 && resetChance >= 0 && resetChance <= 1)) {
            throw new IllegalArgumentException("shares and chances of toxics go from 0 to 1");
        }
    }

    /** The same with this delay. */
    public Toxics delay(Delay other) {
        return new Toxics(
                other,
                bytesPerSecond,
                sliceBytes,
                sliceGap,
                stalledShare,
                dropAfterBytes,
                corruptEveryBytes,
                resetChance);
    }

    /** The same with this many bytes a second. */
    public Toxics rate(long perSecond) {
        return new Toxics(
                delay, perSecond, sliceBytes, sliceGap, stalledShare, dropAfterBytes, corruptEveryBytes, resetChance);
    }

    /** The same in slices. */
    public Toxics slice(int bytes, Duration gap) {
        return new Toxics(
                delay, bytesPerSecond, bytes, gap, stalledShare, dropAfterBytes, corruptEveryBytes, resetChance);
    }

    /** The same with all connections stalled. */
    public Toxics stall() {
        return stall(1);
    }

    /** The same with this share of the connections stalled. */
    public Toxics stall(double share) {
        return new Toxics(
                delay, bytesPerSecond, sliceBytes, sliceGap, share, dropAfterBytes, corruptEveryBytes, resetChance);
    }

    /** The same, but only this many more bytes of each connection pass. */
    public Toxics dropAfter(long bytes) {
        return new Toxics(
                delay, bytesPerSecond, sliceBytes, sliceGap, stalledShare, bytes, corruptEveryBytes, resetChance);
    }

    /** The same with one bit turned in each so many bytes. */
    public Toxics corruptEvery(long bytes) {
        return new Toxics(
                delay, bytesPerSecond, sliceBytes, sliceGap, stalledShare, dropAfterBytes, bytes, resetChance);
    }

    /** The same with this chance of a RST. */
    public Toxics reset(double chance) {
        return new Toxics(
                delay, bytesPerSecond, sliceBytes, sliceGap, stalledShare, dropAfterBytes, corruptEveryBytes, chance);
    }
}
