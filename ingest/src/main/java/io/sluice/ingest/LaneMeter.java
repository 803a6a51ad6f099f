package io.sluice.ingest;

import io.sluice.ingest.delivery.Observer;
import io.sluice.ingest.metrics.Histogram;
import io.sluice.ingest.metrics.Metric;
import io.sluice.ingest.metrics.PipelineMeters;

/** Records a lane's distributions. Called by the lane thread. */
final class LaneMeter implements Observer {
    private final Histogram batchSize;
    private final Histogram processorLatency;
    private final Histogram endToEnd;

    LaneMeter(PipelineMeters meters) {
        this.batchSize = meters.histogram(Metric.BATCH_SIZE);
        this.processorLatency = meters.histogram(Metric.PROCESSOR_LATENCY);
        this.endToEnd = meters.histogram(Metric.END_TO_END_LATENCY);
    }

    @Override
    public void batchSent(int records) {
        batchSize.record(records);
    }

    @Override
    public void batchDone(long elapsedNs) {
        processorLatency.record(elapsedNs);
    }

    @Override
    public void settled(long timestampMs) {
        if (timestampMs >= 0) {
            endToEnd.record((System.currentTimeMillis() - timestampMs) * 1_000_000L);
        }
    }
}
