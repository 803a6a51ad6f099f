package io.sluice.processor;

import io.sluice.proto.processor.v1.Revoke;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The batches of one stream that are not fully settled, in the order they came. Conductor's thread only. */
final class OpenBatches {
    /** Batches younger than this are about to be sent whole: no use in sending a part. */
    private static final long PART_AFTER_NS = 20_000_000L;

    private final Map<Long, OpenBatch> byId = new LinkedHashMap<>();
    private final ArrayDeque<OpenBatch> finished = new ArrayDeque<>();

    void add(OpenBatch batch) {
        byId.put(batch.id(), batch);
    }

    /** The last group of a batch is settled; ignored if the batch was taken back meanwhile. */
    void finished(OpenBatch batch) {
        if (byId.get(batch.id()) == batch) {
            batch.finished = true;
            finished.add(batch);
        }
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    int size() {
        return byId.size();
    }

    boolean hasFinished() {
        return !finished.isEmpty();
    }

    /** What the gateway wants back; {@code gone}: has taken back, so that nothing is to be sent about it. */
    void take(Revoke revoke, boolean gone) {
        for (long id : revoke.getBatchIdsList()) {
            OpenBatch batch = byId.get(id);
            if (batch != null) {
                take(batch, Taken.ALL, gone);
            }
        }
        if (revoke.getPartitionsCount() > 0) {
            Taken partitions = Taken.of(revoke.getPartitionsList());
            for (OpenBatch batch : all()) {
                take(batch, partitions, gone);
            }
        }
    }

    private void take(OpenBatch batch, Taken what, boolean gone) {
        if (!gone) {
            batch.release(what);
            return;
        }
        batch.forget(what);
        if (batch.isGone()) {
            byId.remove(batch.id());
            finished.remove(batch);
        }
    }

    /** Nothing more is begun. */
    void releaseAll() {
        all().forEach(batch -> batch.release(Taken.ALL));
    }

    /** Nothing more is begun, and nothing more is sent. */
    void forgetAll() {
        all().forEach(batch -> batch.forget(Taken.ALL));
        byId.clear();
        finished.clear();
    }

    /** Writes finished batches into a frame until it is full; what is written is no longer open. */
    void writeFinished(RangeWriter frame) {
        while (!finished.isEmpty() && !frame.isFull() && write(finished.element(), frame)) {
            byId.remove(finished.remove().id());
        }
    }

    /** Writes what is settled of the others: a slow record must not hold back the verdicts of other keys. */
    void writeParts(RangeWriter frame, long nowNs) {
        for (OpenBatch batch : byId.values()) {
            if (!batch.finished && nowNs - batch.arrivedNs >= PART_AFTER_NS && !frame.isFull()) {
                write(batch, frame);
            }
        }
    }

    private static boolean write(OpenBatch batch, RangeWriter frame) {
        frame.begin(batch.id());
        boolean complete = batch.write(frame);
        frame.end();
        return complete;
    }

    /** Batches half of whose lease is over and may still grow; they count as extended from now. */
    List<Long> extend(long nowNs, long maxLeaseNs) {
        List<Long> ids = new ArrayList<>();
        for (OpenBatch batch : byId.values()) {
            boolean halfOver = batch.leaseNs > 0 && nowNs - batch.extendedNs >= batch.leaseNs / 2;
            boolean mayGrow = batch.extendedNs - batch.arrivedNs + batch.leaseNs < maxLeaseNs;
            if (halfOver && mayGrow) {
                batch.extendedNs = nowNs;
                ids.add(batch.id());
            }
        }
        return ids;
    }

    private List<OpenBatch> all() {
        return List.copyOf(byId.values());
    }
}
