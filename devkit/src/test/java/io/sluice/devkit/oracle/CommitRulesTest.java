package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitRulesTest {
    @Test
    void aCommitAfterTheAcksIsInOrder() {
        Findings findings = new Story()
                .produce("a", "b")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 0, 2)
                .commit(2)
                .judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
        assertThat(findings.records()).isEqualTo(2);
    }

    @Test
    void aCommitBeforeTheAckIsAccused() {
        Findings findings = new Story()
                .produce("a", "b")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 0, 1)
                .commit(2)
                .ack(STREAM, 1, 1, 1)
                .judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G1, 1L));
        assertThat(findings.first(Rule.G1).get(0).text())
                .isEqualTo("t-0@1: passed by a commit of 2, settled 1 ms later");
    }

    @Test
    void anAckInTheSameMillisecondIsTakenAsEarlier() {
        Story story = new Story().produce("a").assigned(1).deliver(STREAM, 1, 0).ack(STREAM, 1, 0, 1);
        assertThat(story.at(story.now() - 1).commit(1).judge().clean()).isTrue();
    }

    @Test
    void aRejectedRecordIsDoneWhenItsLetterIsWrittenAndNotBefore() {
        Story story =
                new Story().produce("a").assigned(1).deliver(STREAM, 1, 0).answer(STREAM, 1, 0, 1, Verdict.REJECT, -1);
        long t = story.now();
        assertThat(story.letter(0, "REJECT", 1).commit(1).judge().clean()).isTrue();
        assertThat(new Story()
                        .produce("a")
                        .assigned(1)
                        .deliver(STREAM, 1, 0)
                        .answer(STREAM, 1, 0, 1, Verdict.REJECT, -1)
                        .commit(1)
                        .at(t + 10)
                        .letter(0, "REJECT", 1)
                        .judge()
                        .counts())
                .isEqualTo(Map.of(Rule.G1, 1L));
    }

    @Test
    void gapsInOffsetsOweNothing() {
        Findings findings = new Story()
                .produce(10, "a")
                .produce(20, "b")
                .assigned(1)
                .deliver(STREAM, 1, 10, 20)
                .ack(STREAM, 1, 0, 2)
                .commit(25)
                .judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
    }

    @Test
    void aPassedRecordWithoutAnyOutcomeIsLost() {
        Findings findings = new Story()
                .produce("a", "b")
                .assigned(1)
                .deliver(STREAM, 1, 1)
                .ack(STREAM, 1, 0, 1)
                .commit(2)
                .judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G1, 1L, Rule.G2, 1L, Rule.G3, 1L));
        assertThat(findings.lost()).isEqualTo(1);
    }

    @Test
    void aRecordThatIsNotPassedIsNotLostButUnseen() {
        Findings findings = new Story()
                .produce("a", "b")
                .assigned(1)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1)
                .commit(1)
                .judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G3, 1L));
    }

    @Test
    void whatTheBrokerDeletedOrLiesBelowTheStartIsNotLost() {
        Findings deleted = new Story()
                .produce("a", "b")
                .assigned(1)
                .event(EventKind.RECORDS_DELETED, "broker", "t-0@1")
                .deliver(STREAM, 1, 1)
                .ack(STREAM, 1, 0, 1)
                .commit(2)
                .judge();
        assertThat(deleted.clean()).as("%s", deleted).isTrue();
        assertThat(deleted.records()).isEqualTo(1);
        Findings latest = new Story()
                .produce("a", "b")
                .event(EventKind.START_POSITION, "g", "t-0@1")
                .assigned(1)
                .commit(1)
                .deliver(STREAM, 1, 1)
                .ack(STREAM, 1, 0, 1)
                .commit(2)
                .judge();
        assertThat(latest.clean()).as("%s", latest).isTrue();
    }

    @Test
    void aCommitThatGoesBackIsAccusedUnlessAnOperatorAskedForIt() {
        Story story = acked("a", "b").commit(2);
        assertThat(story.commit(1).judge().counts()).isEqualTo(Map.of(Rule.G7, 1L));
        Findings reset = acked("a", "b")
                .commit(2)
                .event(EventKind.OPERATOR_RESET, "operator", "t-0@1")
                .commit(1)
                .deliver(STREAM, 2, 1)
                .ack(STREAM, 2, 0, 1)
                .commit(2)
                .judge();
        assertThat(reset.count(Rule.G7)).isZero();
    }

    @Test
    void theSameCommitAgainGoesNowhere() {
        assertThat(acked("a").commit(1).commit(1).judge().clean()).isTrue();
    }

    @Test
    void aCommitAfterTheReleaseIsNobodys() {
        Findings findings = acked("a", "b")
                .commit(1)
                .revoked(1)
                .released(1)
                .pause(5)
                .commit(2)
                .judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G8, 1L));
    }

    @Test
    void theLastCommitOfARevocationIsTheOwnersAndSoIsTheNextOwnersFirst() {
        Findings findings = acked("a", "b")
                .revoked(1)
                .commit(2)
                .released(1)
                .produce(2, "c")
                .gateway("other/0")
                .assigned(1)
                .deliver("p1/2", 1, 2)
                .ack("p1/2", 1, 0, 1)
                .commit(3)
                .judge();
        assertThat(findings.clean()).as("%s", findings).isTrue();
    }

    @Test
    void aCommitThatRestsOnALateAckOfAnOldAssignmentIsAccused() {
        Findings findings = new Story()
                .produce("a", "b")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .lost(1)
                .assigned(2)
                .ack(STREAM, 1, 0, 2)
                .deliver("p2/1", 1, 0)
                .ack("p2/1", 1, 0, 1)
                .commit(2)
                .judge();
        assertThat(findings.counts()).isEqualTo(Map.of(Rule.G8, 1L));
        assertThat(findings.first(Rule.G8).get(0).text()).startsWith("t-0@1: passed by a commit of 2 of gw/0 epoch 2");
    }

    @Test
    void whatTheMetadataOfACommitMayHaveRestoredIsTheNewOwners() {
        Story story = new Story()
                .produce("a", "b")
                .assigned(1)
                .deliver(STREAM, 1, 0, 1)
                .ack(STREAM, 1, 1, 1)
                .metadata("runs")
                .commit(0)
                .revoked(1)
                .released(1)
                .assigned(2)
                .deliver("p1/2", 1, 0)
                .ack("p1/2", 1, 0, 1)
                .commit(2);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    /** One batch with records of these keys, all acked. */
    private static Story acked(String... keys) {
        Story story = new Story().produce(keys).assigned(1);
        for (int i = 0; i < keys.length; i++) {
            story.one(STREAM, 1, i, i, i);
        }
        return story.ack(STREAM, 1, 0, keys.length);
    }
}
