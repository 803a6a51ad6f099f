package io.sluice.ingest.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Batches;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Observer;
import io.sluice.ingest.delivery.Outcome;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.Scope;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.delivery.VerdictRange;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.PublishRing;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lane's cycle by hand: what it tells the poll thread of the records that wait for a stream. */
class LaneAgentTest implements Observer {
    private static final long MS = 1_000_000;

    private final PartitionEpoch p0 = new PartitionEpoch("t", 0, 1);
    private final PartitionEpoch p1 = new PartitionEpoch("t", 1, 2);
    private final Doorbell room = new Doorbell();
    private final RecordRing records = new RecordRing(64, new Doorbell());
    private final ReplyRing replies = new ReplyRing(64, new Doorbell());
    private final LaneAgent agent =
            new LaneAgent("p", Batches.settings(10 * MS), records, replies, new PublishRing(64), room, this);
    private final Processor processor = new Processor();
    private long nowNs = MS;

    private void cycle(long ms) {
        nowNs += ms * MS;
        agent.doWork(nowNs);
    }

    private void assign(PartitionEpoch partition) {
        RecordSlot slot = slot(RecordSlot.Kind.ASSIGNED, partition);
        slot.word = new RecordSlot.Assigned(partition, new CommitBoard(partition));
        records.publish();
    }

    private void record(PartitionEpoch partition, long offset) {
        slot(RecordSlot.Kind.RECORD, partition).offset = offset;
        records.publish();
    }

    private RecordSlot slot(RecordSlot.Kind kind, PartitionEpoch partition) {
        assertThat(records.claim(1)).isEqualTo(1);
        RecordSlot slot = records.claimed(0);
        slot.kind = kind;
        slot.partition = partition;
        return slot;
    }

    private void connect(long credit) {
        replies.put(new Reply.StreamUp(processor, new StreamInfo("t", "p", "1", "i", 1 << 20), credit, 0));
    }

    private void answer(VerdictRange... verdicts) {
        long id = processor.batches.get(processor.batches.size() - 1).id();
        replies.put(new Reply.Results(processor, List.of(new BatchVerdicts(id, List.of(verdicts)))));
    }

    private static VerdictRange retry(int first, Scope scope, long afterNs) {
        return new VerdictRange(first, 1, Outcome.RETRY, "BUSY", "later", afterNs, scope, Header.NONE);
    }

    @Test
    void theBacklogIsWhatNoStreamHasTaken() {
        assign(p0);
        record(p0, 0);
        record(p0, 1);
        record(p0, 2);
        cycle(1);
        assertThat(records.backlog()).as("read, and nobody to send it to").isEqualTo(3);
        connect(2);
        cycle(1);
        assertThat(records.backlog()).isEqualTo(1);
        answer(VerdictRange.ack(0, 1), retry(1, Scope.RECORD, 50 * MS));
        cycle(1);
        assertThat(records.backlog())
                .as("the last is sent, one waits for its time")
                .isZero();
        replies.put(new Reply.CreditLevel(processor, 0, 0));
        cycle(50);
        assertThat(records.backlog())
                .as("its time has come, and there is no credit")
                .isEqualTo(1);
    }

    @Test
    void recordsOfAPartitionThatIsHeldAreNoBacklogAlsoIfNothingElseHappensInTheCycle() {
        assign(p0);
        assign(p1);
        connect(100);
        record(p0, 0);
        record(p1, 0);
        cycle(1);
        record(p0, 1);
        record(p0, 2);
        answer(retry(0, Scope.PARTITION, 300 * MS));
        cycle(1);
        assertThat(records.backlog()).as("they linger").isEqualTo(3);
        cycle(11);
        assertThat(records.backlog()).as("their partition is held").isZero();
        assertThat(processor.batches).hasSize(1);
    }

    @Override
    public void batchSent(int count) {}

    @Override
    public void batchDone(long elapsedNs) {}

    @Override
    public void settled(long timestampMs) {}

    private static final class Processor implements StreamPort {
        final List<Batch> batches = new ArrayList<>();

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void send(Batch batch, long leaseNs) {
            batches.add(batch);
        }

        @Override
        public void frameHandled() {}

        @Override
        public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {}

        @Override
        public void close(CloseCause cause, String reason, long graceNs) {}
    }
}
