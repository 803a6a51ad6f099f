package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.Flood.State;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class FloodBreakerTest {
    private static final long S = 1_000_000_000L;
    private static final int PROBE = FloodBreaker.PROBE_RECORDS;
    private static final PartitionEpoch P = new PartitionEpoch("t", 0, 1);

    private final Tally openings = new Tally();
    private FloodBreaker breaker = of(0.5, 100, 20);
    private long nowNs = -5 * S;

    private FloodBreaker of(double ratio, int window, int consecutive) {
        return new FloodBreaker(new FloodPolicy(true, ratio, window, consecutive, 30 * S), openings);
    }

    private void reject(int times) {
        for (int i = 0; i < times; i++) {
            breaker.deadLettered(Cause.REJECT, "BAD", false, nowNs);
        }
    }

    private void ack(int times) {
        for (int i = 0; i < times; i++) {
            breaker.acked();
        }
    }

    private State state() {
        return breaker.view(nowNs).state();
    }

    /** Lets the pause go by. */
    private void probing() {
        nowNs += breaker.untilProbe(nowNs, Long.MAX_VALUE);
        assertThat(breaker.allowance(nowNs)).isEqualTo(PROBE);
    }

    private static Batch batch(int records) {
        Entry[] entries = new Entry[records];
        for (int i = 0; i < records; i++) {
            entries[i] = Batches.entry(P, i, null, new byte[0]);
        }
        return Batches.batch(1, entries);
    }

    private static void settle(Batch batch) {
        for (int i = 0; i < batch.size(); i++) {
            batch.settle(i, Batch.GONE);
        }
    }

    @Test
    void opensAtTheLastOfSoManyDeadLettersInARow() {
        reject(19);
        assertThat(state()).isEqualTo(State.CLOSED);
        assertThat(breaker.allowance(nowNs)).isEqualTo(Integer.MAX_VALUE);

        reject(1);

        assertThat(state()).isEqualTo(State.OPEN);
        assertThat(breaker.closed()).isFalse();
        assertThat(breaker.allowance(nowNs)).isZero();
        assertThat(openings.get()).isEqualTo(1);
    }

    @Test
    void oneAcknowledgementBeginsTheRowAnew() {
        reject(19);
        ack(1);
        reject(19);

        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void recordsThatWaitedElsewhereAreNoRowButCountInTheShare() {
        for (int i = 0; i < 50; i++) {
            breaker.deadLettered(Cause.ATTEMPTS, "BUSY", true, nowNs);
        }
        assertThat(state()).as("50 in a row, with a limit of 20").isEqualTo(State.CLOSED);

        reject(1);

        assertThat(state()).as("51 of the last 100 outcomes").isEqualTo(State.OPEN);
    }

    @Test
    void opensWhenMoreThanTheShareOfTheWindowAreDeadLetters() {
        for (int i = 0; i < 50; i++) {
            reject(1);
            ack(1);
        }
        assertThat(state()).as("50 of 100 are tolerated").isEqualTo(State.CLOSED);
        ack(1); // pushes a dead letter out
        reject(2); // the first pushes an acknowledgement out, the second a dead letter
        assertThat(state()).isEqualTo(State.CLOSED);

        reject(1);

        assertThat(state()).as("51 of 100 are not").isEqualTo(State.OPEN);
        assertThat(breaker.view(nowNs).line())
                .isEqualTo(
                        "dead-letter flood: 51 dead letters among the last 100 outcomes, the last REJECT BAD; nothing is"
                                + " sent for 30 s, then a few records are tried; the others wait and keep their offsets");
    }

    @Test
    void opensExactlyWhenANaiveCountOfTheLastOutcomesSaysSo() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int window = 10 + random.nextInt(60);
            int consecutive = 1 + random.nextInt(40);
            double ratio = (1 + random.nextInt(10)) / 10.0;
            breaker = of(ratio, window, consecutive);
            double badness = random.nextDouble();
            List<Boolean> outcomes = new ArrayList<>();
            while (outcomes.size() < 2_000 && state() == State.CLOSED) {
                boolean bad = random.nextDouble() < badness;
                outcomes.add(bad);
                if (bad) {
                    reject(1);
                } else {
                    ack(1);
                }
                boolean flood = trailing(outcomes) >= consecutive || badAmongLast(outcomes, window) > ratio * window;
                assertThat(state())
                        .as("seed %d after %d outcomes", seed, outcomes.size())
                        .isEqualTo(flood ? State.OPEN : State.CLOSED);
            }
        }
    }

    private static int trailing(List<Boolean> outcomes) {
        int n = 0;
        while (n < outcomes.size() && outcomes.get(outcomes.size() - 1 - n)) {
            n++;
        }
        return n;
    }

    private static long badAmongLast(List<Boolean> outcomes, int window) {
        return outcomes.subList(Math.max(0, outcomes.size() - window), outcomes.size()).stream()
                .filter(bad -> bad)
                .count();
    }

    @Test
    void withTheDefaultsBadDataThatIsNormalNeverOpensIt() {
        for (int seed = 0; seed < 20; seed++) {
            breaker = of(0.5, 1_000, 200);
            SplittableRandom random = new SplittableRandom(seed);
            int share = seed % 5; // up to a third of all records, ten times what the demo has
            IntPredicate bad = i -> share > 0 && random.nextInt(15) < share + 1;
            for (int i = 0; i < 100_000; i++) {
                if (bad.test(i)) {
                    reject(1);
                } else {
                    ack(1);
                }
            }
            assertThat(state()).as("seed %d", seed).isEqualTo(State.CLOSED);
        }
        assertThat(openings.get()).isZero();
    }

    @Test
    void switchedOffItLetsEverythingThrough() {
        breaker = new FloodBreaker(FloodPolicy.OFF, openings);
        reject(100_000);
        breaker.acked();

        assertThat(state()).isEqualTo(State.CLOSED);
        assertThat(breaker.allowance(nowNs)).isEqualTo(Integer.MAX_VALUE);
        assertThat(breaker.takeNews()).isNull();
    }

    @Test
    void withARatioOfOneOnlyTheRowCounts() {
        breaker = of(1, 10, 1_000);
        reject(999);
        assertThat(state()).isEqualTo(State.CLOSED);
        reject(1);
        assertThat(state()).isEqualTo(State.OPEN);
        probing();
        reject(PROBE - 1);
        assertThat(state()).isEqualTo(State.PROBING);
        reject(1);
        assertThat(state()).isEqualTo(State.OPEN);
    }

    @Test
    void staysOpenForThePauseWhateverProcessorsStillSay() {
        reject(20);
        ack(1_000);
        reject(1_000);
        nowNs += 30 * S - 1;
        assertThat(breaker.allowance(nowNs)).isZero();
        assertThat(breaker.untilProbe(nowNs, S)).isEqualTo(1);
        assertThat(breaker.view(nowNs).leftNs()).isEqualTo(1);
        assertThat(openings.get()).isEqualTo(1);

        nowNs += 1;

        assertThat(breaker.allowance(nowNs)).isEqualTo(PROBE);
        assertThat(state()).isEqualTo(State.PROBING);
        assertThat(breaker.untilProbe(nowNs, S)).isEqualTo(S);
    }

    @Test
    void oneBatchIsOutAtATimeWhileProbing() {
        reject(20);
        probing();
        Batch first = batch(4);
        breaker.sent(first);
        assertThat(breaker.allowance(nowNs)).isZero();
        ack(3);
        assertThat(breaker.allowance(nowNs)).as("one of it is open").isZero();

        settle(first);

        assertThat(breaker.allowance(nowNs)).as("what the probe still lacks").isEqualTo(PROBE - 3);
    }

    @Test
    void aProbeThatEndsWithoutOutcomesIsFollowedByAnother() {
        reject(20);
        probing();
        for (int i = 0; i < 100; i++) {
            Batch lost = batch(PROBE);
            breaker.sent(lost);
            settle(lost);
            assertThat(breaker.allowance(nowNs)).isEqualTo(PROBE);
        }
    }

    @Test
    void closesWhenTheShareOfTheProbeIsTolerable() {
        reject(20);
        probing();
        reject(PROBE / 2);
        ack(PROBE / 2 - 1);
        assertThat(state()).isEqualTo(State.PROBING);

        ack(1);

        assertThat(state()).isEqualTo(State.CLOSED);
        assertThat(breaker.allowance(nowNs)).isEqualTo(Integer.MAX_VALUE);
        reject(19);
        assertThat(state()).as("it remembers no dead letters").isEqualTo(State.CLOSED);
    }

    @Test
    void theLastOutcomeOfAProbeMayBeBad() {
        reject(20);
        probing();
        ack(PROBE - 1);
        reject(1);

        assertThat(state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aFailedProbeDoublesThePauseUpToSixteenTimes() {
        reject(20);
        for (long pause : new long[] {30, 60, 120, 240, 480, 480, 480}) {
            assertThat(breaker.untilProbe(nowNs, Long.MAX_VALUE)).isEqualTo(pause * S);
            probing();
            reject(PROBE / 2 + 1);
            assertThat(state()).isEqualTo(State.OPEN);
        }
        assertThat(openings.get()).isEqualTo(8);
        assertThat(breaker.view(nowNs).why())
                .isEqualTo("dead-letter flood: 6 dead letters among 6 records that were tried, the last REJECT BAD");
    }

    @Test
    void aFloodSoonAfterItClosedIsTheOldOne() {
        reject(20);
        probing();
        ack(PROBE);
        ack(79);
        reject(20);
        assertThat(breaker.untilProbe(nowNs, Long.MAX_VALUE)).isEqualTo(60 * S);
        probing();
        ack(PROBE);
        ack(80);

        reject(20);

        assertThat(breaker.untilProbe(nowNs, Long.MAX_VALUE))
                .as("a whole window later it is a new one")
                .isEqualTo(30 * S);
    }

    @Test
    void aNewStreamShortensADoubledPauseToTheFirst() {
        reject(20);
        breaker.streamUp();
        assertThat(breaker.untilProbe(nowNs, Long.MAX_VALUE)).isEqualTo(30 * S);
        for (int i = 0; i < 3; i++) {
            probing();
            reject(PROBE);
        }
        assertThat(breaker.untilProbe(nowNs, Long.MAX_VALUE)).isEqualTo(240 * S);
        nowNs += 10 * S;

        breaker.streamUp();

        assertThat(breaker.untilProbe(nowNs, Long.MAX_VALUE)).isEqualTo(20 * S);
        nowNs += 50 * S;
        breaker.streamUp();
        assertThat(breaker.allowance(nowNs)).isEqualTo(PROBE);
        breaker.streamUp();
        assertThat(state()).isEqualTo(State.PROBING);
    }

    @Test
    void eachChangeIsToldOnce() {
        assertThat(breaker.takeNews()).isNull();
        reject(20);
        assertThat(breaker.takeNews().state()).isEqualTo(State.OPEN);
        assertThat(breaker.takeNews()).isNull();
        probing();
        assertThat(breaker.takeNews()).isNull();
        assertThat(breaker.view(nowNs).line())
                .endsWith("; a few records are tried, the others wait and keep their offsets");
        ack(PROBE);
        assertThat(breaker.takeNews()).isEqualTo(new Flood(State.CLOSED, "", 0));
        assertThat(breaker.view(nowNs).line()).isEmpty();
    }

    @Test
    void theLineNamesTheCauseAndTheCodeIfThatSaysMore() {
        breaker = of(1, 10, 1);
        breaker.deadLettered(Cause.POISON, "POISON", false, nowNs);
        assertThat(breaker.view(nowNs).why()).endsWith(": 1 dead letter, the last POISON");
        breaker = of(1, 10, 1);
        breaker.deadLettered(Cause.EXPIRED, "", false, nowNs);
        assertThat(breaker.view(nowNs).why()).endsWith("the last EXPIRED");
    }
}
