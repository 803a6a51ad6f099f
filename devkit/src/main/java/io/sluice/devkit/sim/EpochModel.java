package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.PartitionEpoch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the judge knows of one assignment of a partition. */
final class EpochModel {
    final PartitionEpoch id;
    final PartitionLog log;
    final Tracker tracker = new Tracker();
    /** Records that go one after the other, by key; in PARTITION order all in the first. */
    final List<List<Rec>> runs = new ArrayList<>();
    /** Last offset acknowledged in each run. */
    final long[] lastAck;

    long settledRecords;
    long settledBytes;
    long highestSent = -1;
    /** A processor wants the partition left alone. */
    long holdUntil = Long.MIN_VALUE;

    boolean closing;
    long drainTo;
    long askBack;
    long closeBy;
    /** What the commit that it began with says is done; null: nothing, or it no longer counts. */
    @Nullable
    Snapshot restored;

    int leader = -1;
    long lastReceived = -1;

    /** The core has let go of it. */
    boolean gone;

    EpochModel(PartitionEpoch id, PartitionLog log, int runs) {
        this.id = id;
        this.log = log;
        this.lastAck = new long[runs];
        Arrays.fill(lastAck, -1);
        for (int i = 0; i < runs; i++) {
            this.runs.add(new ArrayList<>());
        }
    }

    long number() {
        return id.epoch();
    }

    @Override
    public String toString() {
        return "partition " + log.number + ", epoch " + number();
    }
}
