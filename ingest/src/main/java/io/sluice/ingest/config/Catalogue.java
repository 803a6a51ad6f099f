package io.sluice.ingest.config;

import io.sluice.ingest.config.Item.Section;
import io.sluice.ingest.config.Types.Choice;
import io.sluice.ingest.config.Types.Flag;
import io.sluice.ingest.config.Types.Real;
import io.sluice.ingest.config.Types.Regex;
import io.sluice.ingest.config.Types.Size;
import io.sluice.ingest.config.Types.Span;
import io.sluice.ingest.config.Types.StartAt;
import io.sluice.ingest.config.Types.Text;
import io.sluice.ingest.config.Types.Whole;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * Every configuration key, once: name, type, default, limits, doc. Checking, the reference in {@code docs/CONFIGURATION.md} and
 * the JSON Schema all come from here.
 */
final class Catalogue {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long GIB = 1024 * MIB;
    private static final Duration MS = Duration.ofMillis(1);
    private static final Type TOPIC = new Text(
            "a topic name",
            "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}",
            "a topic name: 1 to 249 of letters, digits, \".\", \"_\", \"-\"");
    private static final Type NAME = new Text(
            "a pipeline name",
            "[a-z0-9][a-z0-9._-]{0,99}",
            "1 to 100 of lower-case letters, digits, \".\", \"_\", \"-\", a letter or digit first");
    private static final Type GROUP = new Text(
            "a group id", "[A-Za-z0-9._:/-]{1,255}", "1 to 255 of letters, digits, \".\", \"_\", \"-\", \":\", \"/\"");
    private static final Type TARGET = new Address(
            List.of("static://", "dns:///", "dns://"),
            "static://host:port, dns:///host:port or dns://host:port, with a port from 1 to 65535",
            1);

    private static final Type RETRY_PREFIX = new Text(
            "the beginning of a topic name",
            "(?!\\.)[A-Za-z0-9._-]{1,220}",
            "the beginning of a topic name: 1 to 220 of letters, digits, \".\", \"_\", \"-\", no \".\" first");

    private static final Section SOURCE = new Section(
            "source",
            "What is read, and as which consumer group.",
            Item.Key.noted("topics", TOPIC, "", "Topics to read. Either `topics` or `topics_pattern`.")
                    .asList(),
            Item.Key.noted("topics_pattern", new Regex(), "", "Read every topic whose whole name matches."),
            Item.Key.noted("group", GROUP, "`sluice.` and the pipeline's name", "Consumer group id."),
            Item.Key.of(
                    "protocol",
                    new Choice("classic", "consumer"),
                    "classic",
                    "Group protocol: `classic` (cooperative rebalancing) or `consumer` (KIP-848, brokers 4.0 and later)."),
            Item.Key.of(
                    "start",
                    new StartAt(),
                    "earliest",
                    "Where a group without committed offsets begins. A committed offset that is out of range stops the"
                            + " pipeline; it is never reset silently."),
            new Item.Kafka(
                    "kafka",
                    "Consumer properties of this pipeline, over the common ones.",
                    EnumSet.of(KafkaProperty.Role.CONSUMER)));

    private static final Section PROCESSOR = new Section(
            "processor",
            "Who processes the records, and how they are sent.",
            Item.Key.noted(
                            "targets",
                            TARGET,
                            Item.Key.REQUIRED,
                            "Processors to dial. `static://` is one address; `dns:///` every address of the name, looked up"
                                    + " again while running.")
                    .asList(),
            new Item.Reserved("attach", "Processors that dial the gateway."),
            Item.Key.of("streams", new Whole(1, 64), "1", "Streams to each address, from each lane."),
            Item.Key.of(
                    "lease",
                    span(100, 3_600),
                    "30s",
                    "Time a processor has to settle a batch before what is left of it is taken back. It may ask for more."),
            Item.Key.of(
                    "max_lease", span(100, 86_400), "10m", "Limit of those extensions, from when the batch was sent."),
            Item.Key.of("keepalive", span(1_000, 3_600), "10s", "Silence after which the connection is probed."),
            new Section(
                    "batch",
                    "How large a batch is.",
                    Item.Key.noted(
                            "records",
                            new Whole(1, 10_000),
                            "`1000`, or `in_flight.records` if that is less",
                            "Most records in a batch."),
                    Item.Key.of(
                            "bytes",
                            new Size(KIB, 64 * MIB),
                            "256KiB",
                            "Most bytes in a batch; a larger record travels alone."),
                    Item.Key.of(
                            "linger",
                            span(0, 10),
                            "2ms",
                            "Time a busy pipeline waits for a batch to fill. An idle one sends at once.")));

    private static final Section RETRY = new Section(
            "retry",
            "What happens to a record that fails for now.",
            Item.Key.of(
                    "max_attempts",
                    new Whole(1, 1_000_000),
                    "5",
                    "Failures of a record (RETRY, or its lease ran out) before it is dead-lettered."),
            Item.Key.of(
                    "max_deliveries",
                    new Whole(1, 1_000),
                    "3",
                    "Streams a record may end while it is alone on them before it is dead-lettered as poison."),
            Item.Key.of("initial_backoff", span(1, 3_600), "200ms", "Wait before the first retry."),
            Item.Key.of("max_backoff", span(1, 86_400), "30s", "Longest wait between two attempts."),
            Item.Key.of("multiplier", new Real(1, 100), "2", "Each wait is the one before, times this."),
            Item.Key.of("jitter", new Real(0, 1), "0.2", "Share of each wait that is random."),
            Item.Key.noted(
                    "max_age",
                    span(1_000, 30 * 86_400),
                    "no limit",
                    "Time from a record's first failure after which it is dead-lettered as expired, also while it"
                            + " waits, or at once if its next attempt would come later."),
            Item.Key.noted(
                            "topics",
                            span(1_000, 86_400),
                            "none: every wait is in memory",
                            "Delays, ascending, of topics where a record waits that failed: after its first failure in the"
                                    + " first, after its second in the second, and so on; the last one serves all that"
                                    + " follow. Only for records without an order: those of `ordering: none`, and with"
                                    + " `ordering: key` those without a key. Their backoff is the delay of the topic.")
                    .asList(),
            Item.Key.of(
                    "parking",
                    new Flag(),
                    "false",
                    "With `ordering: key`: what follows a failing record of its key waits in a topic, in order, instead of"
                            + " in memory, once it is more than a 64th of `in_flight.records`. One topic for each source"
                            + " topic, `PREFIX.TOPIC.parked`, with as many partitions."),
            Item.Key.of(
                    "parking_index",
                    new Size(64 * KIB, 64 * GIB),
                    "64MiB",
                    "Most memory for the index of what is parked, divided among lanes and their partitions: 32 bytes a"
                            + " record, and for each key 512 bytes and the key. What finds no room waits in `in_flight`,"
                            + " which in the end stops its partition."),
            Item.Key.noted(
                    "topics_prefix",
                    RETRY_PREFIX,
                    "the group",
                    "Begins the names of these topics: prefix, `.retry.` and the delay, as `sluice.quakes.retry.10s`."),
            Item.Key.of(
                    "topics_create",
                    new Flag(),
                    "false",
                    "Create these topics if they are missing. Otherwise records that fail wait where they are, with an"
                            + " alarm, until the topics are there."));

    private static final Section PIPELINE = new Section(
            "pipelines",
            "",
            Item.Key.noted(
                    "name",
                    NAME,
                    Item.Key.REQUIRED,
                    "Unique. It is in metrics, logs and dead letters: choose it once."),
            SOURCE,
            Item.Key.of(
                    "ordering",
                    new Choice("key", "partition", "none"),
                    "key",
                    "Which records go one after the other, in offset order: those of one key, those of one partition, or"
                            + " none."),
            Item.Key.of(
                    "lanes",
                    new Whole(1, 64),
                    "1",
                    "Independent consumers (group members) of this pipeline in this process. More than one when a lane's"
                            + " thread is busy all the time."),
            new Item.Reserved("filter", "Which records are processed, as a CEL expression."),
            PROCESSOR,
            new Section(
                    "in_flight",
                    "Most a pipeline holds in memory between poll and settlement, divided among its lanes.",
                    Item.Key.of("records", new Whole(1, 10_000_000), "20000", "In records."),
                    Item.Key.of(
                            "bytes", new Size(64 * KIB, 64 * GIB), "64MiB", "In bytes of keys, values and headers.")),
            RETRY,
            new Section(
                    "dead_letter",
                    "Where what cannot be processed goes.",
                    Item.Key.noted("topic", TOPIC, "`dlq.` and the pipeline's name", "Dead-letter topic."),
                    Item.Key.of(
                            "create",
                            new Flag(),
                            "false",
                            "Create the topic if it is missing. Otherwise its records wait, with an alarm, until it is"
                                    + " there."),
                    new Section(
                            "breaker",
                            "Stops a lane whose records nearly all end as dead letters, as after a bad deployment.",
                            Item.Key.of("enabled", new Flag(), "true", "Whether there is one."),
                            Item.Key.of(
                                    "ratio",
                                    new Real(0.01, 1),
                                    "0.5",
                                    "Share of dead letters among the last `window` outcomes above which nothing more is"
                                            + " sent. 1: never by share."),
                            Item.Key.of("window", new Whole(10, 100_000), "1000", "Outcomes that `ratio` looks at."),
                            Item.Key.of(
                                    "consecutive",
                                    new Whole(1, 1_000_000),
                                    "200",
                                    "Dead letters in a row at which nothing more is sent; those from retry topics and parking do not count."),
                            Item.Key.of(
                                    "pause",
                                    span(1_000, 3_600),
                                    "30s",
                                    "Time until a few records are tried; doubled, up to 16 times this, each time they"
                                            + " fail too.")),
                    new Item.Kafka(
                            "kafka",
                            "Producer properties of this pipeline, over the common ones.",
                            EnumSet.of(KafkaProperty.Role.PRODUCER))),
            new Item.Reserved("outputs", "Topics that processors may write to."),
            Item.Key.of("commit_interval", span(10, 300), "1s", "How often settled offsets are committed."),
            Item.Key.of(
                    "drain",
                    span(0, 240),
                    "20s",
                    "Time open batches have to settle when partitions are revoked or the process stops."));

    static final Section ROOT = new Section(
            "",
            "",
            new Item.Kafka(
                    "kafka",
                    "Kafka client properties of all pipelines. Each kind of client is given those it knows.",
                    EnumSet.allOf(KafkaProperty.Role.class)),
            new Section(
                    "admin",
                    "Metrics, health and status over HTTP.",
                    Item.Key.of(
                            "listen",
                            new Address(List.of(), "host:port, with a port from 0 (any free one) to 65535", 0),
                            "127.0.0.1:9464",
                            "Where to listen. There is no authentication yet: `check` warns if other machines can"
                                    + " reach it.")),
            new Item.Repeated("pipelines", "One consumer group that feeds one processor, each.", PIPELINE));

    private Catalogue() {}

    private static Span span(long minMillis, long maxSeconds) {
        return new Span(MS.multipliedBy(minMillis), Duration.ofSeconds(maxSeconds));
    }
}
