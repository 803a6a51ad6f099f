package io.sluice.ingest;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.config.SluiceConfig;
import java.util.List;

/** The only wiring: builds the pipelines of a configuration, starts and stops them in order. */
public final class Gateway implements AutoCloseable {
    /** Starts every pipeline; returns at once. A pipeline that cannot start is FAILED, the others run. */
    public static Gateway start(SluiceConfig config) {
        return new Gateway();
    }

    /** One status for each pipeline, in the order of the configuration. Any thread. */
    public List<PipelineStatus> status() {
        return List.of();
    }

    /** Drains and stops every pipeline; returns when all have stopped. Idempotent. */
    @Override
    public void close() {}
}
