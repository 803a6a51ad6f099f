package io.sluice.devkit.oracle;

import static io.sluice.devkit.oracle.Story.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryRulesTest {
    @Test
    void attemptsThatCountUpAndAreSpacedAreInOrder() {
        Story story = failing(-1, 2, 200);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void anAttemptBeyondTheLastIsAccused() {
        Story story = new Story()
                .produce("a")
                .assigned(1)
                .attempt(6)
                .deliver(STREAM, 1, 0)
                .ack(STREAM, 1, 0, 1);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G12, 1L));
    }

    @Test
    void anAttemptBeforeTheDelayThatWasConfiguredOrAskedForIsAccused() {
        assertThat(failing(-1, 2, 100).judge().counts()).isEqualTo(Map.of(Rule.G12, 1L));
        assertThat(failing(1_000, 2, 500).judge().counts()).isEqualTo(Map.of(Rule.G12, 1L));
        assertThat(failing(1_000, 2, 1_000).judge().clean()).isTrue();
        assertThat(failing(0, 2, 0).judge().clean()).isTrue();
    }

    @Test
    void aCountThatDoesNotMoveOrGoesBackIsAccused() {
        assertThat(failing(-1, 1, 200).judge().counts()).isEqualTo(Map.of(Rule.G12, 1L));
        Story back = failing(-1, 2, 200).attempt(1);
        back.answer(STREAM, 3, 0, 1, Verdict.RETRY, -1);
        Story reset = new Story().produce("a").assigned(1).attempt(3).deliver(STREAM, 1, 0);
        reset.answer(STREAM, 1, 0, 1, Verdict.RELEASE, -1)
                .attempt(1)
                .deliver(STREAM, 2, 0)
                .ack(STREAM, 2, 0, 1);
        assertThat(reset.judge().counts()).isEqualTo(Map.of(Rule.G12, 1L));
    }

    @Test
    void whatIsReleasedAndFailsElsewhereInTheSameMillisecondIsInOrder() {
        Story story = new Story().produce("a").assigned(1);
        long now = story.now();
        story.deliver("p2/1", 1, 0).at(now).answer("p2/1", 1, 0, 1, Verdict.RETRY, -1);
        story.at(now).deliver(STREAM, 1, 0).at(now).answer(STREAM, 1, 0, 1, Verdict.RELEASE, -1);
        story.at(now + 200).attempt(2).deliver(STREAM, 2, 0).ack(STREAM, 2, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void aWideRetryCountsNoAttempt() {
        Story story =
                new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0).answerWide(STREAM, 1, 0, 1);
        story.deliver(STREAM, 2, 0).ack(STREAM, 2, 0, 1).deliver(STREAM, 3, 1).ack(STREAM, 3, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void aRetryThatDidNotArriveNeedNotCount() {
        Story story = new Story().produce("a").assigned(1).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, -1).event(EventKind.PROCESSOR_KILL, "p1", "");
        story.deliver("p2/1", 1, 0).ack("p2/1", 1, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
    }

    @Test
    void aNewOwnerMayForgetAttemptsUnlessTheyAreToSurvive() {
        Story story = new Story().produce("a").assigned(1).attempt(3).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, 60_000)
                .pause(5_000)
                .metadata("notes")
                .commit(0)
                .pause(100);
        story.event(EventKind.GATEWAY_KILL, "gw", "").gateway("other/0").assigned(1);
        story.attempt(1).deliver("p2/1", 1, 0).ack("p2/1", 1, 0, 1);
        assertThat(story.judge().clean()).as("%s", story.judge()).isTrue();
        assertThat(story.judge(Terms.defaults().attemptsSurvive(true)).counts()).isEqualTo(Map.of(Rule.G12, 1L));
    }

    @Test
    void whatAnOwnerDidNotCommitIsLostWithItWhateverTheNextOneCommits() {
        Story story = new Story().produce("a").assigned(1).metadata("notes").commit(0);
        story.attempt(3).deliver(STREAM, 1, 0).answer(STREAM, 1, 0, 1, Verdict.RETRY, 60_000);
        story.event(EventKind.GATEWAY_KILL, "gw", "").gateway("other/0").assigned(1);
        story.pause(10_000).commit(0).pause(100).event(EventKind.GATEWAY_KILL, "other", "");
        story.gateway("third/0").assigned(1).attempt(1).deliver("p2/1", 1, 0).ack("p2/1", 1, 0, 1);
        assertThat(story.judge(Terms.defaults().attemptsSurvive(true)).counts()).isEmpty();
    }

    @Test
    void aLetterBeforeTheLastAttemptIsAccused() {
        Story story = new Story().produce("a").assigned(1).attempt(4).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, -1).letter(0, "ATTEMPTS", 4);
        assertThat(story.judge().counts()).isEqualTo(Map.of(Rule.G12, 1L));
    }

    /** A record fails, comes again after {@code waitMs} as attempt {@code second} and is done; then its stream goes on. */
    private static Story failing(long retryAfterMs, int second, long waitMs) {
        Story story = new Story().produce("a", "b").assigned(1).deliver(STREAM, 1, 0);
        story.answer(STREAM, 1, 0, 1, Verdict.RETRY, retryAfterMs).pause(waitMs);
        story.attempt(second).deliver(STREAM, 2, 0).ack(STREAM, 2, 0, 1);
        return story.attempt(1).deliver(STREAM, 3, 1).ack(STREAM, 3, 0, 1);
    }
}
