package io.sluice.ingest.delivery;

import static io.sluice.ingest.delivery.World.MS;
import static io.sluice.ingest.delivery.World.retry;
import static io.sluice.ingest.delivery.World.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.World.FakeStream;
import org.junit.jupiter.api.Test;

/** Retry topics of 1 s and 10 s together with the limit of age, the breaker and the head of a partition. */
class RetryTiersLimitsTest {
    private final World w = new World(Settings.of(Ordering.NONE)
            .tiers(1_000 * MS, 10_000 * MS)
            .age(1_000, 12_000 * MS)
            .flood(new FloodPolicy(true, 1, 10, 2, 30_000 * MS))
            .build());
    private final PartitionEpoch source = w.assign("t", 0);
    private final PartitionEpoch topic = w.assign("retry.1s", 0);
    private final FakeStream stream = w.stream(100);

    private void comesBack(long offset, long firstFailedNs, String fault) {
        Origin origin = new Origin("t", 3, 77, 5, 0, 1, 1, 0, firstFailedNs, 0, 1, "BUSY", "later", fault);
        w.delivery.returned(topic, offset, 0, null, new byte[0], Header.NONE, origin, w.nowNs);
        w.cycle();
        w.cycle();
    }

    @Test
    void aRecordIsMovedOnlyIfItsAttemptAfterThatComesInTime() {
        w.receive(source, 0, null);
        w.cycle();
        stream.answer(stream.last(), retry(0, 11_999, Scope.RECORD));
        assertThat(w.letters).isEmpty();
        assertThat(w.delayed).hasSize(1);
        w.receive(source, 1, null);
        w.cycle();

        stream.answer(stream.last(), retry(0, 12_000, Scope.RECORD));

        assertThat(w.letters)
                .singleElement()
                .satisfies(l -> assertThat(l.cause()).isEqualTo(Cause.EXPIRED));
    }

    @Test
    void theDelayOfTheTopicCountsNotTheBackoff() {
        comesBack(0, w.nowNs - 3_000 * MS, "");
        stream.answer(stream.last(), verdict(0, 1, Outcome.RETRY));

        assertThat(w.delayed).isEmpty();
        assertThat(w.letters)
                .as("10 s more would be 13 s")
                .singleElement()
                .satisfies(l -> assertThat(l.cause()).isEqualTo(Cause.EXPIRED));
    }

    @Test
    void theAgeOfARecordThatComesBackBeganBeforeItWasMoved() {
        stream.die();
        comesBack(0, w.nowNs - 11_000 * MS, "");
        w.pass(999);
        assertThat(w.letters).isEmpty();

        w.pass(1);

        assertThat(w.letters).singleElement().satisfies(l -> {
            assertThat(l.cause()).isEqualTo(Cause.EXPIRED);
            assertThat(l.code()).isEqualTo("BUSY");
        });
    }

    @Test
    void aMoveIsNoOutcome() {
        for (int i = 0; i < 5; i++) {
            w.receive(source, i, null);
        }
        w.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.REJECT), verdict(1, 4, Outcome.RETRY));
        assertThat(w.delivery.breaker().closed()).isTrue();
        assertThat(w.delayed).hasSize(4);
    }

    @Test
    void whatOthersPutIntoARetryTopicDoesNotStopThePipeline() {
        for (int i = 0; i < 50; i++) {
            comesBack(i, 1, "no headers of this pipeline");
        }
        assertThat(w.letters).hasSize(50).allMatch(letter -> letter.cause() == Cause.DECODE);
        assertThat(w.delivery.breaker().closed()).isTrue();
    }

    @Test
    void theHeadSaysThatItIsBeingMoved() {
        w.receive(source, 0, null);
        w.cycle();
        stream.answer(stream.last(), verdict(0, 1, Outcome.RETRY));
        assertThat(head().where()).isEqualTo(Head.Where.RETRY_TOPIC);

        w.delivery.publishFailed(w.delayed.get(0), "away", w.nowNs);

        assertThat(head().where()).isEqualTo(Head.Where.RETRY_TOPIC_HELD);
        assertThat(head().dueNs()).isEqualTo(100 * MS);
    }

    private Head head() {
        return w.delivery.view(w.nowNs).partitions().get(0).head();
    }
}
