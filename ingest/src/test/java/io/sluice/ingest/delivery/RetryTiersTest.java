package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Records that fail move to retry topics and carry on when they come back; the time is turned by hand. */
class RetryTiersTest {
    private static final long MS = World.MS;
    private static final RetryTiers TIERS = new RetryTiers(1_000 * MS, 10_000 * MS);

    private World w = new World(settings(Ordering.NONE));
    private final World.FakeStream stream = w.stream(100);
    private final PartitionEpoch source = w.assign("t", 0);
    private final PartitionEpoch retry = w.assign("retry.1s", 0);

    private static DeliverySettings settings(Ordering ordering) {
        return Settings.of(ordering).tiers(1_000 * MS, 10_000 * MS).build();
    }

    @Test
    void eachFailureLeadsToTheNextTierAndTheLastOneServesAllThatFollow() {
        assertThat(TIERS.after(1, -1)).isZero();
        assertThat(TIERS.after(2, -1)).isEqualTo(1);
        assertThat(TIERS.after(9, -1)).isEqualTo(1);
        assertThat(TIERS.after(1, 999 * MS)).as("shorter than the first").isEqualTo(RetryTiers.STAY);
        assertThat(TIERS.after(1, 1_000 * MS)).isZero();
        assertThat(TIERS.after(1, 9_999 * MS)).isZero();
        assertThat(TIERS.after(1, 86_400_000 * MS)).isEqualTo(1);
        assertThat(RetryTiers.NONE.after(1, -1)).isEqualTo(RetryTiers.STAY);
    }

    @Test
    void aFailedRecordIsSettledOnceItIsDurableInItsTier() {
        w.receive(source, 5, "a");
        w.cycle();
        answer(Outcome.RETRY);
        w.cycle();

        assertThat(w.delayed).singleElement().satisfies(d -> {
            assertThat(d.tier()).isZero();
            assertThat(d.notBeforeNs()).isZero();
            assertThat(d.entry().attempts()).isEqualTo(1);
        });
        assertThat(w.committable.get(source)).as("held until it is durable").isEqualTo(5);

        w.delivery.published(w.delayed.get(0), w.nowNs);
        w.cycle();
        assertThat(w.committable.get(source)).isEqualTo(6);
        assertThat(w.delivery.stats().delayed.get()).isEqualTo(1);
        assertThat(w.delivery.partitions().liveRecords()).isZero();
    }

    @Test
    void aTierThatCannotBeWrittenHoldsItsRecordAndNoOther() {
        w.receive(source, 5, "a");
        w.cycle();
        answer(Outcome.RETRY);
        w.cycle();
        w.delivery.publishFailed(w.delayed.get(0), "away", w.nowNs);
        w.receive(source, 6, "a");
        w.cycle();
        answer(Outcome.ACK);
        w.cycle();

        assertThat(w.committable.get(source)).isEqualTo(5);
        assertThat(w.delivery.view(w.nowNs).heldLetters()).isEqualTo(1);
        assertThat(stream.batches).as("held, not sent again").hasSize(2);

        w.pass(200);
        assertThat(w.delayed).as("tried again").hasSize(2);
        w.delivery.published(w.delayed.get(1), w.nowNs);
        w.cycle();
        assertThat(w.committable.get(source)).isEqualTo(7);
        assertThat(w.delivery.view(w.nowNs).heldLetters()).isZero();
    }

    @Test
    void aRecordThatComesBackCarriesOnWhereItWas() {
        comesBack(0, origin(2, 0, ""));
        w.cycle();

        assertThat(stream.last().offsets()).containsExactly(77L);
        assertThat(stream.last().attempts()).containsExactly(3);

        answer(Outcome.RETRY);
        w.cycle();
        assertThat(w.letters).singleElement().satisfies(letter -> {
            assertThat(letter.cause()).isEqualTo(Cause.ATTEMPTS);
            assertThat(letter.entry().attempts()).isEqualTo(3);
            assertThat(letter.entry().topic()).isEqualTo("t");
            assertThat(letter.entry()).hasToString("t-3@77");
        });
        assertThat(w.committable.get(retry)).as("its place in the retry topic").isZero();
    }

    @Test
    void aLongerWaitThanATierIsMadeOfSeveralWithoutCountingAttempts() {
        comesBack(0, origin(1, w.nowNs + 9_000 * MS, ""));
        w.cycle();

        assertThat(stream.batches).isEmpty();
        assertThat(w.delayed).singleElement().satisfies(d -> {
            assertThat(d.tier()).isZero();
            assertThat(d.notBeforeNs()).isEqualTo(w.nowNs + 9_000 * MS);
            assertThat(d.entry().attempts()).isEqualTo(1);
        });
    }

    @Test
    void whatIsLeftOfAWaitBelowTheFirstTierIsWaitedForInPlace() {
        comesBack(0, origin(1, w.nowNs + 500 * MS, ""));
        w.cycle();
        assertThat(stream.batches).isEmpty();
        assertThat(w.delayed).isEmpty();

        w.pass(499);
        assertThat(stream.batches).isEmpty();
        w.pass(1);
        assertThat(stream.batches).hasSize(1);
    }

    @Test
    void aRecordThatDoesNotBelongThereIsDeadLettered() {
        comesBack(4, origin(0, 0, "not ours"));
        w.cycle();

        assertThat(stream.batches).isEmpty();
        assertThat(w.letters).singleElement().satisfies(letter -> {
            assertThat(letter.cause()).isEqualTo(Cause.DECODE);
            assertThat(letter.reason()).isEqualTo("not ours");
        });
    }

    @Test
    void aRecordOfAKeyStaysWhereItIs() {
        w = new World(settings(Ordering.KEY));
        World.FakeStream s = w.stream(100);
        PartitionEpoch p = w.assign("t", 0);
        w.receive(p, 0, "a");
        w.receive(p, 1, null);
        w.cycle();
        s.answer(s.last(), World.verdict(0, 2, Outcome.RETRY));
        w.cycle();

        assertThat(w.delayed)
                .singleElement()
                .satisfies(d -> assertThat(d.entry().offset()).isEqualTo(1));
    }

    @Test
    void whatIsOnItsWayToATierCountsAsOpenWhenThePartitionIsGivenUp() {
        w.receive(source, 5, "a");
        w.cycle();
        answer(Outcome.RETRY);
        w.cycle();
        w.delivery.revoke(List.of(source), w.nowNs + 1_000 * MS, w.nowNs);
        w.cycle();
        assertThat(w.revoked).isEmpty();

        w.delivery.published(w.delayed.get(0), w.nowNs);
        w.cycle();
        assertThat(w.revoked).containsEntry(source, 6L);
    }

    private void answer(Outcome outcome) {
        stream.answer(stream.last(), World.verdict(0, 1, outcome));
    }

    private void comesBack(long offset, Origin origin) {
        w.delivery.returned(retry, offset, -1, null, new byte[1], Header.NONE, origin, w.nowNs);
    }

    private Origin origin(int attempts, long notBeforeNs, String fault) {
        return new Origin("t", 3, 77, 1, 0, attempts, 4, 0, w.nowNs - 5, notBeforeNs, 1, "BUSY", "later", fault);
    }
}
