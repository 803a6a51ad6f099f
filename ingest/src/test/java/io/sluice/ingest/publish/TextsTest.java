package io.sluice.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void controlCharactersBecomeSpaces() {
        assertThat(Texts.clean("a\r\nb\u001b[31mc\u0085d ")).isEqualTo("a b [31mc d");
    }

    @Test
    void textIsCutBetweenCharacters() {
        assertThat(new String(Texts.utf8("ä".repeat(600), 1001), UTF_8)).isEqualTo("ä".repeat(500));
        assertThat(new String(Texts.utf8("\uD83C\uDF0B".repeat(3), 7), UTF_8)).isEqualTo("\uD83C\uDF0B");
        assertThat(Texts.utf8("abc", 3)).hasSize(3);
    }
}
