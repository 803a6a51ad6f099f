package io.sluice.devkit.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {
    private long clock;

    @Test
    void aRunWithOneOutcomePerRecordIsGood() {
        Findings findings =
                audit(2, Ordering.KEY, List.of(ack(0, "a"), retry(1, "a"), reject(1, "a")), List.of(letter(1, "BAD")));

        assertThat(findings.good()).isTrue();
        assertThat(findings.acked()).isEqualTo(1);
        assertThat(findings.deadLettered()).isEqualTo(1);
        assertThat(findings.deadLetters()).containsExactly(Map.entry("BAD", 1L));
        assertThat(findings.retried()).isEqualTo(1);
    }

    @Test
    void aRecordWithoutOutcomeIsLost() {
        Findings findings = audit(3, Ordering.KEY, List.of(ack(0, "a"), retry(1, "b"), ack(2, "c")), List.of());

        assertThat(findings.lost()).isEqualTo(1);
        assertThat(findings.good()).isFalse();
    }

    @Test
    void aRejectedRecordThatIsNotInTheDeadLetterTopicIsLost() {
        assertThat(audit(1, Ordering.KEY, List.of(reject(0, "a")), List.of()).lost())
                .isEqualTo(1);
    }

    @Test
    void aRecordAcknowledgedTwiceIsADuplicateAndNoBreachOfOrder() {
        Findings findings =
                audit(2, Ordering.KEY, List.of(ack(0, "a"), ack(1, "a"), ack(0, "a"), ack(1, "a")), List.of());

        assertThat(findings.duplicates()).isEqualTo(2);
        assertThat(findings.orderViolations()).isZero();
        assertThat(findings.good()).isFalse();
    }

    @Test
    void aRecordAcknowledgedAndDeadLetteredIsADuplicate() {
        assertThat(audit(1, Ordering.KEY, List.of(ack(0, "a")), List.of(letter(0, "BAD")))
                        .duplicates())
                .isEqualTo(1);
    }

    @Test
    void twoDeadLettersOfOneRecordAreADuplicateAndCountOnce() {
        Findings findings =
                audit(1, Ordering.KEY, List.of(reject(0, "a")), List.of(letter(0, "BAD"), letter(0, "BAD")));

        assertThat(findings.duplicates()).isEqualTo(1);
        assertThat(findings.deadLettered()).isEqualTo(1);
        assertThat(findings.deadLetters()).containsEntry("BAD", 1L);
    }

    @Test
    void verdictsThatContradictEachOtherAreADuplicate() {
        Findings findings = audit(1, Ordering.KEY, List.of(ack(0, "a"), reject(0, "a")), List.of(letter(0, "BAD")));

        assertThat(findings.duplicates()).isEqualTo(1);
    }

    @Test
    void aLaterRecordOfAKeyProcessedFirstBreaksTheOrder() {
        assertThat(audit(2, Ordering.KEY, List.of(ack(1, "a"), ack(0, "a")), List.of())
                        .orderViolations())
                .isEqualTo(1);
    }

    @Test
    void aRecordThatOvertakesARetryOfItsKeyBreaksTheOrder() {
        Findings findings = audit(2, Ordering.KEY, List.of(retry(0, "a"), ack(1, "a"), ack(0, "a")), List.of());

        assertThat(findings.orderViolations()).isPositive();
        assertThat(findings.lost()).isZero();
    }

    @Test
    void twoRecordsOfAKeyAtOnceBreakTheOrder() {
        List<Attempt> overlapping = List.of(
                new Attempt(0, 0, "a", 10, 30, Attempt.Outcome.ACK, ""),
                new Attempt(0, 1, "a", 20, 40, Attempt.Outcome.ACK, ""));

        assertThat(audit(2, Ordering.KEY, overlapping, List.of()).orderViolations())
                .isEqualTo(1);
        assertThat(audit(2, Ordering.NONE, overlapping, List.of()).orderViolations())
                .isZero();
    }

    @Test
    void aJournalWrittenOutOfOrderIsJudgedByItsTimes() {
        List<Attempt> attempts = Arrays.asList(ack(0, "a"), ack(1, "a"));
        Collections.reverse(attempts);

        assertThat(audit(2, Ordering.KEY, attempts, List.of()).orderViolations())
                .isZero();
    }

    @Test
    void keysMayOvertakeEachOtherExceptWithOrderByPartition() {
        List<Attempt> attempts = List.of(ack(1, "b"), ack(0, "a"));

        assertThat(audit(2, Ordering.KEY, attempts, List.of()).orderViolations())
                .isZero();
        assertThat(audit(2, Ordering.PARTITION, attempts, List.of()).orderViolations())
                .isEqualTo(1);
        assertThat(audit(2, Ordering.NONE, attempts, List.of()).orderViolations())
                .isZero();
    }

    @Test
    void theNextRecordOfAKeyMayStartAfterTheGatewayGaveUpOnOne() {
        List<Attempt> attempts = List.of(retry(0, "a"), retry(0, "a"), ack(1, "a"));

        assertThat(audit(2, Ordering.KEY, attempts, List.of(letter(0, "MAX_ATTEMPTS")))
                        .good())
                .isTrue();
    }

    @Test
    void recordsWithoutAKeyAreInNoOrder() {
        assertThat(audit(2, Ordering.KEY, List.of(ack(1, Attempt.NO_KEY), ack(0, Attempt.NO_KEY)), List.of())
                        .orderViolations())
                .isZero();
    }

    @Test
    void releasedRecordsWereNotProcessed() {
        List<Attempt> attempts = new ArrayList<>(
                List.of(retry(0, "a"), attempt(1, "a", Attempt.Outcome.RELEASE), ack(0, "a"), ack(1, "a")));

        assertThat(audit(2, Ordering.KEY, attempts, List.of()).good()).isTrue();
    }

    @Test
    void lagSpoilsARun() {
        assertThat(new Audit(Map.of(0, 1L))
                        .examine(Ordering.KEY, List.of(ack(0, "a")), List.of(), 1)
                        .good())
                .isFalse();
    }

    private static Findings audit(long end, Ordering ordering, List<Attempt> attempts, List<Letter> letters) {
        return new Audit(Map.of(0, end)).examine(ordering, attempts, letters, 0);
    }

    private Attempt ack(long offset, String key) {
        return attempt(offset, key, Attempt.Outcome.ACK);
    }

    private Attempt retry(long offset, String key) {
        return attempt(offset, key, Attempt.Outcome.RETRY);
    }

    private Attempt reject(long offset, String key) {
        return attempt(offset, key, Attempt.Outcome.REJECT);
    }

    private Attempt attempt(long offset, String key, Attempt.Outcome outcome) {
        clock += 10;
        return new Attempt(0, offset, key, clock, clock + 5, outcome, "");
    }

    private static Letter letter(long offset, String code) {
        return new Letter(0, offset, code, "REJECT", "why");
    }
}
