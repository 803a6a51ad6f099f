package io.sluice.ingest;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.admin.PipelineWhy;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.Head;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says of each partition of a pipeline what holds it. Any thread; blocks for a moment. */
final class WhyReport {
    private final Pipeline pipeline;

    WhyReport(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    PipelineWhy why() {
        PipelineStatus status = new StatusReport(pipeline).status();
        List<PipelineWhy.Partition> partitions = new ArrayList<>();
        for (Lane lane : pipeline.lanes()) {
            DeliveryView view = lane.view();
            for (PipelineStatus.Partition p : status.partitions()) {
                if (p.lane() == lane.number) {
                    partitions.add(partition(p, view));
                }
            }
        }
        partitions.sort(Comparator.comparingDouble(PipelineWhy.Partition::stillSeconds)
                .reversed()
                .thenComparing(PipelineWhy.Partition::topic)
                .thenComparingInt(PipelineWhy.Partition::partition));
        return new PipelineWhy(status.name(), status.state(), status.reason(), status.stalled(), partitions);
    }

    private PipelineWhy.Partition partition(PipelineStatus.Partition p, @Nullable DeliveryView view) {
        DeliveryView.PartitionView now = view == null ? null : of(p, view);
        Head head = now == null ? null : now.head();
        int attempts = pipeline.config().retry().maxAttempts();
        String text;
        if (view == null) {
            text = WhyText.unknown(p);
        } else if (now == null || head == null) {
            boolean retryTopic = pipeline.config().retry().topics().names().contains(p.topic());
            text = WhyText.withoutHead(p, retryTopic);
        } else {
            text = WhyText.of(now, head, attempts, view);
        }
        return new PipelineWhy.Partition(
                p.topic(),
                p.partition(),
                p.lane(),
                text,
                now == null ? 0 : seconds(now.stillNs()),
                p.lagRecords(),
                p.inFlightRecords(),
                now == null ? 0 : now.settledAbove(),
                head == null ? null : head(head, attempts));
    }

    private static DeliveryView.@Nullable PartitionView of(PipelineStatus.Partition p, DeliveryView view) {
        for (DeliveryView.PartitionView v : view.partitions()) {
            if (v.partition().partition() == p.partition()
                    && v.partition().topic().equals(p.topic())) {
                return v;
            }
        }
        return null;
    }

    private static PipelineWhy.Head head(Head h, int maxAttempts) {
        var stream = h.stream();
        return new PipelineWhy.Head(
                h.offset(),
                orNull(h.keyHash()),
                h.bytes(),
                h.where().name(),
                h.attempts(),
                maxAttempts,
                h.deliveries(),
                orNull(h.code()),
                orNull(h.reason()),
                stream == null ? null : stream.target(),
                stream == null ? null : WhyText.processor(stream),
                stream == null ? null : h.batchId(),
                secondsOrNull(h.leaseAgeNs()),
                secondsOrNull(h.leaseLeftNs()),
                secondsOrNull(h.dueNs()),
                secondsOrNull(h.failedNs()),
                seconds(h.receivedNs()));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Double secondsOrNull(long ns) {
        return ns < 0 ? null : seconds(ns);
    }

    /** To the millisecond. */
    static double seconds(long ns) {
        return Math.floorDiv(ns, 1_000_000L) * 0.001;
    }
}
