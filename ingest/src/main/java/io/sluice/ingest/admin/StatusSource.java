package io.sluice.ingest.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the admin server asks the gateway. Called by any thread, also while the gateway starts and stops; quick. */
public interface StatusSource {
    /** One status for each pipeline, in the order of the configuration. */
    List<PipelineStatus> status();

    /** What holds each partition of a pipeline; null: there is no such pipeline. */
    @Nullable
    PipelineWhy why(String pipeline);

    /** Whether every thread that a running pipeline needs is alive; false: only a restart helps. */
    boolean alive();
}
