package io.sluice.ingest.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold between pipelines: names, groups, and that no dead letter comes back to where it died. */
final class FleetChecks {
    private final Problems problems;
    private final List<Values> pipelines;

    FleetChecks(Problems problems, List<Values> pipelines) {
        this.problems = problems;
        // One without a readable name has its own problem already.
        this.pipelines = pipelines.stream()
                .filter(p -> p.find("name", String.class) != null)
                .toList();
    }

    void run() {
        Map<String, Values> byName = new HashMap<>();
        for (Values pipeline : pipelines) {
            Values first = byName.putIfAbsent(pipeline.text("name"), pipeline);
            if (first != null) {
                problems.add(
                        pipeline.place("name"),
                        pipeline.path("name"),
                        "name is taken; given " + Problems.quote(pipeline.text("name")) + "; first given at "
                                + first.place("name"));
            }
        }
        for (int i = 0; i < pipelines.size(); i++) {
            for (int j = i + 1; j < pipelines.size(); j++) {
                groups(pipelines.get(i), pipelines.get(j));
            }
        }
        pipelines.forEach(this::deadLetters);
        pipelines.forEach(this::retryTopics);
        pipelines.forEach(this::parkingTopics);
    }

    /** Retry topics are one pipeline's own: whoever else reads or writes them breaks its count of attempts. */
    private void retryTopics(Values pipeline) {
        for (PipelineConfig.Tier tier : Assembler.retryTiers(pipeline)) {
            for (Values other : pipelines) {
                String use = use(other, tier.topic(), other == pipeline);
                if (use != null) {
                    problems.add(
                            pipeline.place("retry.topics"),
                            pipeline.path("retry.topics"),
                            "retry topic is " + use + " of pipeline " + Problems.quote(other.text("name"))
                                    + "; given topic " + Problems.quote(tier.topic())
                                    + "; allowed a topic of its own: change retry.topics_prefix");
                    return;
                }
            }
        }
    }

    /** Two owners of a parking log would take it from each other for ever, and a source would be read as records. */
    private void parkingTopics(Values pipeline) {
        for (String topic : Assembler.parkingTopics(pipeline)) {
            for (Values other : pipelines) {
                boolean shared =
                        other != pipeline && Assembler.parkingTopics(other).contains(topic);
                if (shared || reads(other, topic)) {
                    problems.add(
                            pipeline.place("retry.parking"),
                            pipeline.path("retry.parking"),
                            "parking topic is " + (shared ? "a parking topic" : "a source") + " of pipeline "
                                    + Problems.quote(other.text("name")) + "; given topic " + Problems.quote(topic)
                                    + "; allowed a topic of its own: change retry.topics_prefix");
                    return;
                }
            }
        }
    }

    private static @Nullable String use(Values other, String topic, boolean same) {
        if (reads(other, topic)) {
            return "a source";
        }
        if (Assembler.deadLetterTopic(other).equals(topic)) {
            return "the dead-letter topic";
        }
        boolean shared = !same
                && Assembler.retryTiers(other).stream().anyMatch(t -> t.topic().equals(topic));
        return shared ? "a retry topic" : null;
    }

    /** Members of one group must all read the same topics, or they take partitions from each other. */
    private void groups(Values first, Values second) {
        String group = Assembler.group(second);
        if (!Assembler.group(first).equals(group) || first.text("name").equals(second.text("name"))) {
            return;
        }
        String common = overlap(first, second);
        if (common != null) {
            problems.add(
                    second.place("source.group"),
                    second.path("source.group"),
                    "two pipelines with the same group read " + common + "; given " + Problems.quote(group)
                            + "; the other is at " + first.place("source.group")
                            + "; allowed one group for each pipeline");
        }
    }

    private static @Nullable String overlap(Values first, Values second) {
        if (first.isWritten("source.topics_pattern") && second.isWritten("source.topics_pattern")) {
            return "topics by patterns, which may overlap";
        }
        List<String> topics =
                first.texts("source.topics").isEmpty() ? second.texts("source.topics") : first.texts("source.topics");
        for (String topic : topics) {
            if (reads(first, topic) && reads(second, topic)) {
                return "topic " + topic;
            }
        }
        return null;
    }

    private static boolean reads(Values pipeline, String topic) {
        String pattern = pipeline.find("source.topics_pattern", String.class);
        return pipeline.texts("source.topics").contains(topic)
                || (pattern != null && Pattern.compile(pattern).matcher(topic).matches());
    }

    private void deadLetters(Values pipeline) {
        String topic = Assembler.deadLetterTopic(pipeline);
        if (comesBack(pipeline, pipeline, new HashSet<>())) {
            String through = reads(pipeline, topic)
                    ? "dead letters would be read again by the same pipeline"
                    : "dead letters would come back to the same pipeline through the dead letters of others";
            problems.add(
                    pipeline.place("dead_letter.topic"),
                    pipeline.path("dead_letter.topic"),
                    through + "; given topic " + Problems.quote(topic) + "; its sources are at "
                            + pipeline.place(
                                    pipeline.isWritten("source.topics") ? "source.topics" : "source.topics_pattern")
                            + "; allowed a topic outside of them");
        }
    }

    /** Whether what {@code from} gives up reaches {@code home}, over any number of pipelines. */
    private boolean comesBack(Values from, Values home, Set<Values> seen) {
        String topic = Assembler.deadLetterTopic(from);
        if (reads(home, topic)) {
            return true;
        }
        return pipelines.stream()
                .filter(next -> reads(next, topic) && seen.add(next))
                .anyMatch(next -> comesBack(next, home, seen));
    }
}
