package io.sluice.ingest;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Cause;
import io.sluice.ingest.delivery.DeliveryStats;
import io.sluice.ingest.delivery.DeliveryStats.Redelivery;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.DeliveryView.Blocker;
import io.sluice.ingest.delivery.Flood;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.stream.TargetStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts a pipeline's status together from what its lanes show of themselves. Any thread; blocks for a moment. */
final class StatusReport {
    /** A pipeline with work that has settled nothing for this long is stalled. */
    private static final long STALLED_NS = 5_000_000_000L;

    private final Pipeline pipeline;

    StatusReport(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    PipelineStatus status() {
        PipelineConfig config = pipeline.config();
        List<Lane> lanes = pipeline.lanes();
        Map<Lane, DeliveryView> views = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            DeliveryView view = lane.view();
            if (view != null) {
                views.put(lane, view);
            }
        }
        List<PipelineStatus.Partition> partitions = new ArrayList<>();
        lanes.forEach(lane -> addPartitions(partitions, lane, views.get(lane)));
        List<PipelineStatus.Stream> streams = new ArrayList<>();
        lanes.forEach(lane -> addStreams(streams, lane, views.get(lane)));
        Blocker stalled = stalled(views);
        return new PipelineStatus(
                config.name(),
                pipeline.state(),
                reason(stalled, views, lanes),
                stalled == null ? null : stalled.name(),
                config.source().group(),
                config.source().topics(),
                config.lanes(),
                lagRecords(partitions, lanes),
                partitions.stream()
                        .mapToDouble(PipelineStatus.Partition::lagSeconds)
                        .max()
                        .orElse(0),
                views.values().stream().mapToLong(DeliveryView::liveRecords).sum(),
                views.values().stream().mapToLong(DeliveryView::liveBytes).sum(),
                config.inFlight().records(),
                config.inFlight().bytes(),
                settled(lanes),
                partitions,
                streams);
    }

    /** The breaker for dead letters of the lane that has it worst. */
    Flood.State flood() {
        return pipeline.lanes().stream()
                .map(Lane::view)
                .filter(Objects::nonNull)
                .map(view -> view.flood().state())
                .max(Comparator.naturalOrder())
                .orElse(Flood.State.CLOSED);
    }

    private static long lagRecords(List<PipelineStatus.Partition> partitions, List<Lane> lanes) {
        // A member that has not been given anything yet cannot say how far behind the group is.
        boolean waiting = lanes.stream().allMatch(lane -> lane.poll.stats().partitionsAssigned() == 0);
        if (waiting || partitions.stream().anyMatch(p -> p.lagRecords() < 0)) {
            return -1;
        }
        return partitions.stream()
                .mapToLong(PipelineStatus.Partition::lagRecords)
                .sum();
    }

    private static @Nullable Blocker stalled(Map<Lane, DeliveryView> views) {
        for (DeliveryView view : views.values()) {
            if (view.heldLetters() > 0) {
                return Blocker.DEAD_LETTER_UNWRITABLE;
            }
        }
        for (DeliveryView view : views.values()) {
            if (view.liveRecords() > 0 && isFlood(view)) {
                return Blocker.DEAD_LETTER_FLOOD;
            }
        }
        return views.values().stream()
                .filter(v -> v.liveRecords() > 0 && v.sinceProgressNs() > STALLED_NS && v.blocker() != Blocker.NONE)
                .map(DeliveryView::blocker)
                .findFirst()
                .orElse(null);
    }

    /** Also while a few records are tried, unless nobody is there to try them. */
    private static boolean isFlood(DeliveryView view) {
        return view.flood().state() != Flood.State.CLOSED && view.blocker() != Blocker.NO_STREAM;
    }

    private @Nullable String reason(@Nullable Blocker stalled, Map<Lane, DeliveryView> views, List<Lane> lanes) {
        String failure = pipeline.reason();
        if (failure != null || stalled == null) {
            return failure;
        }
        return switch (stalled) {
            case DEAD_LETTER_UNWRITABLE ->
                views.values().stream().mapToInt(DeliveryView::heldLetters).sum() + " dead letters are held: "
                        + views.values().stream()
                                .map(DeliveryView::lastPublishFailure)
                                .filter(why -> !why.isEmpty())
                                .findFirst()
                                .orElse("");
            case NO_STREAM ->
                "no processor is connected: "
                        + lanes.stream()
                                .flatMap(lane -> lane.streams.status().stream())
                                .map(t -> t.target() + " " + t.lastError())
                                .distinct()
                                .collect(Collectors.joining("; "));
            case DEAD_LETTER_FLOOD ->
                views.values().stream()
                        .filter(StatusReport::isFlood)
                        .map(v -> v.flood().line())
                        .collect(Collectors.joining("; "));
            case HELD_BY_PROCESSOR -> "a processor asked for the pipeline to wait";
            case STREAMS_EJECTED -> "every stream let its leases run out and is left alone for a while";
            case STREAMS_DRAINING -> "every connected processor is draining";
            case NO_CREDIT -> "every connected processor has set its credit to zero";
            case STREAMS_BLOCKED -> "no connected processor reads what it is sent";
            case PROCESSOR_BUSY -> "all records are with processors, which have settled none for a while";
            case RETRY_BACKOFF -> "all records wait for their next attempt";
            case NONE -> null;
        };
    }

    private static void addPartitions(List<PipelineStatus.Partition> into, Lane lane, @Nullable DeliveryView view) {
        Map<Object, DeliveryView.PartitionView> live = new HashMap<>();
        if (view != null) {
            view.partitions().forEach(p -> live.put(p.partition(), p));
        }
        for (CommitBoard board : lane.poll.boards()) {
            DeliveryView.PartitionView p = live.get(board.partition());
            long done = Math.max(board.committable(), board.committed());
            long lag = board.logEnd() < 0 || done < 0 ? -1 : Math.max(0, board.logEnd() - done);
            into.add(new PipelineStatus.Partition(
                    board.partition().topic(),
                    board.partition().partition(),
                    lane.number,
                    board.committed(),
                    board.committable(),
                    board.logEnd(),
                    lag,
                    p == null || p.oldestTimestampMs() < 0
                            ? 0
                            : Math.max(0, System.currentTimeMillis() - p.oldestTimestampMs()) / 1000.0,
                    p == null ? 0 : p.live(),
                    board.paused(),
                    p == null || p.settledAbove() == 0 ? 0 : WhyReport.seconds(p.stillNs()),
                    p == null ? 0 : p.settledAbove()));
        }
    }

    private static void addStreams(List<PipelineStatus.Stream> into, Lane lane, @Nullable DeliveryView view) {
        if (view != null) {
            for (DeliveryView.StreamView s : view.streams()) {
                into.add(new PipelineStatus.Stream(
                        s.info().target(),
                        lane.number,
                        s.info().name(),
                        s.info().version(),
                        s.info().instanceId(),
                        s.state(),
                        s.creditRecords(),
                        s.creditBytes(),
                        s.outstandingRecords(),
                        s.outstandingBytes()));
            }
        }
        for (TargetStatus target : lane.streams.status()) {
            if (target.state() != TargetStatus.State.UP) {
                into.add(new PipelineStatus.Stream(
                        target.target(), lane.number, "", "", "", target.state().name(), 0, 0, 0, 0));
            }
        }
    }

    private static Map<String, Long> settled(List<Lane> lanes) {
        Map<String, Long> settled = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            DeliveryStats stats = lane.agent.stats();
            settled.merge("acked", stats.acked.get(), Long::sum);
            for (Cause cause : Cause.values()) {
                settled.merge("dead_lettered", stats.deadLettered(cause).get(), Long::sum);
            }
            settled.merge("retried", stats.redelivered(Redelivery.RETRY).get(), Long::sum);
            settled.merge("filtered", 0L, Long::sum);
        }
        return settled;
    }
}
