package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.StreamPort.RevokeCause;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The streams of a lane and the choice among them: the least outstanding that credit and transport allow, in turns
 * when equal. A stream whose leases keep running out is ejected for a while and then tried with one batch.
 */
final class Streams {
    private static final int EXPIRIES_TO_EJECT = 3;
    private static final long FIRST_EJECTION_NS = 5_000_000_000L;
    private static final long MAX_EJECTION_NS = 300_000_000_000L;

    private final List<StreamState> all = new ArrayList<>();
    private final IdentityHashMap<StreamPort, StreamState> byPort = new IdentityHashMap<>();
    private final Deadlines deadlines;
    private final DeliveryStats stats;
    private long sends;

    Streams(Deadlines deadlines, DeliveryStats stats) {
        this.deadlines = deadlines;
        this.stats = stats;
    }

    void add(StreamState stream) {
        all.add(stream);
        byPort.put(stream.port, stream);
        stats.streamsUp.add(1);
    }

    void remove(StreamState stream) {
        stream.down = true;
        all.remove(stream);
        byPort.remove(stream.port);
        deadlines.cancel(stream);
        stats.streamsDown.add(1);
    }

    /** Null: not known, or no longer. */
    StreamState of(StreamPort port) {
        return byPort.get(port);
    }

    List<StreamState> all() {
        return all;
    }

    /**
     * The stream for the next batch.
     *
     * @param minFrameRoom largest record to be sent, as {@link Entry#wireBytes}
     * @param reserved not to be chosen; may be null
     * @return null: none has credit and a transport that takes more
     */
    StreamState pick(int batchRecords, long minFrameRoom, StreamState reserved) {
        StreamState best = null;
        for (int i = 0; i < all.size(); i++) {
            StreamState s = all.get(i);
            if (s != reserved
                    && s.usable()
                    && s.hasCredit(batchRecords)
                    && s.frameRoom() >= minFrameRoom
                    && (best == null || busier(best, s))
                    && s.port.ready()) {
                best = s;
            }
        }
        return best;
    }

    /** The stream that suspects are sent on: the least outstanding that may be used for them at all; null: none. */
    StreamState forSuspects(long minFrameRoom) {
        StreamState best = null;
        for (StreamState s : all) {
            if (takes(s, minFrameRoom) && (best == null || busier(best, s))) {
                best = s;
            }
        }
        return best;
    }

    /** Whether a stream may be used, now or once it has settled what it holds, for a record of this size. */
    boolean takes(StreamState s, long minFrameRoom) {
        return s.usable() && s.creditRecords > 0 && s.frameRoom() >= minFrameRoom;
    }

    /** Largest frame room of all connected streams; 0: none is connected. */
    long largestFrameRoom() {
        long largest = 0;
        for (StreamState s : all) {
            largest = Math.max(largest, s.frameRoom());
        }
        return largest;
    }

    void sent(StreamState stream, Batch batch) {
        stream.sentRecords += batch.size();
        stream.sentBytes += batch.bytes;
        stream.lastSend = ++sends;
        stream.batches.put(batch.id, batch);
    }

    /** A verdict came: whatever it says, the stream works. */
    static void proven(StreamState stream) {
        stream.expiries = 0;
        stream.ejections = 0;
        stream.onProbation = false;
    }

    /**
     * A lease ran out on the stream. A stream that lets several run out in a row gets one batch at a time until it
     * answers; if there is another to go to it is left alone for a while first.
     */
    void expired(StreamState stream, long nowNs) {
        boolean tolerable = ++stream.expiries < EXPIRIES_TO_EJECT && !stream.onProbation;
        if (tolerable || stream.ejected) {
            return;
        }
        stream.expiries = 0;
        stream.onProbation = true;
        if (anotherUsable(stream)) {
            stream.ejected = true;
            long time = Math.min(MAX_EJECTION_NS, FIRST_EJECTION_NS << Math.min(10, stream.ejections++));
            deadlines.schedule(stream, nowNs + time);
            stats.ejections.add(1);
        }
    }

    boolean anyUsable() {
        for (StreamState s : all) {
            if (s.usable()) {
                return true;
            }
        }
        return false;
    }

    private boolean anotherUsable(StreamState stream) {
        for (StreamState s : all) {
            if (s != stream && s.usable() && !s.onProbation) {
                return true;
            }
        }
        return false;
    }

    /** Its time is over: it may prove itself with one batch. */
    void readmit(StreamState stream) {
        stream.ejected = false;
    }

    /** Asks every stream that holds records of partitions for them; no time left: tells that they are gone. */
    void askBack(List<PartitionEpoch> back, long graceNs) {
        for (StreamState stream : all) {
            if (holdsAnyOf(stream, back)) {
                stream.port.revoke(List.of(), back, Math.max(0, graceNs), RevokeCause.REBALANCE);
            }
        }
    }

    private static boolean holdsAnyOf(StreamState stream, List<PartitionEpoch> wanted) {
        for (Batch batch : stream.batches.values()) {
            for (int i = 0; i < batch.size(); i++) {
                if (batch.entry(i) != null && wanted.contains(batch.entry(i).partition)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean busier(StreamState a, StreamState b) {
        long d = a.outstandingRecords() - b.outstandingRecords();
        return d != 0 ? d > 0 : a.lastSend > b.lastSend;
    }
}
