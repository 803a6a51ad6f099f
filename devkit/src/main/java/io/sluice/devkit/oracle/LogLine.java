package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** One line of a log to and from JSON. */
final class LogLine {
    private static final JsonFactory JSON = new JsonFactory();

    private LogLine() {}

    static String write(LogRecord line) {
        StringWriter out = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("l", letter(line));
            json.writeNumberProperty("t", line.t());
            fields(json, line);
            json.writeEndObject();
        }
        return out.toString();
    }

    private static String letter(LogRecord line) {
        // No switch over patterns in Java 17.
        return line instanceof Produced
                ? "P"
                : line instanceof Delivered
                        ? "D"
                        : line instanceof Answered
                                ? "A"
                                : line instanceof Committed ? "C" : line instanceof Outcome ? "O" : "E";
    }

    private static void fields(JsonGenerator json, LogRecord line) {
        if (line instanceof Delivered d) {
            delivered(json, d);
        } else if (line instanceof Answered a) {
            batch(json, a.processor(), a.gateway(), a.stream(), a.batch());
            json.writeNumberProperty("f", a.first());
            json.writeNumberProperty("c", a.count());
            json.writeStringProperty("v", a.verdict().name());
            json.writeNumberProperty("ra", a.retryAfterMs());
            if (a.wide()) {
                json.writeNumberProperty("w", 1);
            }
        } else if (line instanceof Produced p) {
            place(json, p.topic(), p.partition(), p.offset());
            key(json, p.key());
            json.writeNumberProperty("n", p.keySeq());
            json.writeStringProperty("u", p.uid());
            json.writeStringProperty("s", p.sha());
            json.writeStringProperty("r", p.result().name().toLowerCase(Locale.ROOT));
        } else if (line instanceof Committed c) {
            json.writeStringProperty("gp", c.group());
            place(json, c.topic(), c.partition(), c.offset());
            json.writeStringProperty("m", c.metadata());
        } else if (line instanceof Outcome o) {
            outcome(json, o);
        } else if (line instanceof Event e) {
            json.writeStringProperty("ki", e.kind());
            json.writeStringProperty("w", e.who());
            json.writeStringProperty("d", e.detail());
        }
    }

    private static void delivered(JsonGenerator json, Delivered d) {
        batch(json, d.processor(), d.gateway(), d.stream(), d.batch());
        json.writeNumberProperty("i", d.index());
        json.writeNumberProperty("gr", d.group());
        json.writeNumberProperty("a", d.attempt());
        place(json, d.topic(), d.partition(), d.offset());
        key(json, d.key());
        json.writeStringProperty("u", d.uid());
        json.writeStringProperty("s", d.sha());
    }

    private static void outcome(JsonGenerator json, Outcome o) {
        place(json, o.topic(), o.partition(), o.offset());
        json.writeStringProperty("otp", o.origTopic());
        json.writeNumberProperty("op", o.origPartition());
        json.writeNumberProperty("oo", o.origOffset());
        json.writeStringProperty("ca", o.cause());
        json.writeNumberProperty("at", o.attempts());
        json.writeStringProperty("s", o.sha());
    }

    private static void batch(JsonGenerator json, String processor, String gateway, String stream, long batch) {
        json.writeStringProperty("pr", processor);
        json.writeStringProperty("g", gateway);
        json.writeStringProperty("st", stream);
        json.writeNumberProperty("b", batch);
    }

    private static void place(JsonGenerator json, String topic, int partition, long offset) {
        json.writeStringProperty("tp", topic);
        json.writeNumberProperty("p", partition);
        json.writeNumberProperty("o", offset);
    }

    private static void key(JsonGenerator json, @Nullable String key) {
        if (key == null) {
            json.writeNullProperty("k");
        } else {
            json.writeStringProperty("k", key);
        }
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is not one; the message says what is wrong with it
     */
    static LogRecord read(String line) {
        try {
            return new Fields(line).build();
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a line of a log: " + e.getOriginalMessage(), e);
        }
    }

    /** The properties of a line: numbers and texts apart, so that nothing is boxed twice. */
    private static final class Fields {
        private final Map<String, String> texts = new HashMap<>();
        private final Map<String, Long> numbers = new HashMap<>();

        Fields(String line) {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
                expect(json.nextToken() == JsonToken.START_OBJECT, "an object expected");
                for (JsonToken t = json.nextToken(); t != JsonToken.END_OBJECT; t = json.nextToken()) {
                    expect(t == JsonToken.PROPERTY_NAME, "the object does not end");
                    String name = json.currentName();
                    JsonToken value = json.nextToken();
                    if (value == JsonToken.VALUE_NUMBER_INT) {
                        numbers.put(name, json.getLongValue());
                    } else if (value == JsonToken.VALUE_STRING) {
                        texts.put(name, json.getString());
                    } else {
                        expect(value == JsonToken.VALUE_NULL, "a number, a text or null expected for " + name);
                    }
                }
            }
        }

        LogRecord build() {
            return switch (text("l")) {
                case "P" ->
                    new Produced(
                            t(),
                            text("tp"),
                            integer("p"),
                            number("o"),
                            texts.get("k"),
                            number("n"),
                            text("u"),
                            text("s"),
                            choice(Result.class, "r"));
                case "D" ->
                    new Delivered(
                            t(),
                            text("pr"),
                            text("g"),
                            text("st"),
                            number("b"),
                            integer("i"),
                            integer("gr"),
                            integer("a"),
                            text("tp"),
                            integer("p"),
                            number("o"),
                            texts.get("k"),
                            text("u"),
                            text("s"));
                case "A" ->
                    new Answered(
                            t(),
                            text("pr"),
                            text("g"),
                            text("st"),
                            number("b"),
                            integer("f"),
                            integer("c"),
                            choice(Verdict.class, "v"),
                            number("ra"),
                            numbers.containsKey("w"));
                case "C" -> new Committed(t(), text("gp"), text("tp"), integer("p"), number("o"), text("m"));
                case "O" ->
                    new Outcome(
                            t(),
                            text("tp"),
                            integer("p"),
                            number("o"),
                            text("otp"),
                            integer("op"),
                            number("oo"),
                            text("ca"),
                            integer("at"),
                            text("s"));
                case "E" -> new Event(t(), text("ki"), text("w"), text("d"));
                default -> throw new IllegalArgumentException("l is " + text("l") + ": P, D, A, C, O or E is allowed");
            };
        }

        private long t() {
            return number("t");
        }

        private String text(String name) {
            String text = texts.get(name);
            expect(text != null, "no text " + name);
            return text == null ? "" : text;
        }

        private long number(String name) {
            Long number = numbers.get(name);
            expect(number != null, "no number " + name);
            return number == null ? 0 : number;
        }

        private int integer(String name) {
            return Math.toIntExact(number(name));
        }

        private <T extends Enum<T>> T choice(Class<T> type, String name) {
            return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
        }

        private static void expect(boolean holds, String what) {
            if (!holds) {
                throw new IllegalArgumentException("not a line of a log: " + what);
            }
        }
    }
}
