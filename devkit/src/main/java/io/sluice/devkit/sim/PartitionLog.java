package io.sluice.devkit.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A partition as the broker has it: sparse records, what is committed, who owns it; and the truth about each record,
 * whether it has ever had a terminal outcome. Outlives crashes of the gateway.
 */
final class PartitionLog {
    static final int NULL_KEY = -1;
    static final byte PLAIN = 0;
    /** Ends every stream it is worked on. */
    static final byte POISON = 1;
    /** Fails whenever it is tried. */
    static final byte FAILING = 2;

    final String topic;
    /** Of a retry topic, from 0; -1: a source. */
    final int tier;

    final int number;
    private final List<Past> pasts = new ArrayList<>();
    private long[] offsets = new long[256];
    private int[] keys = new int[256];
    private int[] sizes = new int[256];
    private byte[] kinds = new byte[256];
    private int[] leaders = new int[256];
    private boolean[] done = new boolean[256];
    private int size;
    private int firstOpen;
    private long end;
    private int leader;

    /** What each metadata that the core made must mean. */
    final Map<String, Snapshot> snapshots = new HashMap<>();

    private String metadata = "";
    private long committed = -1;
    /** The assignment that may commit; 0: none. */
    long ownerEpoch;

    PartitionLog(String topic, int tier, int number, long base) {
        this.topic = topic;
        this.tier = tier;
        this.number = number;
        this.end = base;
    }

    void append(long gap, int key, int bytes, byte kind) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, size * 2);
            keys = Arrays.copyOf(keys, size * 2);
            sizes = Arrays.copyOf(sizes, size * 2);
            kinds = Arrays.copyOf(kinds, size * 2);
            leaders = Arrays.copyOf(leaders, size * 2);
            done = Arrays.copyOf(done, size * 2);
        }
        offsets[size] = end + gap;
        keys[size] = key;
        sizes[size] = bytes;
        leaders[size] = leader;
        done[size] = false;
        kinds[size++] = kind;
        end += gap + 1;
    }

    /** A record of a retry topic. */
    void append(Past past, int key, int bytes, byte kind) {
        pasts.add(past);
        append(0, key, bytes, kind);
    }

    /** What a record of a retry topic carries. */
    Past past(long offset) {
        return pasts.get(indexOf(offset));
    }

    /** What is no record, such as a transaction marker. */
    void appendGap(long gap) {
        end += gap;
    }

    /** Index of the first record at or above an offset. */
    int indexOf(long offset) {
        int i = Arrays.binarySearch(offsets, 0, size, offset);
        return i < 0 ? -i - 1 : i;
    }

    int size() {
        return size;
    }

    long offset(int i) {
        return offsets[i];
    }

    int key(int i) {
        return keys[i];
    }

    int bytes(int i) {
        return sizes[i];
    }

    int leaderOf(int i) {
        return leaders[i];
    }

    byte kind(int i) {
        return kinds[i];
    }

    /** Where a consumer stands that has read all records before an index. */
    long positionAt(int i) {
        return i < size ? offsets[i] : end;
    }

    long end() {
        return end;
    }

    boolean isDone(long offset) {
        return done[indexOf(offset)];
    }

    /** Another broker leads the partition from now on. */
    void elect() {
        leader++;
    }

    /** Loses records from an index on: a leader was elected that did not have them. What was committed stays. */
    void truncate(int from) {
        if (tier >= 0) {
            return; // What was moved is written to more than one broker.
        }
        int to = Math.max(from, indexOf(committed));
        if (to < size) {
            end = offsets[to];
            size = to;
            firstOpen = Math.min(firstOpen, size);
            leader++;
        }
    }

    long committed() {
        return committed;
    }

    /** What the last commit says beyond its offset. */
    String metadata() {
        return metadata;
    }

    /** Where a consumer starts. */
    long start() {
        return committed >= 0 ? committed : 0;
    }

    void settle(long offset) {
        done[indexOf(offset)] = true;
        while (firstOpen < size && done[firstOpen]) {
            firstOpen++;
        }
    }

    boolean settled() {
        return firstOpen == size;
    }

    /** A commit reaches the broker. */
    void commit(long offset, String saying) {
        long lowest = positionAt(firstOpen);
        if (offset > lowest) {
            throw new Broken(
                    "G1",
                    "partition " + number + " committed at " + offset + ", but " + lowest + " has no terminal outcome");
        }
        if (offset < committed) {
            throw new Broken("G7", "partition " + number + " committed at " + offset + " after " + committed);
        }
        committed = offset;
        metadata = saying;
    }

    /** Another member has it for a while and settles the next records. */
    void elsewhere(int records) {
        int to = Math.min(size, firstOpen + records);
        for (int i = firstOpen; i < to; i++) {
            done[i] = true;
        }
        while (firstOpen < size && done[firstOpen]) {
            firstOpen++;
        }
        commit(Math.max(committed, positionAt(firstOpen)), "");
    }
}
