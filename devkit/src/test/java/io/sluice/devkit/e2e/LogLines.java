package io.sluice.devkit.e2e;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What the gateway logs from now on, at INFO and above, as one line each: level, message, key-values. */
final class LogLines implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.sluice.ingest");
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                lines.add(line(event));
            }
        }
    };

    LogLines() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    /** The lines so far that contain all these texts. */
    List<String> with(String... texts) {
        return lines.stream()
                .filter(line -> List.of(texts).stream().allMatch(line::contains))
                .toList();
    }

    private static String line(ILoggingEvent event) {
        List<Object> pairs = event.getKeyValuePairs() == null ? List.of() : new ArrayList<>(event.getKeyValuePairs());
        String keyValues = pairs.stream().map(String::valueOf).collect(Collectors.joining(" "));
        return event.getLevel() + " " + event.getFormattedMessage() + " " + keyValues;
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        appender.stop();
    }
}
