package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.Findings.Bound;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DuplicateRulesTest {
    private static final String OTHER = "p2/1";

    @Test
    void whatTheNewOwnerSawCommittedMustNotComeAgain() {
        Findings findings = takenOver(2);
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G9, 1L));
        assertThat(findings.first(Rule.G9).get(0).text())
                .isEqualTo("t-0@1: comes again, below 2, which was committed before other/0 epoch 1 began, to p2");
    }

    @Test
    void whatWasNotCommittedMayComeAgainAndIsCountedAgainstTheBound() {
        Findings findings = takenOver(1);
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.duplicatesByCause()).isEqualTo(Map.of("rebalance", 1L));
        assertThat(findings.bounds()).containsExactly(new Bound("assigned to other/0 epoch 1", "t-0", 1, 1));
    }

    @Test
    void aCommitAtTheLastMomentMayHaveComeTooLateToBeSeen() {
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1)
                .commit(1);
        story.event(EventKind.GATEWAY_KILL, "gw", "").gateway("other/0").assigned(1);
        assertThat(story.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1).judge().clean())
                .isTrue();
    }

    @Test
    void oneWhoHasLostThePartitionMayDeliverUntilItHearsOfIt() {
        Findings heard = overtaken(true);
        assertThat(heard.clean()).as("%s", heard).isTrue();
        assertThat(heard.duplicatesByCause()).isEqualTo(Map.of("lost owner", 1L));
        // One who never lost it has no such excuse.
        assertThat(overtaken(false).counts()).containsKey(Rule.G9);
    }

    private static Findings overtaken(boolean lost) {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        story.gateway("other/0").assigned(1).deliver(OTHER, 1, 1).ack(OTHER, 1, 0, 1);
        story.gateway("gw/0").deliver(STREAM, 2, 1).ack(STREAM, 2, 0, 1);
        return (lost ? story.lost(1) : story).judge();
    }

    @Test
    void aStreamThatWasReplacedHadEndedWhateverTheLogsSay() {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        story.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1).deliver("p1/2", 1, 1).ack("p1/2", 1, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void aFrameThatIsReadLateProvesNothing() {
        // Sent on the first stream before it ended, and read there after the gateway had sent it elsewhere.
        Story story = new Story().produce("a", "a").assigned(1).deliver(STREAM, 1, 0);
        story.event(EventKind.STREAM_END, "p1", STREAM).deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        story.deliver(OTHER, 2, 1).ack(OTHER, 2, 0, 1).deliver(STREAM, 2, 1).ack(STREAM, 2, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void aRecordThatComesAgainForNoReasonIsAccused() {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        story.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1).deliver(STREAM, 2, 1).ack(STREAM, 2, 0, 1);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G9, 1L));
    }

    @Test
    void aRetryAndAReleaseAreNoDuplicates() {
        Story story = new Story()
                .produce("a", "b")
                .assigned(1)
                .one(STREAM, 1, 0, 0, 0)
                .one(STREAM, 1, 1, 1, 1);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, -1)
                .answer(STREAM, 1, 1, 1, Verdict.RELEASE, -1)
                .pause(200);
        story.deliver(STREAM, 2, 1)
                .ack(STREAM, 2, 0, 1)
                .attempt(2)
                .deliver(STREAM, 3, 0)
                .ack(STREAM, 3, 0, 1);
        Findings findings = story.judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.retries()).isEqualTo(2);
        assertThat(findings.justifiedDuplicates()).isZero();
    }

    @Test
    void anAckThatAKilledProcessorLoggedNeedNotHaveArrived() {
        Story story = new Story().produce("a").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        story.event(EventKind.PROCESSOR_KILL, "p1", "").deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        Findings findings = story.judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.duplicatesByCause()).isEqualTo(Map.of("stream", 1L));
        assertThat(findings.bounds()).containsExactly(new Bound("kill of p1", "t-0", 1, 1));
    }

    @Test
    void aStreamThatIsProvedToBeAliveIsNoExcuse() {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        story.event(EventKind.PROCESSOR_KILL, "p7", "").deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        assertThat(story.deliver(STREAM, 2, 1).ack(STREAM, 2, 0, 1).judge().counts())
                .isEqualTo(Map.of(Rule.G9, 1L));
    }

    @Test
    void anExpiredLeaseIsACauseUnlessTheAckCameInTime() {
        Terms terms = Terms.defaults().lease(Duration.ofSeconds(2));
        Story slow = new Story().produce("a").assigned(1).deliver(STREAM, 1, 0).pause(2_100);
        slow.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        assertThat(slow.judge(terms).duplicatesByCause()).isEqualTo(Map.of("lease", 1L));
        Story prompt = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1)
                .pause(2_100);
        prompt.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        assertThat(prompt.judge(terms).counts()).isEqualTo(Map.of(Rule.G9, 1L));
    }

    @Test
    void whatAGatewayHasCommittedItselfNeverComesAgain() {
        Terms terms = Terms.defaults().lease(Duration.ofSeconds(2));
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .pause(2_100)
                .commit(1)
                .pause(3_000);
        story.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1);
        assertThat(story.judge(terms).count(Rule.G9)).isEqualTo(1);
    }

    @Test
    void afterAnOperatorsResetEverythingMayComeAgain() {
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1)
                .commit(1);
        story.revoked(1)
                .released(1)
                .event(EventKind.OPERATOR_RESET, "operator", "t-0@0")
                .commit(0)
                .pause(100);
        story.assigned(2).deliver("p1/2", 1, 0).ack("p1/2", 1, 0, 1).commit(1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void whatWasSettledInPeaceIsCommittedWhenThePartitionGoes() {
        Story forgotten = new Story().produce("a", "a", "a").assigned(1).deliver(STREAM, 1, 0, 1, 2);
        forgotten.ack(STREAM, 1, 0, 2).commit(1).pause(1_000).revoked(1).released(1);
        forgotten.gateway("other/0").assigned(1).deliver(OTHER, 1, 1, 2).ack(OTHER, 1, 0, 2);
        assertThat(forgotten.judge().counts()).isEqualTo(Map.of(Rule.G9, 1L));
        Story committed = new Story().produce("a", "a", "a").assigned(1).deliver(STREAM, 1, 0, 1, 2);
        committed
                .ack(STREAM, 1, 0, 2)
                .commit(1)
                .pause(1_000)
                .revoked(1)
                .commit(2)
                .released(1);
        committed.gateway("other/0").assigned(1).deliver(OTHER, 1, 2).ack(OTHER, 1, 0, 1);
        assertThat(committed.judge().clean()).as("%s", committed.judge()).isTrue();
    }

    @Test
    void aCommitThatFailedWhileTheBrokerWasAwayIsMadeUpFor() {
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1)
                .pause(1_000);
        story.event(EventKind.FAULT_START, "broker", "").pause(6_000).event(EventKind.FAULT_END, "broker", "");
        story.pause(40_000).revoked(1).released(1).gateway("other/0").assigned(1);
        assertThat(story.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1).judge().counts())
                .isEqualTo(Map.of(Rule.G9, 1L));
    }

    @Test
    void aLastCommitMayFailWhileTheBrokerIsAway() {
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1)
                .pause(1_000);
        story.event(EventKind.FAULT_START, "broker", "").revoked(1).pause(6_000).released(1);
        story.event(EventKind.FAULT_END, "broker", "").gateway("other/0").assigned(1);
        assertThat(story.deliver(OTHER, 1, 0).ack(OTHER, 1, 0, 1).judge().clean())
                .as("%s", story.judge())
                .isTrue();
    }

    /** Two records are acked, {@code committed} is committed, another gateway takes over and delivers the second again. */
    private static Findings takenOver(long committed) {
        Story story = new Story()
                .produce("a", "a")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 0, 2);
        story.commit(committed).event(EventKind.GATEWAY_KILL, "gw", "").pause(6_000);
        return story.gateway("other/0")
                .assigned(1)
                .deliver(OTHER, 1, 1)
                .ack(OTHER, 1, 0, 1)
                .judge();
    }
}
