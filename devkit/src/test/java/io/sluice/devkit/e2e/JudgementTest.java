package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgementTest {
    @TempDir
    Path folder;

    @Test
    void recordsOfAKeyOneAfterTheOtherAreInOrderWhateverOtherKeysDo() throws IOException {
        Judgement judgement =
                judge(begun(0, "a"), begun(1, "b"), ended(0, "a"), begun(2, "a"), ended(1, "b"), ended(2, "a"));
        assertThat(judgement).isEqualTo(new Judgement(3, Map.of(), 0, 0));
    }

    @Test
    void aRecordBegunWhileAnotherOfItsKeyIsBeingProcessedIsAViolation() throws IOException {
        assertThat(judge(begun(0, "a"), begun(1, "a"), ended(0, "a"), ended(1, "a"))
                        .orderViolations())
                .isPositive();
    }

    @Test
    void aRecordBegunBeforeTheOneBeforeItInItsKeyIsDoneIsAViolation() throws IOException {
        assertThat(judge(begun(4, "a"), ended(4, "a"), begun(2, "a"), ended(2, "a"))
                        .orderViolations())
                .isEqualTo(1);
    }

    @Test
    void aRecordBegunAgainWhileItIsStillBeingProcessedIsAViolation() throws IOException {
        assertThat(judge(begun(0, "a"), begun(0, "a"), ended(0, "a")).orderViolations())
                .isEqualTo(1);
    }

    @Test
    void recordsThatComeAgainAreDuplicatesAndNoViolation() throws IOException {
        Judgement judgement = judge(
                begun(0, "a"),
                ended(0, "a"),
                begun(1, "a"),
                ended(1, "a"),
                begun(0, "a"),
                ended(0, "a"),
                begun(1, "a"),
                ended(1, "a"));
        assertThat(judgement).isEqualTo(new Judgement(2, Map.of(3, 2L), 0, 1));
    }

    @Test
    void whatAKilledProcessorWasAtMayBeBegunAgainAndItsCutLineIsIgnored() throws IOException {
        Judgement judgement = judge(
                Trail.start(),
                begun(0, "a"),
                ended(0, "a"),
                begun(1, "a"),
                "ENDED 3 1 a 17",
                Trail.start(),
                begun(1, "a"),
                ended(1, "a"));
        assertThat(judgement).isEqualTo(new Judgement(2, Map.of(), 0, 0));
    }

    private Judgement judge(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("journal"), String.join("", lines));
        return Judgement.of(new Trail(file).events());
    }

    private static String begun(long offset, String key) {
        return Trail.begun(3, offset, key);
    }

    private static String ended(long offset, String key) {
        return Trail.ended(3, offset, key);
    }
}
