package io.sluice.devkit.faults;

import java.util.SplittableRandom;

/**
 * Which records are fed: a pure function of the seed and a record's number. Immutable.
 *
 * @param keys number of keys; each lives in partition {@code key % partitions}
 * @param largeEvery one of so many records is of {@code largeBytes} instead; 0: none
 * @param script gives what processors do with a record
 */
record Mix(
        long seed,
        int keys,
        int partitions,
        int minBytes,
        int maxBytes,
        long largeEvery,
        int largeBytes,
        Scripting script) {

    /** What processors do with a record. */
    @FunctionalInterface
    interface Scripting {
        /** A script of {@link Payload}, for record {@code index} of key number {@code key}. */
        String of(long index, int key);
    }

    /** Small records of many keys, all to be acked. */
    static Mix plain(long seed, int partitions) {
        return new Mix(seed, 200, partitions, 60, 160, 0, 0, (index, key) -> "ack");
    }

    Mix keys(int number) {
        return new Mix(seed, number, partitions, minBytes, maxBytes, largeEvery, largeBytes, script);
    }

    Mix bytes(int min, int max) {
        return new Mix(seed, keys, partitions, min, max, largeEvery, largeBytes, script);
    }

    Mix large(long every, int bytes) {
        return new Mix(seed, keys, partitions, minBytes, maxBytes, every, bytes, script);
    }

    Mix script(Scripting scripting) {
        return new Mix(seed, keys, partitions, minBytes, maxBytes, largeEvery, largeBytes, scripting);
    }

    int key(long index) {
        return new SplittableRandom(seed * 31 + index * 0x9E3779B97F4A7C15L).nextInt(keys);
    }

    byte[] value(long index, int key, long keySeq) {
        SplittableRandom random = new SplittableRandom(~seed * 31 + index * 0x9E3779B97F4A7C15L);
        boolean large = largeEvery > 0 && index % largeEvery == 0;
        int size = large ? largeBytes : minBytes + random.nextInt(maxBytes - minBytes + 1);
        Payload bare = new Payload(Long.toString(index), keySeq, script.of(index, key), "");
        byte[] head = bare.bytes();
        byte[] value = new byte[Math.max(head.length, size)];
        System.arraycopy(head, 0, value, 0, head.length);
        for (int i = head.length; i < value.length; i++) {
            value[i] = (byte) ('a' + (i + index) % 26);
        }
        return value;
    }
}
