package io.sluice.ingest.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.io.Console;
import java.nio.charset.StandardCharsets;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets logging up: lines for people on a terminal, JSON for machines otherwise, to standard error. */
final class Logging {
    /** What was asked for. */
    enum Choice {
        AUTO,
        TEXT,
        JSON
    }

    private Logging() {}

    /** @param debug whether our own debug lines and stack traces are written */
    static void configure(Choice choice, boolean debug) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return; // another back end is on the class path, and has its own ways
        }
        context.reset();
        // gRPC logs by java.util.logging, whose own lines would stand between ours.
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        boolean text = choice == Choice.TEXT || (choice == Choice.AUTO && isTerminal());
        Encoder<ILoggingEvent> encoder = text ? text(context, debug) : json(debug);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        ch.qos.logback.classic.Logger all = context.getLogger(Logger.ROOT_LOGGER_NAME);
        all.addAppender(appender);
        all.setLevel(Level.WARN);
        context.getLogger("io.sluice").setLevel(debug ? Level.DEBUG : Level.INFO);
    }

    @SuppressWarnings("SystemConsoleNull") // from 22 on there always is one, which then says what it is
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** For a command that reports the problems of a library itself. */
    static void silence(String logger) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(Level.OFF);
        }
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context, boolean debug) {
        LineLayout layout = new LineLayout(debug);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setLayout(layout);
        encoder.setCharset(StandardCharsets.UTF_8);
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(boolean debug) {
        LogstashEncoder encoder = new LogstashEncoder();
        if (!debug) {
            ThrowableHandlingConverter oneLine = new OneLineError();
            oneLine.start();
            encoder.setThrowableConverter(oneLine);
        }
        return encoder;
    }

    /** The message of an error and of its causes, without the stack. */
    private static final class OneLineError extends ThrowableHandlingConverter {
        @Override
        public String convert(ILoggingEvent event) {
            return LineLayout.error(event.getThrowableProxy());
        }
    }
}
