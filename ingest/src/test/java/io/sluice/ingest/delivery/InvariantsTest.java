package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ingest.delivery.World.FakeStream;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A check that never fails checks nothing: each invariant is broken by hand, and found. */
class InvariantsTest {
    private final World world = new World(World.SETTINGS);
    private final PartitionEpoch p0 = world.assign("t", 0);
    private final Invariants invariants = new Invariants(world.delivery);
    private OffsetLedger ledger;
    private StreamState stream;

    /** One record in each state: 0 waits, 1 is being dead-lettered and held, 2 is sent, 4 is behind it, 5 is ready. */
    @BeforeEach
    void everyState() {
        FakeStream fake = world.stream(3);
        for (int i = 0; i < 3; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
        world.delivery.credit(fake, 1, 0);
        fake.answer(fake.last(), retry(0, 1_000, Scope.RECORD), verdict(1, 1, Outcome.REJECT));
        world.delivery.publishFailed(world.letters.get(0), "no topic", world.nowNs);
        world.receive(p0, 4, "k2");
        world.receive(p0, 5, "k5");
        world.cycle();
        ledger = world.delivery.partitions().ledger(p0);
        stream = world.delivery.streams().all().get(0);
        assertThatCode(invariants::check).doesNotThrowAnyException();
    }

    private Entry entry(int index) {
        Entry entry = ledger.oldest();
        for (int i = 0; i < index; i++) {
            entry = entry.newer;
        }
        return entry;
    }

    private void isFound(String text) {
        assertThatThrownBy(invariants::check).hasMessageStartingWith("invariant broken: " + text);
    }

    private <T> void finds(T thing, Consumer<T> breaking, String text) {
        breaking.accept(thing);
        isFound(text);
    }

    @Test
    void theFiguresAreThoseOfTheCore() {
        assertThat(invariants.liveRecords()).isEqualTo(5);
        assertThat(invariants.liveBytes()).isEqualTo(60);
        assertThat(invariants.timers()).as("a lease, a retry, a letter").isEqualTo(3);
        assertThat(invariants.keys()).isEqualTo(4);
        assertThat(invariants.lettersWaiting()).isZero();
        assertThat(invariants.committable(p0)).isZero();
        assertThat(invariants.owns(p0)).isTrue();
        PartitionEpoch other = new PartitionEpoch("t", 0, 99);
        assertThat(invariants.committable(other)).isEqualTo(-1);
        assertThat(invariants.owns(other)).isFalse();
    }

    @Test
    void aRecordOfAnotherLedger() {
        finds(entry(0), e -> e.ledger = null, "ledger of a record");
    }

    @Test
    void aRecordOfAnotherPartition() {
        finds(entry(0), e -> e.partition = new PartitionEpoch("t", 1, 9), "ledger of a record");
    }

    @Test
    void offsetsOutOfOrder() {
        finds(entry(1), e -> e.offset = 0, "L1 order");
    }

    @Test
    void aRecordThatIsNotWhereItsBatchHasIt() {
        finds(entry(2), e -> e.index = 0, "a record is not where its batch has it");
    }

    @Test
    void aRecordInABatchAndBeingDeadLettered() {
        finds(entry(2), e -> e.publishing = true, "a record is not where its batch has it");
    }

    @Test
    void aHeldRecordWithoutALetter() {
        finds(entry(0), e -> e.held = true, "a record is held without a letter");
    }

    @Test
    void aWrongCountOfWhatIsOutstanding() {
        finds(ledger, l -> l.outstanding++, "L outstanding");
    }

    @Test
    void aQueueOfAnotherLedger() {
        finds(entry(0).queue, q -> q.ledger = null, "Q3 a queue not of its ledger");
    }

    @Test
    void aSharedQueueThatItsLedgerDoesNotKnow() {
        world.receive(p0, 9, null);
        finds(ledger, l -> l.loose = null, "Q3 a queue not of its ledger");
    }

    @Test
    void aSharedQueueThatIsBusy() {
        world.receive(p0, 9, null);
        finds(ledger.loose, q -> q.state = KeyQueue.State.BUSY, "Q2");
    }

    @Test
    void aRecordThatIsInNoQueue() {
        KeyQueue queue = entry(4).queue;
        world.delivery.queues().ready.remove(queue);
        queue.state = KeyQueue.State.IDLE;
        queue.removeFirst();
        isFound("Q3 a queue that awaits nothing");
    }

    @Test
    void aKeyThatIsRememberedWithoutARecord() {
        // A queue that no record names any more, and that still stands in the table.
        finds(entry(2).queue, q -> world.delivery.queues().enqueue(ledger, forgotten(), 0), "Q3 keys without a record");
    }

    private static Entry forgotten() {
        Entry entry = new Entry();
        entry.key = new byte[] {9, 9, 9};
        entry.offset = 99;
        return entry;
    }

    @Test
    void aQueueOutOfOrder() {
        finds(entry(2).queue, q -> q.head.nextInQueue.queue = null, "order in a queue");
    }

    @Test
    void aRecordInAQueueAndBeingDeadLettered() {
        Entry waiting = entry(0);
        waiting.publishing = true;
        waiting.letter = entry(1).letter;
        ledger.outstanding++;
        isFound("a record in a queue and on its way");
    }

    @Test
    void aQueueThatMiscounts() {
        finds(entry(2).queue, q -> q.size++, "size of a queue");
    }

    @Test
    void aQueueThatIsBusyWithoutABatch() {
        finds(entry(2).queue, q -> q.state = KeyQueue.State.HELD, "Q2");
    }

    @Test
    void aQueueThatWaitsForNothing() {
        finds(entry(0).queue, q -> q.state = KeyQueue.State.HELD, "Q1 WAITING");
    }

    @Test
    void aQueueWithMoreHeldLettersThanLetters() {
        finds(entry(1).queue, q -> q.held = 2, "letters counted in a queue");
    }

    @Test
    void recordsThatNobodyWillSend() {
        KeyQueue queue = entry(4).queue;
        world.delivery.queues().ready.remove(queue);
        queue.state = KeyQueue.State.IDLE;
        isFound("Q1 records that nobody will send");
    }

    @Test
    void aReadyQueueThatIsNotInTheList() {
        world.delivery.queues().ready.remove(entry(4).queue);
        isFound("Q1 queues in a state whose list does not have them");
    }

    @Test
    void aQueueInTheListOfAnotherState() {
        KeyQueue queue = entry(4).queue;
        world.delivery.queues().ready.remove(queue);
        world.delivery.queues().suspects.addLast(queue);
        isFound("Q1 in the list of another state");
    }

    @Test
    void aListThatMiscounts() {
        finds(world.delivery.queues().ready, list -> list.records++, "counts of the list of");
    }

    @Test
    void aBatchThatMiscounts() {
        finds(stream.batches.values().iterator().next(), batch -> batch.open++, "open records of batch");
    }

    @Test
    void aBatchWithoutALease() {
        world.delivery
                .queues()
                .deadlines
                .cancel(stream.batches.values().iterator().next());
        isFound("no lease on batch");
    }

    @Test
    void aStreamWhoseCreditLeaks() {
        finds(stream, s -> s.settledRecords--, "outstanding of stream");
    }

    @Test
    void aStreamThatStaysEjectedForEver() {
        finds(stream, s -> s.ejected = true, "ejected without an end");
    }

    @Test
    void recordsOnAStreamThatIsGone() {
        world.delivery.streams().remove(stream);
        isFound("records in batches of streams that are gone");
    }

    @Test
    void aDeadlineThatNobodyAwaits() {
        world.delivery.queues().deadlines.schedule(new KeyQueue(), 7);
        isFound("deadlines set, not those awaited");
    }

    @Test
    void countsOfRecordsAndBytes() {
        Entry extra = new Entry();
        extra.partition = p0;
        extra.offset = 9;
        extra.bytes = 7;
        ledger.append(extra);
        isFound("records that are in no queue");
        world.delivery.partitions().received(ledger, extra);
        world.delivery.queues().enqueue(ledger, extra, world.nowNs);
        assertThatCode(invariants::check).doesNotThrowAnyException();
        extra.bytes = 8;
        isFound("bytes in flight");
    }
}
