package io.sluice.devkit.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path folder;

    @Test
    void linesAreReadOnceTheyAreWhole() throws IOException {
        Path file = folder.resolve("journal");
        Journal journal = new Journal(file);
        journal.readOn();
        assertThat(journal.attempts()).isEmpty();

        append(file, "quakes\t1\t17\tY2k=\t1\tACK\t-\t100\t200\nquakes\t2\t3\t-\t1\tREJ");
        journal.readOn();
        assertThat(journal.attempts()).containsExactly(new Attempt(1, 17, "Y2k=", 100, 200, Attempt.Outcome.ACK, ""));

        append(file, "ECT\tBAD\t300\t400\n");
        journal.readOn();
        assertThat(journal.attempts())
                .hasSize(2)
                .last()
                .isEqualTo(new Attempt(2, 3, Attempt.NO_KEY, 300, 400, Attempt.Outcome.REJECT, "BAD"));
        assertThat(journal.rejects()).containsExactly(Map.entry("BAD", 1L));
        assertThat(journal.count(Attempt.Outcome.ACK)).isEqualTo(1);
    }

    @Test
    void aJournalOfManyMegabytesIsReadWhole() throws IOException {
        Path file = folder.resolve("journal");
        String line = "quakes\t0\t%d\tY2k=\t1\tACK\t-\t100\t200\n";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append(line.formatted(i));
        }
        append(file, text.toString());
        Journal journal = new Journal(file);

        journal.readOn();

        assertThat(journal.attempts()).hasSize(100_000);
        assertThat(journal.attempts().get(99_999).offset()).isEqualTo(99_999);
    }

    @Test
    void aLineOfSomethingElseIsRefusedWithItsPlace() throws IOException {
        Path file = folder.resolve("journal");
        append(file, "quakes\t0\t1\t-\t1\tACK\t-\t1\t2\nwhat\n");

        assertThatThrownBy(() -> new Journal(file).readOn())
                .hasMessageContaining("journal:2")
                .hasMessageContaining("1 fields");
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
