package io.sluice.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LineLayoutTest {
    private static LoggingEvent event(String message, @Nullable Throwable error) {
        var logger = new LoggerContext().getLogger("io.sluice.test");
        LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, error, null);
        event.addKeyValuePair(new KeyValuePair("pipeline", "a b\n2026 INFO all is well\u001b[2J"));
        return event;
    }

    @Test
    void anEventIsOneLineWhateverIsInIt() {
        String line = new LineLayout(false).doLayout(event("held\rback", new IOException("no\nroom")));

        assertThat(line.lines()).hasSize(1);
        assertThat(line)
                .contains("WARN  held\\rback  pipeline=\"a b\\n2026 INFO all is well\\u001b[2J\"")
                .endsWith("error=IOException: no\\nroom\n");
    }

    @Test
    void stackTracesAreForDebugging() {
        assertThat(new LineLayout(true).doLayout(event("x", new IOException("y"))))
                .contains("at io.sluice.ingest.cli");
    }
}
