package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.List;

/**
 * Looks whether the numbered invariants hold, and whether every count is that of the things counted. Reads all that is
 * in flight and changes nothing; allocates little, so it can run after every step of a simulation. Lane
 * thread only.
 */
public final class Invariants {
    private final Delivery delivery;

    // Sums of one check.
    private int live;
    private long bytes;
    private int inBatches;
    private int queued;
    private int listed;
    private int timers;
    private int keys;
    /** Queues of a key that hold nothing and await their letters. */
    private final List<KeyQueue> emptied = new ArrayList<>();

    public Invariants(Delivery delivery) {
        this.delivery = delivery;
    }

    /**
     * Checks everything.
     *
     * @throws IllegalStateException names the invariant and where it is broken
     */
    public void check() {
        live = 0;
        bytes = 0;
        inBatches = 0;
        queued = 0;
        listed = 0;
        timers = 0;
        keys = 0;
        emptied.clear();
        for (OffsetLedger ledger : delivery.partitions().all()) {
            ledger(ledger);
            queues(ledger);
        }
        require(keys + emptied.size() == delivery.queues().keys(), "Q3 keys without a record, in number", keys);
        require(live == delivery.partitions().liveRecords(), "records in flight", live);
        require(bytes == delivery.partitions().liveBytes(), "bytes in flight", bytes);
        streams();
        list(delivery.queues().ready, KeyQueue.State.READY);
        list(delivery.queues().suspects, KeyQueue.State.SUSPECT);
        require(listed == 0, "Q1 queues in a state whose list does not have them", listed);
        require(timers == delivery.queues().deadlines.size(), "deadlines set, not those awaited", timers);
    }

    /** Records in flight: received, and neither settled nor given up. */
    public int liveRecords() {
        return delivery.partitions().liveRecords();
    }

    /** Their keys, values and headers, in bytes. */
    public long liveBytes() {
        return delivery.partitions().liveBytes();
    }

    /** Deadlines that are set: leases, waiting queues, ages, letters to be tried again, ejections. */
    public int timers() {
        return delivery.queues().deadlines.size();
    }

    /** Keys that have a queue. */
    public int keys() {
        return delivery.queues().keys();
    }

    /** Letters that the publisher had no room for. */
    public int lettersWaiting() {
        return delivery.desk().waiting();
    }

    /** Where a partition may be committed now; -1: nothing known, or not ours. */
    public long committable(PartitionEpoch partition) {
        OffsetLedger ledger = delivery.partitions().ledger(partition);
        return ledger == null ? -1 : ledger.committable();
    }

    /** Whether a partition is ours, be it that it is being given up. */
    public boolean owns(PartitionEpoch partition) {
        return delivery.partitions().ledger(partition) != null;
    }

    /** Whether the breaker for dead letters lets records through. */
    public Flood.State flood(long nowNs) {
        return delivery.breaker().view(nowNs).state();
    }

    /** Where a record was read: of one that came back, its place in the retry topic, not that of the original. */
    public static long readAt(Entry entry) {
        return entry.offset;
    }

    private void ledger(OffsetLedger ledger) {
        int inLedger = 0;
        int outstanding = 0;
        int letters = 0;
        int inOut = 0;
        int withheld = 0;
        int looseInBatches = 0;
        long last = -1;
        long committable = ledger.committable();
        for (Entry e = ledger.oldest(); e != null; e = e.newer) {
            require(e.ledger == ledger && e.partition == ledger.partition, "ledger of a record", e);
            require(e.offset > last, "L1 order", e);
            require(committable <= e.offset, "L2 committable above a live record", e);
            last = e.offset;
            inLedger++;
            bytes += e.bytes;
            timers += e.expiry != null && e.expiry.heapIndex >= 0 ? 1 : 0;
            if (e.batch != null) {
                require(!e.publishing && e.batch.entry(e.index) == e, "a record is not where its batch has it", e);
                outstanding++;
                inBatches++;
                looseInBatches += e.queue == null ? 1 : 0;
            } else if (e.publishing) {
                outstanding++;
                letters++;
                timers += e.letter.heapIndex >= 0 ? 1 : 0;
            } else if (ledger.parking != null && ledger.parking.withheld.get(e.offset) == e) {
                require(e.queue == null, "K a record that waits to be parked is in a queue", e);
                withheld++;
            }
            require(e.publishing || !e.held, "a record is held without a letter", e);
            queueOf(e, ledger);
        }
        require(inLedger == ledger.live(), "L records counted in a ledger", ledger.partition);
        if (ledger.parking != null) {
            for (Entry e : ledger.parking.out.values()) {
                require(e.parked && e.ledger == ledger, "K read back, of another ledger", e);
                queueOf(e, ledger);
                inOut++;
                bytes += e.bytes;
                timers += e.expiry != null && e.expiry.heapIndex >= 0 ? 1 : 0;
                if (e.batch != null) {
                    outstanding++;
                    inBatches++;
                } else if (e.publishing) {
                    outstanding++;
                    letters++;
                    timers += e.letter.heapIndex >= 0 ? 1 : 0;
                }
            }
        }
        require(outstanding == ledger.outstanding, "L outstanding counted in a ledger", ledger.partition);
        live += inLedger + inOut;
        queued += inLedger + inOut - letters - withheld - looseInBatches;
    }

    /** What only a record tells of its queue: one that holds nothing has no head to be found by. */
    private void queueOf(Entry e, OffsetLedger ledger) {
        KeyQueue q = e.queue;
        if (q == null) {
            return;
        }
        require(q.size > 0 || q.publishing > 0, "Q3 a queue that awaits nothing", ledger.partition);
        require(q.held <= q.publishing, "letters counted in a queue", ledger.partition);
        if (q.size == 0 && q.key != null && !emptied.contains(q)) {
            emptied.add(q);
        }
    }

    private void queues(OffsetLedger ledger) {
        for (KeyQueue q : ledger.queues()) {
            require(q.ledger == ledger && (ledger.loose == q) == q.loose, "Q3 a queue not of its ledger", q.head);
            queue(q, ledger);
        }
        require(queued == 0, "records that are in no queue, or in two", ledger.partition);
    }

    private void queue(KeyQueue q, OffsetLedger ledger) {
        long last = -1;
        int n = 0;
        boolean taken = false;
        for (Entry e = q.head; e != null; e = e.nextInQueue) {
            taken |= e.batch != null;
            require(e.offset > last && e.queue == q && e.ledger == ledger, "order in a queue", e);
            require(!e.publishing, "a record in a queue and on its way to the dead-letter topic", e);
            last = e.offset;
            n++;
        }
        queued -= n;
        keys += q.key == null ? 0 : 1;
        require(n == q.size, "size of a queue", q.head);
        require((q.state == KeyQueue.State.BUSY) == taken, "Q2 BUSY and in a batch", q.head);
        require((q.state == KeyQueue.State.WAITING) == (q.heapIndex >= 0), "Q1 WAITING and in the deadlines", q.head);
        require(
                q.state != KeyQueue.State.IDLE || q.size == 0 || q.endsParking || !ledger.maySend(q.head),
                "Q1 records that nobody will send",
                q.head);
        listed += q.state == KeyQueue.State.READY || q.state == KeyQueue.State.SUSPECT ? 1 : 0;
        timers += q.state == KeyQueue.State.WAITING ? 1 : 0;
    }

    private void streams() {
        for (StreamState s : delivery.streams().all()) {
            long open = 0;
            for (Batch b : s.batches.values()) {
                int inBatch = 0;
                for (int i = 0; i < b.size(); i++) {
                    Entry e = b.entry(i);
                    require(e == null || e.batch == b, "a batch holds a record of another", e);
                    inBatch += e == null ? 0 : 1;
                }
                require(b.open == inBatch && b.open > 0, "open records of batch", b.id);
                require(b.heapIndex >= 0, "no lease on batch", b.id);
                open += inBatch;
                timers++;
            }
            require(s.outstandingRecords() == open, "outstanding of stream", s.info.instanceId());
            timers += s.heapIndex >= 0 ? 1 : 0;
            require(s.ejected == (s.heapIndex >= 0), "ejected without an end, stream", s.info.instanceId());
            inBatches -= (int) open;
        }
        require(inBatches == 0, "records in batches of streams that are gone", inBatches);
    }

    private void list(QueueList list, KeyQueue.State state) {
        int records = 0;
        int queues = 0;
        KeyQueue previous = null;
        for (KeyQueue q = list.first; q != null; q = q.after) {
            require(q.state == state && q.before == previous, "Q1 in the list of another state", q.head);
            records += q.size;
            queues++;
            previous = q;
        }
        require(records == list.records && queues == list.size(), "counts of the list of", state);
        listed -= queues;
    }

    private static void require(boolean holds, String what, Object where) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + what + ": " + where);
        }
    }

    private static void require(boolean holds, String what, long where) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + what + ": " + where);
        }
    }
}
