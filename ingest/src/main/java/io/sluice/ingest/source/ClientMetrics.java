package io.sluice.ingest.source;

import java.util.Set;
import org.apache.kafka.common.MetricName;

/** Which of the Kafka client's some hundred metrics are worth exporting: one series each, none per topic or partition. */
final class ClientMetrics {
    private static final Set<String> FETCH = Set.of(
            "fetch-rate",
            "fetch-latency-avg",
            "fetch-latency-max",
            "fetch-size-avg",
            "fetch-throttle-time-avg",
            "records-lag-max",
            "bytes-consumed-total");
    private static final Set<String> COORDINATOR = Set.of(
            "commit-latency-avg",
            "commit-latency-max",
            "rebalance-total",
            "failed-rebalance-total",
            "rebalance-latency-avg",
            "last-heartbeat-seconds-ago");
    private static final Set<String> CLIENT = Set.of(
            "connection-count",
            "failed-authentication-total",
            "poll-idle-ratio-avg",
            "time-between-poll-max",
            "incoming-byte-rate");

    private ClientMetrics() {}

    static boolean selected(MetricName name) {
        // More tags than the client's own: per node, topic or partition.
        if (name.tags().size() > 1) {
            return false;
        }
        return switch (name.group()) {
            case "consumer-fetch-manager-metrics" -> FETCH.contains(name.name());
            case "consumer-coordinator-metrics" -> COORDINATOR.contains(name.name());
            case "consumer-metrics" -> CLIENT.contains(name.name());
            default -> false;
        };
    }
}
