package io.sluice.devkit.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One direction of a connection: bytes wait here until they are due. Owned by: proxy thread. */
final class Flow {
    static final long NEVER = Long.MAX_VALUE;

    /** Enough for 100 ms at 10 MiB/s; beyond it nothing is read, and the sender feels it. */
    private static final int MOST_WAITING_BYTES = 1 << 20;

    private static final int PIECE_BYTES = 64 << 10;

    /** Bytes with the time at which they are due; without bytes: the end of the flow. */
    private record Piece(ByteBuffer bytes, long dueNs) {}

    private final Supplier<Toxics> wanted;
    private final SplittableRandom random;
    private final double luck;
    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();

    private Toxics toxics = Toxics.NONE;
    /** Bytes read since {@link #toxics} were set. */
    private long readBytes;

    private long waitingBytes;
    private long freeNs;
    private boolean sourceEnded;
    private boolean ended;
    private long written;
    private long dropped;

    Flow(Supplier<Toxics> wanted, SplittableRandom random, long nowNs) {
        this.wanted = wanted;
        this.random = random;
        this.luck = random.nextDouble();
        this.freeNs = nowNs;
    }

    /** Takes over changed toxics. What waits keeps its time, but not while the flow is stalled. */
    void refresh() {
        Toxics now = wanted.get();
        if (!now.equals(toxics)) {
            toxics = now;
            readBytes = 0;
        }
    }

    boolean wantsRead() {
        return !sourceEnded && !stalled() && waitingBytes < MOST_WAITING_BYTES;
    }

    boolean wantsWrite(long nowNs) {
        Piece head = waiting.peek();
        return head != null && !stalled() && head.dueNs - nowNs <= 0;
    }

    /** Nanoseconds until something is due; {@link #NEVER} if nothing waits or the flow is stalled. */
    long waitNs(long nowNs) {
        Piece head = waiting.peek();
        return head == null || stalled() ? NEVER : Math.max(0, head.dueNs - nowNs);
    }

    boolean ended() {
        return ended;
    }

    /** Bytes written since the last call. */
    long takeWritten() {
        long bytes = written;
        written = 0;
        return bytes;
    }

    /** Bytes that vanished since the last call. */
    long takeDropped() {
        long bytes = dropped;
        dropped = 0;
        return bytes;
    }

    /** Takes what the source has. Whether the connection goes on; false: it is to be reset. */
    boolean read(SocketChannel source, ByteBuffer scratch, long nowNs) throws IOException {
        refresh();
        if (!wantsRead()) {
            return true;
        }
        scratch.clear().limit((int) Math.min(PIECE_BYTES, pieceBytes()));
        int count = source.read(scratch);
        if (count < 0) {
            sourceEnded = true;
            waiting.add(new Piece(ByteBuffer.allocate(0), due(nowNs, 0)));
            return true;
        }
        if (count == 0) {
            return true;
        }
        if (toxics.resetChance() > 0 && random.nextDouble() < toxics.resetChance()) {
            return false;
        }
        take(scratch.flip(), nowNs);
        return true;
    }

    /** Writes what is due and fits; ends the target's input when the source has ended. */
    void write(SocketChannel target, long nowNs) throws IOException {
        while (wantsWrite(nowNs)) {
            Piece head = waiting.element();
            if (head.bytes.capacity() == 0) {
                finish(target);
                return;
            }
            int count = target.write(head.bytes);
            written += count;
            waitingBytes -= count;
            if (head.bytes.hasRemaining()) {
                return;
            }
            waiting.remove();
        }
    }

    /** Tells the target that nothing more comes; what waits and what follows is dropped. */
    void finish(SocketChannel target) throws IOException {
        dropped += waitingBytes;
        waiting.clear();
        waitingBytes = 0;
        sourceEnded = true;
        ended = true;
        target.shutdownOutput();
    }

    private boolean stalled() {
        return luck < toxics.stalledShare();
    }

    private long pieceBytes() {
        return toxics.bytesPerSecond() == 0 ? PIECE_BYTES : Math.max(1, toxics.bytesPerSecond() / 50);
    }

    private void take(ByteBuffer read, long nowNs) {
        int count = read.remaining();
        byte[] bytes = new byte[keptOf(count)];
        read.get(bytes);
        corrupt(bytes);
        readBytes += count;
        dropped += count - bytes.length;
        int slice = toxics.sliceBytes() == 0 ? Math.max(1, bytes.length) : toxics.sliceBytes();
        for (int from = 0; from < bytes.length; from += slice) {
            int size = Math.min(slice, bytes.length - from);
            waiting.add(new Piece(ByteBuffer.wrap(bytes, from, size), due(nowNs, size)));
        }
        waitingBytes += bytes.length;
    }

    private int keptOf(int count) {
        return toxics.dropAfterBytes() < 0
                ? count
                : (int) Math.max(0, Math.min(count, toxics.dropAfterBytes() - readBytes));
    }

    private void corrupt(byte[] bytes) {
        long every = toxics.corruptEveryBytes();
        if (every == 0) {
            return;
        }
        for (long at = every - 1 - readBytes % every; at < bytes.length; at += every) {
            bytes[(int) at] ^= (byte) (1 << random.nextInt(8));
        }
    }

    /** When bytes that were read now are due: after their delay, and after what went before them at the given rate. */
    private long due(long nowNs, int size) {
        long dueNs = nowNs + toxics.delay().drawNs(random);
        dueNs = dueNs - freeNs < 0 ? freeNs : dueNs;
        long takesNs = toxics.bytesPerSecond() == 0 ? 0 : size * TimeUnit.SECONDS.toNanos(1) / toxics.bytesPerSecond();
        freeNs = dueNs
                + takesNs
                + (toxics.sliceBytes() == 0 ? 0 : toxics.sliceGap().toNanos());
        return dueNs;
    }
}
