package io.sluice.ingest.metrics;

import static io.sluice.ingest.metrics.Spec.age;
import static io.sluice.ingest.metrics.Spec.counter;
import static io.sluice.ingest.metrics.Spec.gauge;
import static io.sluice.ingest.metrics.Spec.latency;
import static io.sluice.ingest.metrics.Spec.sizes;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Every metric there is; {@code docs/METRICS.md} is made from it. Names and labels are API.
 *
 * <p>Label values are few by construction: names from the configuration, and {@linkplain #label codes}. Several lanes
 * register the same series; it shows their sum, or their maximum where that is said.
 */
public enum Metric {
    RECORDS_POLLED(
            counter("records_polled"),
            "Records taken from Kafka.",
            "Flat while the topic grows: look at sluice_stalled, paused partitions and assigned partitions."),
    RECORDS_FILTERED(
            counter("records_filtered"),
            "Records that the pipeline's filter left out; settled without a processor.",
            "A jump after a release: the filter or the producer's format has changed."),
    RECORDS_RESTORED(
            counter("records_restored"),
            "Records not delivered because an earlier owner of the partition had settled them out of order.",
            "Normal after a restart or rebalance: each is a duplicate saved."),
    RECORDS_SENT(
            counter("records_sent"),
            "Records sent to processors; a record sent again counts again.",
            "Much above settled: many retries, lease expiries or stream losses."),
    RECORDS_SETTLED(
            counter("records_settled").by("outcome"),
            "Records with a final outcome: ack, dead_letter, filter.",
            "The pipeline's real throughput. Flat with lag: look at sluice_stalled."),
    RECORDS_RETRIED(
            counter("records_retried").by("cause"),
            "Records that are delivered again and were charged an attempt: retry, lease_expired.",
            "retry: look at the processor's own dependencies. lease_expired: it is too slow for its lease, or hangs."),
    RECORDS_PARKED(
            counter("records_parked"),
            "Records written to a parking topic because they wait behind a failing one of their key.",
            "What waits outside of memory. Grows for long: find the key with sluice why."),
    RECORDS_UNPARKED(
            counter("records_unparked"),
            "Records read back from a parking topic; after a takeover some once more.",
            "Stands still while parked records wait: their key still fails, or the topic cannot be read."),
    PARKED_KEYS(
            gauge("parked_keys", ""),
            "Keys of which something is in a parking topic, or on its way there.",
            "Some failing keys are normal. Many: the processor fails for all; look at its codes with sluice why."),
    PARKED_RECORDS(
            gauge("parked_records", "records"),
            "Records in parking topics, with those that came back and are not marked there yet.",
            "Grows: a key keeps failing with much behind it. It falls once commits move on."),
    PARKED_WITHHELD(
            gauge("parked_withheld_records", "records"),
            "Records that are to be parked and wait in memory, because retry.parking_index has no room.",
            "Above 0: memory fills, and in the end partitions stop. Repair what fails, or raise retry.parking_index."),
    PARKED_SECONDS(
            gauge("parked_oldest_seconds", "seconds").largest(),
            "How long the key has been parked that has been so longest, since the last takeover at most.",
            "For longer than an outage lasts: one key fails for ever; sluice why names its record."),
    RECORDS_DELAYED(
            counter("records_delayed"),
            "Records moved to a retry topic, durably; each move counts.",
            "The part of the failures that waits outside of memory. What waits now is the lag of the retry topics."),
    RECORDS_RELEASED(
            counter("records_released"),
            "Records given back uncharged: those behind a failed one of their group, and those of a lost stream.",
            "Steady growth: processors restart, or fail early in long groups."),
    RECORDS_DEAD_LETTERED(
            counter("records_dead_lettered").by("cause"),
            "Records written to the dead-letter topic: reject, attempts, expired, poison, too_large, decode.",
            "Read sluice.dlq.code and sluice.dlq.reason in the headers of the dead letters."),
    DEAD_LETTERS_HELD(
            gauge("dead_letters_held_records", "records"),
            "Dead letters, and records for retry topics, that could not be written so far; their offsets wait.",
            "Above 0 for minutes: the topic is missing, full or not writable. Nothing is lost."),
    DEAD_LETTER_BREAKER(
            gauge("dead_letter_breaker", "").by("state"),
            "1 for the state of the breaker for dead letters: closed, probing, open; the worst lane.",
            "open: nearly everything was dead-lettered, so nothing is sent. Roll the processor back."),
    DEAD_LETTER_FLOODS(
            counter("dead_letter_floods"),
            "Times that the breaker for dead letters opened, failed probes included.",
            "Growing: the processor still rejects what it is given; its code is in the reason of the pipeline."),
    PUBLISH_FAILURES(
            counter("publish_failures"),
            "Failed writes to the dead-letter topic and to retry topics; each is tried again.",
            "The log names topic and error: ACL, size limit, minimum in-sync replicas."),

    BATCHES_SENT(counter("batches_sent"), "Batches sent to processors.", "Only with batch size."),
    BATCH_SIZE(
            sizes("batch_size_records", "records"),
            "Records in a sent batch.",
            "Small under load: few keys at a time, or little credit. Larger batches are cheaper."),
    PROCESSOR_LATENCY(
            latency("processor_latency_seconds"),
            "Time from sending a batch until its last record is settled.",
            "Near the lease: raise the lease, or make batches smaller."),
    END_TO_END_LATENCY(
            age("end_to_end_latency_seconds"),
            "Time from a record's timestamp in Kafka until it is settled, retries included.",
            "High with low processor latency: backlog or backoff. Depends on the producers' clocks."),

    IN_FLIGHT_RECORDS(
            gauge("in_flight_records", "records"),
            "Records held in memory: received and not settled.",
            "At its limit: the processor is the bottleneck, polling is held back."),
    IN_FLIGHT_BYTES(
            gauge("in_flight_bytes", "bytes"),
            "Bytes of the records held in memory.",
            "At its limit: as for records; large records reach this limit first."),
    IN_FLIGHT_LIMIT_RECORDS(
            gauge("in_flight_limit_records", "records"),
            "Configured limit of in-flight records.",
            "in_flight.records of the pipeline."),
    IN_FLIGHT_LIMIT_BYTES(
            gauge("in_flight_limit_bytes", "bytes"),
            "Configured limit of in-flight bytes.",
            "in_flight.bytes of the pipeline."),
    READY_RECORDS(
            gauge("ready_records", "records"),
            "Records held in memory that wait for nothing but a stream that takes them.",
            "At 4,096 a lane polling is held back: streams are at their credit, blocked or none; add processors."),

    PARTITION_LAG_RECORDS(
            gauge("partition_lag_records", "records").by("topic", "partition"),
            "Records in the log that are not settled.",
            "Growing: add processors; then partitions and lanes."),
    PARTITION_LAG_SECONDS(
            gauge("partition_lag_seconds", "seconds").by("topic", "partition"),
            "Age of the oldest unsettled record; 0 when there is none.",
            "The one to alert on. One partition only: a hot or failing key. All: the processor."),
    HEAD_OF_LINE_SECONDS(
            gauge("head_of_line_seconds", "seconds").by("topic", "partition"),
            "How long one unsettled record has kept settled ones above it from being committed; 0: none does.",
            "Minutes: sluice why, or /api/v1/pipelines/{name}/why, names the record and what it waits for."),
    COMPLETED_ABOVE_HEAD(
            gauge("completed_above_head_records", "records").by("topic", "partition"),
            "Settled records that cannot be committed because an older one is not settled.",
            "Large for long: a crash delivers again what of it does not fit into the metadata of a commit."),
    COMMITTED_OFFSET(
            gauge("partition_committed_offset", "").by("topic", "partition"),
            "Last offset that the broker confirmed as committed.",
            "Standing still with settled growing: one old record is open; see lag in seconds."),
    OPEN_TRANSACTION_RECORDS(
            gauge("partition_open_transaction_records", "records").by("topic", "partition"),
            "Records that nobody can read before a producer ends its open transaction; not part of the lag.",
            "Above 0 for long: a producer hangs in a transaction; the log names the offset. Nothing of Sluice is stuck."),
    COMMITS(counter("commits"), "Successful offset commits.", "None for minutes under load: see commit failures."),
    COMMIT_FAILURES(
            counter("commit_failures").by("reason"),
            "Failed offset commits; each is tried again or overtaken by the next.",
            "A few around rebalances are normal. Steady: broker trouble or a missing ACL on the group."),
    COMMIT_METADATA_CUT(
            counter("commit_metadata_cut"),
            "Times that not all completions fitted into a commit's metadata; those above the cut come again after a crash.",
            "Steady: records that stay open hold very many others up; see lag in seconds for the partition."),
    PARTITIONS_ASSIGNED(
            gauge("partitions_assigned", ""),
            "Partitions this process owns in the pipeline's group.",
            "0 with running state: more members than partitions, or the group is rebalancing."),
    PARTITIONS_PAUSED(
            gauge("partitions_paused", ""),
            "Assigned partitions whose fetching is paused for backpressure.",
            "Always above 0: the processor is the bottleneck. That alone is no fault."),
    REBALANCES(
            counter("rebalances").by("kind"),
            "Partitions that changed hands in rebalances: assigned, revoked, lost.",
            "lost: the group gave the member up; see poll interval and session timeout."),

    STREAMS(
            gauge("streams", "").by("state"),
            "Streams to processors by state: connecting, backoff, up, blocked, ejected, draining.",
            "None: processors are down or unreachable; the log says which and why. Records wait, none is charged."),
    STREAM_CREDIT_RECORDS(
            gauge("stream_credit_records", "records").by("target"),
            "Credit level that processors at this target have given.",
            "0: the processor has asked for a pause."),
    STREAM_OUTSTANDING_RECORDS(
            gauge("stream_outstanding_records", "records").by("target"),
            "Records sent to this target and not settled.",
            "At the credit for long: this target is slow or stuck."),
    STREAM_UPS(counter("stream_ups"), "Streams on which a processor has said hello.", "Only with downs."),
    STREAM_DOWNS(
            counter("stream_downs"),
            "Streams that have ended, for whatever reason.",
            "Steady growth: processors crash, restart or break the contract; the log has the status text."),
    STREAM_EJECTIONS(
            counter("stream_ejections"),
            "Streams set aside for a while because they fail or hang more than the others.",
            "One target again and again: that instance is sick."),
    STALE_RESULTS(
            counter("stale_results").by("reason"),
            "Verdicts that changed nothing: batch_gone, revoked, duplicate.",
            "batch_gone: the processor finishes, but after its lease; raise the lease or extend it."),
    CONTRACT_VIOLATIONS(
            counter("contract_violations").by("reason"),
            "Processor frames that broke the contract; each has closed its stream and settled nothing.",
            "A bug in the processor or its SDK; the status text on the stream says exactly what."),

    STALLED(
            gauge("stalled", "").by("reason"),
            "1 while the pipeline has lag and makes no progress for this reason, such as no_stream.",
            "The reason names the part to look at; /api/v1/pipelines has the full line."),
    PIPELINE_STATE(
            gauge("pipeline_state", "").by("state"),
            "1 for the state the pipeline is in: starting, running, failed, draining, stopped.",
            "failed: the reason is in /api/v1/pipelines and in the log. Other pipelines go on."),
    RING_FILL(
            gauge("ring_fill_ratio", "ratio").by("ring").largest(),
            "Fill of a crossing between threads (record, reply, publish), 0 to 1; the fullest lane.",
            "record near 1: the lane is busy or its budget is used up. reply near 1: the lane is stuck."),
    RING_FULL(
            counter("ring_full").by("ring"),
            "How often a thread found a crossing full and had to wait or come back.",
            "record, publish: backpressure. reply: the lane cannot keep up; add lanes."),
    SERIES_OMITTED(
            gauge("series_omitted", ""),
            "Series left out of this scrape because the pipeline has too many.",
            "Fewer partitions in one process, or read the lag from Kafka."),

    KAFKA_FETCH_LATENCY(
            gauge("kafka_fetch_latency_average_seconds", "seconds").largest(),
            "Average time of a fetch request, from the Kafka client; the slowest lane.",
            "About fetch.max.wait.ms when idle. High under load: brokers or network."),
    KAFKA_FETCH_THROTTLE(
            gauge("kafka_fetch_throttle_average_seconds", "seconds").largest(),
            "Average time a broker quota held a fetch back; the slowest lane.",
            "Above 0: the client id is over its quota."),
    KAFKA_FETCH_LAG_MAX(
            gauge("kafka_fetch_lag_max_records", "records").largest(),
            "Largest distance of the fetch position from the end of the log in any partition.",
            "Counts from the fetch position: in-flight records are not in it."),
    KAFKA_CONSUMED_BYTES(counter("kafka_consumed_bytes", "bytes"), "Bytes fetched from Kafka.", "Only as a rate."),
    KAFKA_COMMIT_LATENCY(
            gauge("kafka_commit_latency_average_seconds", "seconds").largest(),
            "Average time of a commit request; the slowest lane.",
            "Above a second: the group's coordinator is overloaded."),
    KAFKA_REBALANCE_LATENCY(
            gauge("kafka_rebalance_latency_average_seconds", "seconds").largest(),
            "Average time a rebalance takes this member; the slowest lane.",
            "Near the drain time: batches are slow to settle on revocation."),
    KAFKA_FAILED_REBALANCES(
            counter("kafka_failed_rebalances"),
            "Rebalances that failed for this member.",
            "Steady growth: look at the group's coordinator and other members."),
    KAFKA_LAST_HEARTBEAT(
            gauge("kafka_last_heartbeat_seconds", "seconds").largest(),
            "Time since the member's last heartbeat; the oldest of the lanes.",
            "Near session.timeout.ms: the member is about to be given up."),
    KAFKA_CONNECTIONS(gauge("kafka_connections", ""), "Open connections to brokers.", "0: no broker is reachable."),
    KAFKA_PRODUCER_LATENCY(
            gauge("kafka_producer_latency_average_seconds", "seconds").largest(),
            "Average time of a produce request of the dead-letter producer.",
            "High: brokers, or slow in-sync replicas."),
    KAFKA_PRODUCER_ERRORS(
            counter("kafka_producer_errors"),
            "Records the dead-letter producer could not send; each is tried again.",
            "See sluice_publish_failures_total."),

    STREAM_MEMORY_BYTES(
            gauge("stream_memory_bytes", "bytes").ofProcess(),
            "Memory outside the heap that connections to processors have taken: in use, or kept for use.",
            "Grows with streams and frames, and stays. Near its limit: raise -XX:MaxDirectMemorySize, or use fewer streams."),
    STREAM_MEMORY_LIMIT_BYTES(
            gauge("stream_memory_limit_bytes", "bytes").ofProcess(),
            "The most that sluice_stream_memory_bytes may become.",
            "-XX:MaxDirectMemorySize; if that is not set, the largest heap."),
    CONFIG_RELOADS(
            counter("config_reloads").by("outcome").ofProcess(),
            "Configuration reloads: applied, rejected.",
            "rejected: the old configuration stays; the log has file, line and cause."),
    BUILD_INFO(
            gauge("build_info", "").by("version", "java").ofProcess(),
            "Always 1; the labels say what is running.",
            "Two versions at once: a rollout under way, or one that got stuck.");

    /** Immutable: its lists are. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Spec spec;

    private final String help;
    private final String remedy;

    Metric(Spec spec, String help, String remedy) {
        this.spec = spec;
        this.help = help;
        this.remedy = remedy;
    }

    /** A code as a label value: {@code NO_STREAM} becomes {@code no_stream}. */
    public static String label(Enum<?> code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    /** Name as exposed, such as {@code sluice_records_polled_total}. */
    public String exposedName() {
        return spec.name();
    }

    public Kind kind() {
        return spec.kind();
    }

    /** Unit of exposed values; empty: a number without a unit. */
    public String unit() {
        return spec.unit();
    }

    /** Label names, {@code pipeline} first where it applies. */
    public List<String> labelNames() {
        if (spec.process()) {
            return spec.labels();
        }
        return Stream.concat(Stream.of("pipeline"), spec.labels().stream()).toList();
    }

    /** What it counts or shows, one sentence. */
    public String help() {
        return help;
    }

    /** What an unusual value means and where to look. */
    public String remedy() {
        return remedy;
    }

    Spec spec() {
        return spec;
    }
}
