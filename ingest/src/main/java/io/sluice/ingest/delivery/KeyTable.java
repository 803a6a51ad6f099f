package io.sluice.ingest.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the queue of a key in a partition, by content. A hash table with chains through the queues: no allocation
 * but its own growth. The hash is seeded, so that keys cannot be made to collide from outside.
 */
final class KeyTable {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long seed;
    private KeyQueue[] buckets = new KeyQueue[256];
    private int size;

    KeyTable(long seed) {
        this.seed = seed;
    }

    int hash(byte[] key) {
        long h = seed ^ key.length;
        int i = 0;
        for (; i + 8 <= key.length; i += 8) {
            h = mix(h ^ (long) LONGS.get(key, i));
        }
        long rest = 0;
        for (; i < key.length; i++) {
            rest = (rest << 8) | (key[i] & 0xff);
        }
        h = mix(h ^ rest);
        return (int) (h ^ (h >>> 32));
    }

    KeyQueue find(OffsetLedger ledger, byte[] key, int hash) {
        for (KeyQueue q = buckets[hash & (buckets.length - 1)]; q != null; q = q.nextInBucket) {
            if (q.hash == hash && q.ledger == ledger && Arrays.equals(q.key, key)) {
                return q;
            }
        }
        return null;
    }

    void add(KeyQueue queue) {
        if (++size > buckets.length - (buckets.length >> 2)) {
            grow();
        }
        link(queue);
    }

    void remove(KeyQueue queue) {
        int bucket = queue.hash & (buckets.length - 1);
        KeyQueue q = buckets[bucket];
        if (q == queue) {
            buckets[bucket] = queue.nextInBucket;
        } else {
            while (q.nextInBucket != queue) {
                q = q.nextInBucket;
            }
            q.nextInBucket = queue.nextInBucket;
        }
        queue.nextInBucket = null;
        size--;
    }

    int size() {
        return size;
    }

    private void link(KeyQueue queue) {
        int bucket = queue.hash & (buckets.length - 1);
        queue.nextInBucket = buckets[bucket];
        buckets[bucket] = queue;
    }

    private void grow() {
        KeyQueue[] old = buckets;
        buckets = new KeyQueue[old.length * 2];
        for (KeyQueue q : old) {
            while (q != null) {
                KeyQueue next = q.nextInBucket;
                link(q);
                q = next;
            }
        }
    }

    private static long mix(long x) {
        long high = Math.multiplyHigh(x, MULTIPLIER);
        return (x * MULTIPLIER) ^ high ^ (x >>> 29);
    }
}
