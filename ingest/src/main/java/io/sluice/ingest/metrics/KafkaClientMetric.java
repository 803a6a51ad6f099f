package io.sluice.ingest.metrics;

/**
 * The few figures of Kafka's own clients that are exported. Whoever owns the client looks them up by {@link #group}
 * and {@link #kafkaName}, without tags besides the client id; {@code NaN}: not known, left out.
 */
public enum KafkaClientMetric {
    FETCH_LATENCY_AVG("consumer-fetch-manager-metrics", "fetch-latency-avg", 1e-3, Metric.KAFKA_FETCH_LATENCY),
    FETCH_THROTTLE_TIME_AVG(
            "consumer-fetch-manager-metrics", "fetch-throttle-time-avg", 1e-3, Metric.KAFKA_FETCH_THROTTLE),
    RECORDS_LAG_MAX("consumer-fetch-manager-metrics", "records-lag-max", 1, Metric.KAFKA_FETCH_LAG_MAX),
    BYTES_CONSUMED_TOTAL("consumer-fetch-manager-metrics", "bytes-consumed-total", 1, Metric.KAFKA_CONSUMED_BYTES),
    COMMIT_LATENCY_AVG("consumer-coordinator-metrics", "commit-latency-avg", 1e-3, Metric.KAFKA_COMMIT_LATENCY),
    REBALANCE_LATENCY_AVG(
            "consumer-coordinator-metrics", "rebalance-latency-avg", 1e-3, Metric.KAFKA_REBALANCE_LATENCY),
    FAILED_REBALANCE_TOTAL("consumer-coordinator-metrics", "failed-rebalance-total", 1, Metric.KAFKA_FAILED_REBALANCES),
    LAST_HEARTBEAT_SECONDS_AGO(
            "consumer-coordinator-metrics", "last-heartbeat-seconds-ago", 1, Metric.KAFKA_LAST_HEARTBEAT),
    CONNECTION_COUNT("consumer-metrics", "connection-count", 1, Metric.KAFKA_CONNECTIONS),
    REQUEST_LATENCY_AVG("producer-metrics", "request-latency-avg", 1e-3, Metric.KAFKA_PRODUCER_LATENCY),
    RECORD_ERROR_TOTAL("producer-metrics", "record-error-total", 1, Metric.KAFKA_PRODUCER_ERRORS);

    private final String group;
    private final String kafkaName;
    private final double scale;
    private final Metric metric;

    KafkaClientMetric(String group, String kafkaName, double scale, Metric metric) {
        this.group = group;
        this.kafkaName = kafkaName;
        this.scale = scale;
        this.metric = metric;
    }

    /** Group of the figure in the Kafka client. */
    public String group() {
        return group;
    }

    /** Name of the figure in the Kafka client. */
    public String kafkaName() {
        return kafkaName;
    }

    /** Whether a consumer has it; otherwise a producer does. */
    public boolean ofConsumer() {
        return group.startsWith("consumer");
    }

    double scale() {
        return scale;
    }

    Metric metric() {
        return metric;
    }
}
