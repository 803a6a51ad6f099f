package io.sluice.ingest.stream;

import io.grpc.netty.shaded.io.netty.util.internal.PlatformDependent;

/**
 * Memory outside the heap that connections to processors take, over all pipelines. Any thread.
 *
 * <p>Netty's own count, because the JVM's ({@code jvm_buffer_memory_used_bytes}) does not see it everywhere: on JDK 25 Netty allocates by the
 * foreign memory API, which no buffer pool counts and {@code -XX:MaxDirectMemorySize} does not limit. Netty limits itself to the same
 * number. It comes from a class that is internal to Netty, whose version is fixed by the shaded jar; a test sees it move.
 */
public final class TransportMemory {
    private TransportMemory() {}

    /** Bytes taken from the system: in use, and kept to be used again. NaN: this JVM leaves Netty no way to count. */
    public static double usedBytes() {
        long used = PlatformDependent.usedDirectMemory();
        return used < 0 ? Double.NaN : used;
    }

    /** The most that {@link #usedBytes()} may become: {@code -XX:MaxDirectMemorySize}, else the largest heap. */
    public static double limitBytes() {
        return PlatformDependent.maxDirectMemory();
    }
}
