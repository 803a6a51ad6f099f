package io.sluice.ingest.delivery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A delivery with hand-driven edges: a clock, fake streams that record what they are sent, a dead-letter desk. */
class World implements Effects, Observer {
    static final long MS = 1_000_000L;
    static final DeliverySettings SETTINGS = settings(Ordering.KEY);

    final Delivery delivery;
    final List<DeadLetter> letters = new ArrayList<>();
    final List<Delayed> delayed = new ArrayList<>();
    final Map<PartitionEpoch, Long> committable = new HashMap<>();
    final Map<PartitionEpoch, String> completions = new HashMap<>();
    final Map<PartitionEpoch, Long> revoked = new HashMap<>();
    boolean publisherFull;
    long nowNs = 1_000_000_000L;
    private long epochs;

    World(DeliverySettings settings) {
        this.delivery = new Delivery(settings, this, this);
    }

    static DeliverySettings settings(Ordering ordering) {
        return Settings.of(ordering).build();
    }

    PartitionEpoch assign(String topic, int partition) {
        PartitionEpoch epoch = new PartitionEpoch(topic, partition, ++epochs);
        delivery.assigned(epoch);
        return epoch;
    }

    void receive(PartitionEpoch partition, long offset, String key) {
        receive(partition, offset, key, 10);
    }

    void receive(PartitionEpoch partition, long offset, String key, int bytes) {
        byte[] k = key == null ? null : key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        delivery.received(partition, offset, 1, 0, 0, k, new byte[bytes], Header.NONE, nowNs);
    }

    FakeStream stream(long credit) {
        return stream(credit, 4 << 20);
    }

    FakeStream stream(long credit, int maxFrameBytes) {
        FakeStream stream = new FakeStream(this);
        delivery.streamUp(stream, new StreamInfo("t", "p", "1", "i", maxFrameBytes), credit, 0);
        return stream;
    }

    /** One cycle of the lane. */
    void cycle() {
        delivery.tick(nowNs);
        delivery.dispatch(nowNs);
        delivery.tellNews(nowNs);
        new Invariants(delivery).check();
        TellsNoLiveRecord.check(delivery);
    }

    void pass(long ms) {
        nowNs += ms * MS;
        cycle();
    }

    /** What is still live, for messages of failed tests. */
    String describe() {
        StringBuilder text = new StringBuilder(delivery.view(nowNs).toString());
        for (OffsetLedger ledger : delivery.partitions().all()) {
            for (Entry e = ledger.oldest(); e != null; e = e.newer) {
                KeyQueue q = e.queue;
                text.append("\n  ").append(e).append(' ').append(q == null ? null : q.state);
                text.append(e.batch == null ? "" : " in batch " + e.batch.id + " due in " + (e.batch.dueNs - nowNs));
                text.append(e.publishing ? " publishing" : "").append(" wire ").append(e.wireBytes);
            }
        }
        return text.toString();
    }

    @Override
    public boolean publish(Outgoing letter) {
        if (publisherFull) {
            return false;
        }
        return letter instanceof DeadLetter dead ? letters.add(dead) : delayed.add((Delayed) letter);
    }

    @Override
    public void progress(PartitionEpoch partition, long offset, long settledRecords, long settledBytes) {
        committable.put(partition, offset);
    }

    @Override
    public void completions(PartitionEpoch partition, String metadata) {
        completions.put(partition, metadata);
    }

    @Override
    public void revoked(PartitionEpoch partition, long offset, String metadata) {
        completions.put(partition, metadata);
        revoked.put(partition, offset);
    }

    @Override
    public void batchSent(int records) {}

    @Override
    public void batchDone(long elapsedNs) {}

    @Override
    public void settled(long timestampMs) {}

    /** What a batch held when it was sent. */
    record Sent(
            long id,
            List<PartitionEpoch> partitions,
            List<Long> offsets,
            List<Integer> groups,
            List<Integer> attempts) {
        int size() {
            return offsets.size();
        }
    }

    /** A stream whose other end is the test. */
    static final class FakeStream implements StreamPort {
        final World world;
        final List<Sent> batches = new ArrayList<>();
        final List<String> revokes = new ArrayList<>();
        boolean ready = true;
        String closed;

        FakeStream(World world) {
            this.world = world;
        }

        Sent last() {
            return batches.get(batches.size() - 1);
        }

        /** Answers, as a frame of one batch. */
        String answer(Sent batch, VerdictRange... verdicts) {
            return answer(batch.id(), verdicts);
        }

        String answer(long id, VerdictRange... verdicts) {
            String text = world.delivery.results(this, List.of(new BatchVerdicts(id, List.of(verdicts))), world.nowNs);
            world.cycle();
            return text;
        }

        void ack(Sent batch) {
            answer(batch, VerdictRange.ack(0, batch.size()));
        }

        void die() {
            world.delivery.streamDown(this, true, world.nowNs);
            world.cycle();
        }

        @Override
        public boolean ready() {
            return ready;
        }

        @Override
        public void send(Batch batch, long leaseNs) {
            List<PartitionEpoch> partitions = new ArrayList<>();
            List<Long> offsets = new ArrayList<>();
            List<Integer> groups = new ArrayList<>();
            List<Integer> attempts = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                partitions.add(batch.entry(i).partition());
                offsets.add(batch.entry(i).offset());
                groups.add(batch.group(i));
                attempts.add(batch.entry(i).attempts() + 1);
            }
            batches.add(new Sent(batch.id(), partitions, offsets, groups, attempts));
        }

        @Override
        public void frameHandled() {}

        @Override
        public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {
            revokes.add(cause + " " + batchIds + " " + partitions);
        }

        @Override
        public void close(CloseCause cause, String reason, long graceNs) {
            closed = cause + " " + reason;
        }
    }

    static VerdictRange verdict(int first, int count, Outcome outcome) {
        return new VerdictRange(first, count, outcome, "CODE", "reason", -1, Scope.RECORD, Header.NONE);
    }

    static VerdictRange retry(int first, long afterMs, Scope scope) {
        return new VerdictRange(first, 1, Outcome.RETRY, "BUSY", "later", afterMs * MS, scope, Header.NONE);
    }
}
