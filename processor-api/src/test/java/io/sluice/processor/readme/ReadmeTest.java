package io.sluice.processor.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows code that is compiled and run: exactly these files' text. */
class ReadmeTest {
    @Test
    void theReadmeShowsTheCodeThatIsCompiledHere() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme).contains(snippet("Greeter.java"));
        assertThat(readme).contains(snippet("GreeterTest.java"));
    }

    /** A file without its package, as a Markdown block. */
    private static String snippet(String file) throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/sluice/processor/readme", file));
        return "```java\n" + source.substring(source.indexOf("import ")) + "```\n";
    }
}
