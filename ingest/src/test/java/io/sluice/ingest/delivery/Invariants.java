package io.sluice.ingest.delivery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold after every step; the numbers are those of the classes that own them. */
final class Invariants {
    /** The JVM's tests run one after the other. */
    private static final CompletionEncoder ENCODER = new CompletionEncoder("p", 0, CompletionCodec.MAX_CHARS);

    private Invariants() {}

    static void check(Delivery delivery) {
        int live = 0;
        long bytes = 0;
        Map<StreamState, Integer> open = new HashMap<>();
        Set<KeyQueue> queues = new HashSet<>();
        for (OffsetLedger ledger : delivery.partitions().all()) {
            int inLedger = 0;
            int outstanding = 0;
            long last = -1;
            for (Entry e = ledger.oldest(); e != null; e = e.newer) {
                require(e.offset > last, "L1 order in " + ledger.partition);
                require(ledger.committable() <= e.offset, "L2 " + e);
                last = e.offset;
                inLedger++;
                bytes += e.bytes;
                outstanding += (e.batch != null ? 1 : 0) + (e.publishing ? 1 : 0);
                require(!(e.batch != null && e.publishing), e + " in a batch and publishing");
                if (e.batch != null) {
                    require(e.batch.entry(e.index) == e, e + " not where its batch has it");
                    open.merge(e.batch.stream, 1, Integer::sum);
                }
            }
            completions(ledger);
            require(inLedger == ledger.live(), "count of " + ledger.partition);
            require(outstanding == ledger.outstanding, "outstanding of " + ledger.partition);
            live += inLedger;
            for (KeyQueue q = ledger.queues; q != null; q = q.nextOfLedger) {
                require(queues.add(q), "a queue linked twice");
                queue(q, ledger);
            }
        }
        require(live == delivery.partitions().liveRecords(), "live records");
        require(bytes == delivery.partitions().liveBytes(), "live bytes");
        for (StreamState s : delivery.streams().all()) {
            require(
                    s.outstandingRecords() == open.getOrDefault(s, 0),
                    "outstanding of a stream: " + s.outstandingRecords() + " is not " + open.get(s));
            for (Batch b : s.batches.values()) {
                require(b.open > 0 && b.heapIndex >= 0, "an open batch without records or lease");
            }
        }
        list(delivery.queues().ready, KeyQueue.State.READY);
        list(delivery.queues().suspects, KeyQueue.State.SUSPECT);
    }

    private static void completions(OffsetLedger ledger) {
        String metadata = ENCODER.encode(ledger, 0);
        Completions told = CompletionCodec.decode(
                        metadata,
                        "p",
                        ledger.partition.topic(),
                        ledger.partition.partition(),
                        Math.max(0, ledger.committable()))
                .completions();
        Restored done = new Restored(told);
        for (Entry e = ledger.oldest(); e != null; e = e.newer) {
            require(!done.done(e.offset), "L3 " + e + " is told as done");
        }
    }

    private static void queue(KeyQueue q, OffsetLedger ledger) {
        require(q.ledger == ledger, "a queue of another ledger");
        long last = -1;
        int n = 0;
        for (Entry e = q.head; e != null; e = e.nextInQueue) {
            require(e.offset > last, "order in a queue");
            require(!e.publishing, "a publishing record in a queue");
            last = e.offset;
            n++;
        }
        require(n == q.size, "size of a queue");
        require(q.state != KeyQueue.State.BUSY || (q.head != null && q.head.batch != null), "Q2 busy without a batch");
        require(
                q.state == KeyQueue.State.BUSY || q.head == null || q.head.batch == null,
                "Q2 in a batch and " + q.state);
        require((q.state == KeyQueue.State.WAITING) == (q.heapIndex >= 0), "Q1 waiting");
        require(q.size > 0 || q.publishing > 0, "Q3 an empty queue");
        if (q.size > 0 && ledger.maySend(q.head)) {
            require(q.state != KeyQueue.State.IDLE, "Q1 records that nobody will send");
        }
    }

    private static void list(QueueList list, KeyQueue.State state) {
        int records = 0;
        int queues = 0;
        for (KeyQueue q = list.first; q != null; q = q.after) {
            require(q.state == state, "Q1 " + q.state + " in the list of " + state);
            records += q.size;
            queues++;
        }
        require(records == list.records && queues == list.size(), "counts of the list of " + state);
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("invariant broken: " + what);
        }
    }
}
