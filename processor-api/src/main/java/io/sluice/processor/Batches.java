package io.sluice.processor;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Checks a batch and finds its groups. */
final class Batches {
    private Batches() {}

    /**
     * Index of each group's first record, and the number of records as a last entry.
     *
     * @throws ProtocolException if the batch is empty or a group's records do not stand side by side
     */
    static int[] groupStarts(InBatch batch) throws ProtocolException {
        int size = batch.size();
        if (size == 0) {
            throw new ProtocolException(
                    "batch " + Long.toUnsignedString(batch.id()) + " has no records: at least one is needed");
        }
        int[] starts = new int[Math.min(size, 16) + 1];
        int groups = 0;
        Seen seen = new Seen();
        for (int i = 0; i < size; i++) {
            int group = batch.record(i).group();
            if (i > 0 && group == batch.record(i - 1).group()) {
                continue;
            }
            if (!seen.add(group, batch, i)) {
                throw new ProtocolException(
                        "batch " + Long.toUnsignedString(batch.id()) + ": group " + Integer.toUnsignedString(group)
                                + " goes on at record " + i + ": records of a group must stand side by side");
            }
            if (groups + 1 == starts.length) {
                starts = Arrays.copyOf(starts, Math.min(size, groups * 2) + 2);
            }
            starts[groups++] = i;
        }
        starts[groups] = size;
        return groups + 1 == starts.length ? starts : Arrays.copyOf(starts, groups + 1);
    }

    /** Groups met so far; free of allocation while their numbers ascend, as a gateway's naturally do. */
    private static final class Seen {
        private long highest = -1;
        private final Set<Long> passed = new HashSet<>();

        /** False if the group was added before. */
        boolean add(int group, InBatch batch, int before) {
            long number = Integer.toUnsignedLong(group);
            if (passed.isEmpty() && number > highest) {
                highest = number;
                return true;
            }
            if (passed.isEmpty()) {
                for (int i = 0; i < before; i++) {
                    passed.add(Integer.toUnsignedLong(batch.record(i).group()));
                }
            }
            return passed.add(number);
        }
    }
}
