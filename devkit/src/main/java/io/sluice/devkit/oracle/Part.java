package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What is known of one partition: records that exist, commits, dead letters, who had it. */
final class Part {
    static final long NEVER = Long.MAX_VALUE;

    /** As {@code topic-partition}. */
    final String name;

    final int number;

    private final Column pOffset = new Column();
    private final Column pKey = new Column();
    private final Column pUid = new Column();
    private final Column pSha = new Column();
    private final Column pT = new Column();

    /** Commits in the order of the broker's log. */
    final Column commitT = new Column();

    final Column commitOffset = new Column();

    /** Which commits carry metadata. */
    final BitSet withMetadata = new BitSet();

    final List<Outcome> outcomes = new ArrayList<>();

    /** In the order in which they began. */
    final List<Epoch> epochs = new ArrayList<>();

    /** Offsets below which records are not the group's business, each from a time on. */
    final List<Waiver> waivers = new ArrayList<>();

    // The records that exist, by offset; set by freeze.
    int size;
    private long[] offset = {};
    private int[] key = {};
    private long[] uid = {};
    private long[] sha = {};
    private long[] producedAt = {};

    /** When a record first had an outcome. */
    long[] settledAt = {};

    /** Whether a record is in an outcome topic. */
    final BitSet lettered = new BitSet();

    /** Where a record's deliveries begin in {@link Facts#byRecord}; one more at the end. */
    int[] firstRow = {};

    /**
     * Below {@code offset} nothing is owed.
     *
     * @param reset whether an operator set the group's offset, so that it may go back
     */
    record Waiver(long t, long offset, boolean reset) {}

    Part(String name, int number) {
        this.name = name;
        this.number = number;
    }

    void produced(long offset, int key, long uid, long sha, long t) {
        pOffset.add(offset);
        pKey.add(key);
        pUid.add(uid);
        pSha.add(sha);
        pT.add(t);
    }

    void committed(long t, long offset, boolean metadata) {
        withMetadata.set(commitT.size(), metadata);
        commitT.add(t);
        commitOffset.add(offset);
    }

    /** Puts the records in order; of two with one offset the first stays. */
    void freeze() {
        int n = pOffset.size();
        Integer[] order = null;
        for (int i = 1; i < n; i++) {
            if (pOffset.get(i) <= pOffset.get(i - 1)) {
                order = sorted(n);
                break;
            }
        }
        offset = new long[n];
        key = new int[n];
        uid = new long[n];
        sha = new long[n];
        producedAt = new long[n];
        size = 0;
        for (int i = 0; i < n; i++) {
            int from = order == null ? i : order[i];
            if (size > 0 && offset[size - 1] == pOffset.get(from)) {
                continue;
            }
            offset[size] = pOffset.get(from);
            key[size] = pKey.getInt(from);
            uid[size] = pUid.get(from);
            sha[size] = pSha.get(from);
            producedAt[size++] = pT.get(from);
        }
        settledAt = new long[size];
        Arrays.fill(settledAt, NEVER);
    }

    private Integer[] sorted(int n) {
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(pOffset.get(a), pOffset.get(b)));
        return order;
    }

    /** Number of the record at an offset; negative: there is none. */
    int find(long at) {
        return Arrays.binarySearch(offset, 0, size, at);
    }

    /** Number of the first record at or above an offset. */
    int ceiling(long at) {
        int found = find(at);
        return found >= 0 ? found : -found - 1;
    }

    long offset(int record) {
        return offset[record];
    }

    int key(int record) {
        return key[record];
    }

    long uid(int record) {
        return uid[record];
    }

    long sha(int record) {
        return sha[record];
    }

    long producedAt(int record) {
        return producedAt[record];
    }

    /** Offset below which, at a time, nothing is owed. */
    long waivedBelow(long t) {
        long below = Long.MIN_VALUE;
        for (Waiver waiver : waivers) {
            if (waiver.t() <= t) {
                below = Math.max(below, waiver.offset());
            }
        }
        return below;
    }

    String at(long offset) {
        return name + "@" + offset;
    }
}
