package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderRulesTest {
    private static final String OTHER = "p2/1";

    @Test
    void aRunInOneBatchAndTheNextAfterItsAckAreInOrder() {
        Story story = new Story()
                .produce("a", "a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 0, 2);
        assertThat(story.deliver(OTHER, 1, 2).ack(OTHER, 1, 0, 1).judge().clean())
                .isTrue();
    }

    @Test
    void aRunThatIsNotAscendingIsAccused() {
        Story story = new Story()
                .produce("a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 1, 0)
                .ack(STREAM, 1, 0, 2);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G6, 1L));
    }

    @Test
    void twoGroupsOfOneKeyInABatchAreAccused() {
        Story story = new Story().produce("a", "a").assigned(1);
        story.one(STREAM, 1, 0, 0, 0).one(STREAM, 1, 1, 1, 1).ack(STREAM, 1, 0, 2);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G6, 1L));
    }

    @Test
    void aKeyThatGoesOnWhileItsBatchIsOpenIsAccused() {
        Story story =
                new Story().produce("a", "a").assigned(1).deliver(STREAM, 1, 0).deliver(OTHER, 1, 1);
        Findings findings = story.ack(STREAM, 1, 0, 1).ack(OTHER, 1, 0, 1).judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G6, 1L));
        assertThat(findings.first(Rule.G6).get(0).text()).startsWith("t-0@1: comes while @0 is open, key a");
    }

    @Test
    void whatTwoProcessorsLogInTheSameMillisecondMayHaveComeInEitherOrder() {
        Story story = new Story().produce("a", "a", "a").assigned(1);
        long now = story.now();
        story.deliver(OTHER, 1, 2);
        story.at(now).deliver(STREAM, 1, 0, 1);
        story.at(now).ack(STREAM, 1, 0, 2);
        story.at(now + 1).ack(OTHER, 1, 0, 1);
        assertThat(story.judge().counts()).isEmpty();
    }

    @Test
    void whatIsAnsweredInTheNextMillisecondOnlyIsAccused() {
        Story story = new Story().produce("a", "a").assigned(1);
        long now = story.now();
        story.deliver(OTHER, 1, 1);
        story.at(now).deliver(STREAM, 1, 0);
        story.at(now + 1).ack(STREAM, 1, 0, 1).ack(OTHER, 1, 0, 1);
        assertThat(story.judge().counts()).containsKey(Rule.G6);
    }

    @Test
    void otherKeysAndRecordsWithoutKeyMayGoOn() {
        Story story = new Story()
                .produce("a", "b", "-", "-")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .deliver(OTHER, 1, 1);
        story.deliver("p3/1", 1, 3).deliver("p4/1", 1, 2);
        story.ack(STREAM, 1, 0, 1).ack(OTHER, 1, 0, 1).ack("p3/1", 1, 0, 1).ack("p4/1", 1, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void inPartitionOrderOtherKeysMustWaitToo() {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).deliver(OTHER, 1, 1);
        story.ack(STREAM, 1, 0, 1).ack(OTHER, 1, 0, 1);
        assertThat(story.judge(Terms.defaults().ordering(Terms.Ordering.PARTITION))
                        .counts())
                .isEqualTo(Map.of(Rule.G6, 1L));
        assertThat(story.judge(Terms.defaults().ordering(Terms.Ordering.NONE)).clean())
                .isTrue();
    }

    @Test
    void aRecordThatOvertakesARetryIsAccused() {
        Story story = new Story().produce("a", "a").assigned(1).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, -1).deliver(OTHER, 1, 1).ack(OTHER, 1, 0, 1);
        Findings findings = story.attempt(2)
                .pause(500)
                .deliver(OTHER, 2, 0)
                .ack(OTHER, 2, 0, 1)
                .judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G6, 1L));
        assertThat(findings.first(Rule.G6).get(0).text()).contains("comes before @0 is done");
    }

    @Test
    void aReleasedRestOfARunComesAgainInOrder() {
        Story story = new Story()
                .produce("a", "a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1, 2)
                .ack(STREAM, 1, 0, 1);
        story.answer(STREAM, 1, 1, 1, Verdict.RETRY, -1).answer(STREAM, 1, 2, 1, Verdict.RELEASE, -1);
        story.attempt(2).pause(500).deliver(OTHER, 1, 1).ack(OTHER, 1, 0, 1);
        story.attempt(1).deliver(OTHER, 2, 2).ack(OTHER, 2, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void afterADeadLetterTheKeyGoesOnAtOnce() {
        Story story = new Story().produce("a", "a").assigned(1).attempt(5).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, -1)
                .attempt(1)
                .deliver(STREAM, 2, 1)
                .ack(STREAM, 2, 0, 1);
        assertThat(story.letter(0, "ATTEMPTS", 5).judge().clean())
                .as("%s", story.judge())
                .isTrue();
    }

    @Test
    void whatADeadStreamHeldComesAgainInOrder() {
        Story story = new Story()
                .produce("a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 0, 1);
        story.event(EventKind.PROCESSOR_KILL, "p1", "").deliver(OTHER, 1, 0, 1).ack(OTHER, 1, 0, 2);
        Findings findings = story.judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.justifiedDuplicates()).isEqualTo(2);
    }

    @Test
    void anExpiredLeaseLetsAKeyGoOnElsewhere() {
        Terms terms = Terms.defaults().lease(Duration.ofSeconds(2));
        Story story =
                new Story().produce("a", "a").assigned(1).deliver(STREAM, 1, 0).pause(2_100);
        story.deliver(OTHER, 1, 0)
                .ack(OTHER, 1, 0, 1)
                .deliver(OTHER, 2, 1)
                .ack(OTHER, 2, 0, 1)
                .ack(STREAM, 1, 0, 1);
        assertThat(story.judge(terms).clean()).as("%s", story.judge(terms)).isTrue();
    }

    @Test
    void aRecordThatComesForTheFirstTimeAfterALaterOneIsAccused() {
        Story story =
                new Story().produce("a", "a").assigned(1).deliver(STREAM, 1, 1).ack(STREAM, 1, 0, 1);
        assertThat(story.deliver(STREAM, 2, 0).ack(STREAM, 2, 0, 1).judge().counts())
                .isEqualTo(Map.of(Rule.G6, 1L));
    }

    @Test
    void aRecordThatIsPassedOverIsSkipped() {
        Story story = new Story()
                .produce("a", "a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 0, 2)
                .ack(STREAM, 1, 0, 2);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G10, 1L, Rule.G3, 1L));
    }

    @Test
    void aNewOwnerBeginsAtTheCommitAndSkipsNothing() {
        Story story = new Story()
                .produce("a", "a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 0, 2);
        story.revoked(1).commit(2).released(1).gateway("other/0").assigned(1).deliver("p1/2", 1, 2);
        assertThat(story.ack("p1/2", 1, 0, 1).judge().clean())
                .as("%s", story.judge())
                .isTrue();
    }

    @Test
    void aKeyThatComesBackToTheSameGatewayWhileItIsStillAtItIsAnOverlap() {
        Story story = comesBack(10);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G6B, 1L));
    }

    @Test
    void aGatewayThatWaitedForAsLongAsItMayIsNotAccused() {
        Story story = comesBack(10_000);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void anOldOwnerThatDoesNotKnowYetIsCountedOnly() {
        Story story = new Story().produce("a", "a").assigned(1).deliver(STREAM, 1, 0);
        story.gateway("other/0")
                .assigned(1)
                .deliver(OTHER, 1, 0)
                .ack(OTHER, 1, 0, 1)
                .gateway(Story.GATEWAY);
        story.produce(2, "z").deliver(STREAM, 2, 2).ack(STREAM, 1, 0, 1).ack(STREAM, 2, 0, 1);
        story.gateway("other/0").deliver(OTHER, 2, 1).ack(OTHER, 2, 0, 1);
        Findings findings = story.judge();
        assertThat(findings.orderViolations()).as("%s", findings).isZero();
        assertThat(findings.overlapsAcross()).isEqualTo(1);
    }

    /** A partition goes and comes back while one of its records is open on a stream that goes on. */
    private static Story comesBack(long drainMs) {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).revoked(1);
        story.pause(drainMs).released(1).assigned(2).deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        return story.deliver(STREAM, 2, 1).ack(STREAM, 1, 0, 1).ack(STREAM, 2, 0, 1);
    }
}
