package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration of a gateway with one pipeline, {@code p}, as a row wants it. Each setting is YAML text under a path; whatever a row
 * does not set is as here. Not thread-safe; a gateway's start takes what is set then.
 */
final class Pipeline {
    /** Session timeout of members of a group. Short, because half of all rows wait for it. */
    static final int SESSION_MS = 6_000;

    static final String NAME = "p";

    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> kafka = new LinkedHashMap<>();
    private final Map<String, String> sourceKafka = new LinkedHashMap<>();
    private final List<String> more = new ArrayList<>();
    private String protocol = "classic";

    Pipeline() {
        settings.put("ordering", "key");
        settings.put("in_flight", "{ records: 2000 }");
        settings.put("commit_interval", "500ms");
        settings.put("retry", "{ initial_backoff: 100ms, max_backoff: 1s }");
    }

    /**
     * Sets a key of the pipeline.
     *
     * @param key such as {@code retry}
     * @param yaml its value in flow style, such as <code>{ max_attempts: 5 }</code>
     */
    Pipeline set(String key, String yaml) {
        settings.put(key, yaml);
        return this;
    }

    /** Sets a Kafka property for all clients of the gateway. */
    Pipeline kafka(String property, String value) {
        kafka.put(property, value);
        return this;
    }

    /** Sets a Kafka property of the consumer. */
    Pipeline sourceKafka(String property, String value) {
        sourceKafka.put(property, value);
        return this;
    }

    /** {@code classic} or {@code consumer}. */
    Pipeline protocol(String groupProtocol) {
        protocol = groupProtocol;
        return this;
    }

    /** Adds another pipeline, whole: an item of the list {@code pipelines}, not indented. */
    Pipeline add(String item) {
        more.add(item);
        return this;
    }

    /** What the oracle may expect of it, as it is configured now. */
    Terms terms() {
        long backoff = millis("retry", "initial_backoff", 200);
        return Terms.defaults()
                .ordering(Terms.Ordering.valueOf(
                        settings.getOrDefault("ordering", "key").toUpperCase(Locale.ROOT)))
                .lease(Duration.ofMillis(millis("processor", "lease", 30_000)))
                .retry(
                        (int) Long.parseLong(find("retry", "max_attempts", "5")),
                        // Less a jitter of 0.2.
                        Duration.ofMillis(backoff * 4 / 5))
                .attemptsSurvive(true);
    }

    long commitIntervalMs() {
        return millis("commit_interval", "", 5_000);
    }

    private long millis(String setting, String key, long otherwise) {
        String text = find(setting, key, otherwise + "ms");
        long number = Long.parseLong(text.replaceAll("[^0-9]", ""));
        return text.endsWith("ms") ? number : text.endsWith("m") ? number * 60_000 : number * 1_000;
    }

    private String find(String setting, String key, String otherwise) {
        String text = settings.getOrDefault(setting, "");
        if (key.isEmpty()) {
            return text.isEmpty() ? otherwise : text;
        }
        Matcher matcher = Pattern.compile("\\b" + key + ": *([0-9a-z]+)").matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    /**
     * The whole file.
     *
     * @param targets addresses of processors, such as {@code static://127.0.0.1:9000}
     */
    String yaml(
            String bootstrapServers,
            int adminPort,
            String topic,
            String group,
            String deadLetters,
            List<String> targets) {
        Map<String, String> common = new LinkedHashMap<>(kafka);
        common.put("bootstrap.servers", "\"" + bootstrapServers + "\"");
        Map<String, String> source = new LinkedHashMap<>();
        if (protocol.equals("classic")) {
            source.put("session.timeout.ms", Integer.toString(SESSION_MS));
            source.put("heartbeat.interval.ms", "1000");
        }
        source.putAll(sourceKafka);
        StringBuilder yaml = new StringBuilder();
        yaml.append("kafka: ").append(flow(common)).append('\n');
        yaml.append("admin: { listen: \"127.0.0.1:").append(adminPort).append("\" }\n");
        yaml.append("pipelines:\n");
        yaml.append("  - name: ").append(NAME).append('\n');
        line(
                yaml,
                "source",
                "{ topics: [" + topic + "], group: " + group + ", protocol: " + protocol + ", kafka: " + flow(source)
                        + " }");
        if (!settings.containsKey("processor")) {
            line(yaml, "processor", "{ targets: " + list(targets) + " }");
        }
        if (!settings.containsKey("dead_letter")) {
            line(yaml, "dead_letter", "{ topic: " + deadLetters + " }");
        }
        settings.forEach((key, value) ->
                line(yaml, key, value.replace("$TARGETS", list(targets)).replace("$DLQ", deadLetters)));
        more.forEach(item -> yaml.append(item.indent(2)));
        return yaml.toString();
    }

    private static void line(StringBuilder yaml, String key, String value) {
        yaml.append("    ").append(key).append(": ").append(value).append('\n');
    }

    private static String list(List<String> targets) {
        return "[" + String.join(", ", targets.stream().map(t -> '"' + t + '"').toList()) + "]";
    }

    private static String flow(Map<String, String> properties) {
        return "{ "
                + String.join(
                        ", ",
                        properties.entrySet().stream()
                                .map(p -> p.getKey() + ": " + p.getValue())
                                .toList())
                + " }";
    }
}
