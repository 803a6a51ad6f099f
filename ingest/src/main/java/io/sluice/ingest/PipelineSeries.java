package io.sluice.ingest;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeliveryStats;
import io.sluice.ingest.delivery.DeliveryStats.Redelivery;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.Flood;
import io.sluice.ingest.metrics.Metric;
import io.sluice.ingest.metrics.PipelineMeters;
import io.sluice.ingest.metrics.Row;
import io.sluice.ingest.ring.ParkingBoard;
import io.sluice.ingest.stream.PoolCounters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Exports what a pipeline's lanes count and hold; read at scrape time only. */
final class PipelineSeries {
    private PipelineSeries() {}

    static void register(PipelineMeters meters, Pipeline pipeline, List<Lane> lanes) {
        for (Lane lane : lanes) {
            counters(meters, lane);
            levels(meters, lane);
        }
        StatusReport report = new StatusReport(pipeline);
        partitions(meters, report);
        streams(meters, report);
        meters.gauge(
                Metric.IN_FLIGHT_LIMIT_RECORDS,
                () -> pipeline.config().inFlight().records());
        meters.gauge(
                Metric.IN_FLIGHT_LIMIT_BYTES, () -> pipeline.config().inFlight().bytes());
        meters.oneOf(
                Metric.PIPELINE_STATE, labels(PipelineStatus.State.values()), () -> Metric.label(pipeline.state()));
        meters.oneOf(Metric.DEAD_LETTER_BREAKER, labels(Flood.State.values()), () -> Metric.label(report.flood()));
        meters.oneOf(Metric.STALLED, blockers(), () -> {
            String code = report.status().stalled();
            return code == null ? null : code.toLowerCase(Locale.ROOT);
        });
    }

    private static void counters(PipelineMeters meters, Lane lane) {
        DeliveryStats stats = lane.agent.stats();
        var poll = lane.poll.stats();
        meters.counter(Metric.RECORDS_POLLED, poll::polledRecords);
        meters.counter(Metric.RECORDS_SENT, stats.sentRecords::get);
        meters.counter(Metric.BATCHES_SENT, stats.sentBatches::get);
        meters.counter(Metric.RECORDS_SETTLED, stats.acked::get, "ack");
        meters.counter(Metric.RECORDS_SETTLED, () -> deadLetters(stats), "dead_letter");
        for (Cause cause : Cause.values()) {
            meters.counter(
                    Metric.RECORDS_DEAD_LETTERED,
                    () -> stats.deadLettered(cause).get(),
                    Metric.label(cause));
        }
        meters.counter(Metric.RECORDS_RETRIED, stats.redelivered(Redelivery.RETRY)::get, "retry");
        meters.counter(Metric.RECORDS_RETRIED, stats.redelivered(Redelivery.LEASE_EXPIRED)::get, "lease_expired");
        meters.counter(Metric.RECORDS_PARKED, stats.parked::get);
        meters.counter(Metric.RECORDS_UNPARKED, stats.unparked::get);
        meters.counter(Metric.RECORDS_DELAYED, stats.delayed::get);
        meters.counter(
                Metric.RECORDS_RELEASED,
                () -> stats.redelivered(Redelivery.RELEASED).get()
                        + stats.redelivered(Redelivery.STREAM_LOST).get());
        meters.counter(Metric.DEAD_LETTER_FLOODS, stats.floods::get);
        meters.counter(Metric.PUBLISH_FAILURES, stats.publishFailures::get);
        meters.counter(Metric.STREAM_UPS, stats.streamsUp::get);
        meters.counter(Metric.STREAM_DOWNS, stats.streamsDown::get);
        meters.counter(Metric.STREAM_EJECTIONS, stats.ejections::get);
        meters.counter(Metric.RECORDS_FILTERED, () -> 0);
        for (DeliveryStats.Stale reason : DeliveryStats.Stale.values()) {
            meters.counter(Metric.STALE_RESULTS, stats.stale(reason)::get, Metric.label(reason));
        }
        violations(meters, lane);
        meters.counter(Metric.RECORDS_RESTORED, stats.skipped::get);
        meters.counter(Metric.COMMIT_METADATA_CUT, stats.completionsCut::get);
        meters.counter(Metric.COMMITS, poll::commits);
        meters.rows(Metric.COMMIT_FAILURES, () -> rows(poll.commitFailures()));
        meters.counter(Metric.REBALANCES, poll::partitionsAssigned, "assigned");
        meters.counter(Metric.REBALANCES, poll::partitionsRevoked, "revoked");
        meters.counter(Metric.REBALANCES, poll::partitionsLost, "lost");
        meters.counter(Metric.RING_FULL, lane.records::fullCount, "record");
        meters.counter(Metric.RING_FULL, lane.replies::fullCount, "reply");
        meters.counter(Metric.RING_FULL, lane.letters::fullCount, "publish");
    }

    /** Those the lane finds, and those the codec finds, which the lane knows as FRAME or, before the hello, not at all. */
    private static void violations(PipelineMeters meters, Lane lane) {
        for (DeliveryStats.Violation reason : DeliveryStats.Violation.values()) {
            if (reason != DeliveryStats.Violation.FRAME) {
                meters.counter(
                        Metric.CONTRACT_VIOLATIONS, lane.agent.stats().violations(reason)::get, Metric.label(reason));
            }
        }
        for (String reason : PoolCounters.reasons()) {
            meters.counter(
                    Metric.CONTRACT_VIOLATIONS,
                    () -> lane.streams.counters().violations(reason),
                    reason.toLowerCase(Locale.ROOT));
        }
    }

    private static void levels(PipelineMeters meters, Lane lane) {
        meters.gauge(Metric.IN_FLIGHT_RECORDS, () -> of(lane, DeliveryView::liveRecords));
        meters.gauge(Metric.IN_FLIGHT_BYTES, () -> of(lane, DeliveryView::liveBytes));
        meters.gauge(Metric.READY_RECORDS, lane.records::backlog);
        meters.gauge(Metric.DEAD_LETTERS_HELD, () -> of(lane, DeliveryView::heldLetters));
        meters.gauge(Metric.PARTITIONS_ASSIGNED, () -> lane.poll.boards().size());
        meters.gauge(Metric.PARTITIONS_PAUSED, lane.poll.stats()::pausedPartitions);
        meters.gauge(Metric.PARKED_KEYS, () -> parked(lane, ParkingBoard.Level::keys));
        meters.gauge(Metric.PARKED_RECORDS, () -> parked(lane, ParkingBoard.Level::records));
        meters.gauge(Metric.PARKED_WITHHELD, () -> parked(lane, ParkingBoard.Level::withheld));
        meters.gauge(Metric.PARKED_SECONDS, () -> oldestParked(lane));
        meters.rows(
                Metric.OPEN_TRANSACTION_RECORDS,
                () -> lane.poll.boards().stream()
                        .map(board -> Row.of(
                                (double) board.openTransaction(),
                                board.partition().topic(),
                                Integer.toString(board.partition().partition())))
                        .toList());
        meters.gauge(Metric.RING_FILL, () -> (double) lane.records.size() / lane.records.capacity(), "record");
        meters.gauge(Metric.RING_FILL, () -> (double) lane.replies.size() / lane.replies.capacity(), "reply");
        meters.gauge(Metric.RING_FILL, () -> (double) lane.letters.size() / lane.letters.capacity(), "publish");
        meters.kafkaConsumer(figure -> lane.poll.clientMetrics().getOrDefault(figure.kafkaName(), Double.NaN));
    }

    private static double parked(Lane lane, ToLongFunction<ParkingBoard.Level> figure) {
        return lane.poll.boards().stream()
                .mapToLong(board -> figure.applyAsLong(board.parking().level()))
                .sum();
    }

    private static double oldestParked(Lane lane) {
        long nowNs = System.nanoTime();
        return lane.poll.boards().stream()
                .mapToLong(board -> board.parking().level().sinceNs())
                .filter(since -> since != 0)
                .mapToDouble(since -> (nowNs - since) / 1e9)
                .max()
                .orElse(0);
    }

    private static void partitions(PipelineMeters meters, StatusReport report) {
        meters.rows(Metric.PARTITION_LAG_RECORDS, () -> partitionRows(report, p -> p.lagRecords()));
        meters.rows(Metric.PARTITION_LAG_SECONDS, () -> partitionRows(report, PipelineStatus.Partition::lagSeconds));
        meters.rows(
                Metric.HEAD_OF_LINE_SECONDS, () -> partitionRows(report, PipelineStatus.Partition::headOfLineSeconds));
        meters.rows(Metric.COMPLETED_ABOVE_HEAD, () -> partitionRows(report, p -> p.completedAbove()));
        meters.rows(Metric.COMMITTED_OFFSET, () -> partitionRows(report, p -> p.committed()));
    }

    private static List<Row> partitionRows(StatusReport report, ToDoubleFunction<PipelineStatus.Partition> value) {
        return report.status().partitions().stream()
                .map(p -> Row.of(value.applyAsDouble(p), p.topic(), Integer.toString(p.partition())))
                .filter(row -> row.value() >= 0)
                .toList();
    }

    private static void streams(PipelineMeters meters, StatusReport report) {
        meters.rows(Metric.STREAMS, () -> {
            Map<String, Long> byState = new LinkedHashMap<>();
            Stream.of("up", "blocked", "draining", "ejected", "connecting", "backoff")
                    .forEach(state -> byState.put(state, 0L));
            report.status().streams().forEach(s -> byState.merge(s.state().toLowerCase(Locale.ROOT), 1L, Long::sum));
            return rows(byState);
        });
        meters.rows(Metric.STREAM_CREDIT_RECORDS, () -> targetRows(report, PipelineStatus.Stream::creditRecords));
        meters.rows(
                Metric.STREAM_OUTSTANDING_RECORDS, () -> targetRows(report, PipelineStatus.Stream::outstandingRecords));
    }

    private static List<Row> targetRows(StatusReport report, Function<PipelineStatus.Stream, Long> value) {
        Map<String, Long> byTarget = new LinkedHashMap<>();
        report.status().streams().forEach(s -> byTarget.merge(s.target(), value.apply(s), Long::sum));
        return rows(byTarget);
    }

    private static List<Row> rows(Map<String, Long> values) {
        List<Row> rows = new ArrayList<>();
        values.forEach((label, value) -> rows.add(Row.of(value, label.toLowerCase(Locale.ROOT))));
        return rows;
    }

    private static double of(Lane lane, ToDoubleFunction<DeliveryView> figure) {
        DeliveryView view = lane.view();
        return view == null ? Double.NaN : figure.applyAsDouble(view);
    }

    private static long deadLetters(DeliveryStats stats) {
        long sum = 0;
        for (Cause cause : Cause.values()) {
            sum += stats.deadLettered(cause).get();
        }
        return sum;
    }

    private static List<String> blockers() {
        return Stream.of(DeliveryView.Blocker.values())
                .filter(blocker -> blocker != DeliveryView.Blocker.NONE)
                .map(Metric::label)
                .toList();
    }

    private static List<String> labels(Enum<?>[] values) {
        return Stream.of(values).map(Metric::label).toList();
    }
}
