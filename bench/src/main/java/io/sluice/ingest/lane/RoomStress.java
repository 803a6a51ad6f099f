package io.sluice.ingest.lane;

import io.sluice.bench.micro.MeasuredLane;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.Observer;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.PublishRing;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import io.sluice.ingest.ring.Waiting;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A poll thread for which a backlog of two is enough publishes two records and sleeps until it is less. The lane's own
 * cycle, which sends them, says so and rings; nobody else does.
 */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "had no need to sleep, or was woken")
@Outcome(id = "1, .*", expect = Expect.FORBIDDEN, desc = "slept although there was room")
@Outcome(expect = Expect.FORBIDDEN, desc = "a backlog that there never was")
@State
public class RoomStress {
    private static final int RECORDS = 2;

    private final PartitionEpoch partition = new PartitionEpoch("t", 0, 1);
    private final Doorbell room = new Doorbell();
    private final RecordRing records = new RecordRing(4, new Doorbell());
    private final ReplyRing replies = new ReplyRing(4, new Doorbell());
    private final Processor processor = new Processor();
    private final LaneAgent agent = new LaneAgent(
            "p", MeasuredLane.settings(Ordering.NONE), records, replies, new PublishRing(4), room, new Nobody());

    public RoomStress() {
        RecordSlot slot = claim();
        slot.kind = RecordSlot.Kind.ASSIGNED;
        slot.word = new RecordSlot.Assigned(partition, new CommitBoard(partition));
        records.publish();
        replies.put(new Reply.StreamUp(processor, new StreamInfo("t", "p", "1", "i", 1 << 20), RECORDS, 0));
        agent.doWork(1);
    }

    @Actor
    public void poll(II_Result r) {
        for (int offset = 0; offset < RECORDS; offset++) {
            RecordSlot slot = claim();
            slot.kind = RecordSlot.Kind.RECORD;
            slot.partition = partition;
            slot.offset = offset;
            records.publish();
        }
        r.r1 = Waiting.forAll(room, () -> 0, this::wantsMore, this::wantsMore);
        r.r2 = (int) records.backlog();
    }

    @Actor
    public void lane() {
        for (long nowNs = 2; processor.sent < RECORDS; nowNs++) {
            agent.doWork(nowNs);
        }
    }

    private RecordSlot claim() {
        records.claim(1);
        return records.claimed(0);
    }

    private boolean wantsMore() {
        return records.backlog() < RECORDS;
    }

    /** Takes what its credit allows and never answers. Lane thread only. */
    private static final class Processor implements StreamPort {
        private int sent;

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void send(Batch batch, long leaseNs) {
            sent += batch.size();
        }

        @Override
        public void frameHandled() {}

        @Override
        public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {}

        @Override
        public void close(CloseCause cause, String reason, long graceNs) {}
    }

    private static final class Nobody implements Observer {
        @Override
        public void batchSent(int records) {}

        @Override
        public void batchDone(long elapsedNs) {}

        @Override
        public void settled(long timestampMs) {}
    }
}
