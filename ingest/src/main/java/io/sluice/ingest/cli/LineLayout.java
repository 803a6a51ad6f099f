package io.sluice.ingest.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** One line for an event: time, level, message, key-values. Whatever is in a value, it stays one line. */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final int MAX_CAUSES = 5;

    private final boolean stackTraces;

    LineLayout(boolean stackTraces) {
        this.stackTraces = stackTraces;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(160);
        out.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp()))).append(' ');
        out.append(String.format("%-5s ", event.getLevel()));
        if (stackTraces) {
            out.append('[').append(Text.safe(event.getThreadName())).append("] ");
        }
        out.append(Text.safe(String.valueOf(event.getFormattedMessage())));
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair ->
                    out.append("  ").append(Text.safe(pair.key)).append('=').append(value(pair.value)));
        }
        IThrowableProxy error = event.getThrowableProxy();
        if (error != null) {
            out.append("  error=").append(error(error));
            if (stackTraces) {
                out.append('\n').append(ThrowableProxyUtil.asString(error).stripTrailing());
            }
        }
        return out.append('\n').toString();
    }

    private static String value(@Nullable Object value) {
        String text = Text.safe(String.valueOf(value));
        return text.contains(" ") ? '"' + text.replace("\"", "\\\"") + '"' : text;
    }

    /** The error and its causes, in one line. */
    static String error(@Nullable IThrowableProxy error) {
        StringBuilder out = new StringBuilder();
        IThrowableProxy at = error;
        for (int i = 0; at != null && i < MAX_CAUSES; i++) {
            String name = at.getClassName();
            out.append(i == 0 ? "" : " <- ").append(name.substring(name.lastIndexOf('.') + 1));
            out.append(at.getMessage() == null ? "" : ": " + Text.safe(at.getMessage()));
            at = at.getCause();
        }
        return out.toString();
    }
}
