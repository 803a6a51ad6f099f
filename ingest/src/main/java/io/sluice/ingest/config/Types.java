package io.sluice.ingest.config;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The types of configuration keys. */
final class Types {
    private Types() {}

    /** Text that matches a pattern. */
    record Text(String noun, Pattern pattern, String allowed) implements Type {
        Text(String noun, String pattern, String allowed) {
            this(noun, Pattern.compile(pattern), allowed);
        }

        @Override
        public Object read(String text) throws Refused {
            if (!pattern.matcher(text).matches()) {
                throw new Refused("not " + noun);
            }
            return text;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "pattern", "^(?:" + pattern.pattern() + ")$");
        }

        @Override
        public boolean takesNumbers() {
            return false;
        }
    }

    /** A whole number; read as Long. */
    record Whole(long min, long max) implements Type {
        @Override
        public String allowed() {
            return "a whole number from " + min + " to " + max;
        }

        @Override
        public Object read(String text) throws Refused {
            if (!text.matches("[-+]?[0-9]+")) {
                throw new Refused("not a whole number");
            }
            try {
                return within(Long.parseLong(text), min, max);
            } catch (NumberFormatException e) {
                throw new Refused("out of range");
            }
        }

        @Override
        public Map<String, Object> schema() {
            return orText(ordered("type", "integer", "minimum", min, "maximum", max), "[0-9]+");
        }
    }

    /** A fraction; read as Double. */
    record Real(double min, double max) implements Type {
        @Override
        public String allowed() {
            return "a number from " + number(min) + " to " + number(max);
        }

        @Override
        public Object read(String text) throws Refused {
            if (!text.matches("[-+]?[0-9]{1,18}(\\.[0-9]{1,18})?")) {
                throw new Refused("not a number");
            }
            double value = Double.parseDouble(text);
            if (value < min || value > max) {
                throw new Refused("out of range");
            }
            return value;
        }

        @Override
        public Map<String, Object> schema() {
            return orText(ordered("type", "number", "minimum", min, "maximum", max), "[0-9]+(?:\\.[0-9]+)?");
        }

        private static String number(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }
    }

    /** True or false; read as Boolean. */
    record Flag() implements Type {
        @Override
        public String allowed() {
            return "true or false";
        }

        @Override
        public Object read(String text) throws Refused {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new Refused("not a boolean");
            };
        }

        @Override
        public Map<String, Object> schema() {
            return orText(ordered("type", "boolean"), "true|false");
        }
    }

    /** One of some words. */
    record Choice(List<String> words) implements Type {
        Choice(String... words) {
            this(List.of(words));
        }

        @Override
        public String allowed() {
            return String.join(", ", words);
        }

        @Override
        public Object read(String text) throws Refused {
            if (!words.contains(text)) {
                throw new Refused("unknown value");
            }
            return text;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("enum", words);
        }
    }

    /** A length of time with its unit. */
    record Span(Duration min, Duration max) implements Type {
        private static final Pattern PATTERN = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");

        @Override
        public String allowed() {
            return "a duration from " + Units.duration(min) + " to " + Units.duration(max)
                    + ", as 200ms, 30s, 5m or 1h";
        }

        @Override
        public Object read(String text) throws Refused {
            Matcher matcher = PATTERN.matcher(text);
            if (!matcher.matches()) {
                throw new Refused(text.matches("[0-9]+") ? "a duration without a unit" : "not a duration");
            }
            long millis = Units.millis(Long.parseLong(matcher.group(1)), matcher.group(2));
            return Duration.ofMillis((Long) within(millis, min.toMillis(), max.toMillis()));
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "pattern", "^[0-9]{1,12}(?:ms|s|m|h)$");
        }
    }

    /** An amount of memory; read as Long, in bytes. */
    record Size(long min, long max) implements Type {
        private static final Pattern PATTERN = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)?");

        @Override
        public String allowed() {
            return "a size from " + Units.bytes(min) + " to " + Units.bytes(max) + ", as 262144, 256KiB, 64MiB or 1GiB";
        }

        @Override
        public Object read(String text) throws Refused {
            Matcher matcher = PATTERN.matcher(text);
            if (!matcher.matches()) {
                boolean decimal = text.matches("[0-9]+ *[KMGkmg][Bb]?");
                throw new Refused(decimal ? "not a size: the units are KiB, MiB, GiB" : "not a size");
            }
            String unit = matcher.group(2) == null ? "B" : matcher.group(2);
            return within(Units.toBytes(Long.parseLong(matcher.group(1)), unit), min, max);
        }

        @Override
        public Map<String, Object> schema() {
            return orText(ordered("type", "integer", "minimum", min, "maximum", max), "[0-9]{1,12}(?:B|KiB|MiB|GiB)?");
        }
    }

    /** Where a group begins; read as {@link PipelineConfig.Start}. */
    record StartAt() implements Type {
        @Override
        public String allowed() {
            return "earliest, latest, or a time as 2026-01-31T00:00:00Z";
        }

        @Override
        public Object read(String text) throws Refused {
            return switch (text) {
                case "earliest" -> new PipelineConfig.Start.Earliest();
                case "latest" -> new PipelineConfig.Start.Latest();
                default -> timestamp(text);
            };
        }

        private static PipelineConfig.Start timestamp(String text) throws Refused {
            try {
                return new PipelineConfig.Start.Timestamp(
                        OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeParseException e) {
                throw new Refused("not a start");
            }
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "pattern", "^(?:earliest|latest|[0-9]{4}-[0-9]{2}-[0-9]{2}T.+)$");
        }

        @Override
        public boolean takesNumbers() {
            return false;
        }
    }

    /** A Java regular expression. */
    record Regex() implements Type {
        @Override
        public String allowed() {
            return "a Java regular expression";
        }

        @Override
        public Object read(String text) throws Refused {
            try {
                Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                String where = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
                throw new Refused("not a regular expression: " + e.getDescription() + where);
            }
            if (text.isEmpty()) {
                throw new Refused("not a regular expression: empty");
            }
            return text;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "minLength", 1);
        }

        @Override
        public boolean takesNumbers() {
            return false;
        }
    }

    /** In the order given, which is the order in generated files. */
    static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private static Map<String, Object> orText(Map<String, Object> schema, String pattern) {
        return ordered("anyOf", List.of(schema, ordered("type", "string", "pattern", "^(?:" + pattern + ")$")));
    }

    private static Object within(long value, long min, long max) throws Refused {
        if (value < min || value > max) {
            throw new Refused("out of range");
        }
        return value;
    }
}
