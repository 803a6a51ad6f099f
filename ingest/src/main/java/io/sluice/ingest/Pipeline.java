package io.sluice.ingest;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.metrics.Meters;
import io.sluice.ingest.metrics.PipelineMeters;
import io.sluice.ingest.source.PollAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one pipeline.
 *
 * <pre>
 *   STARTING --every lane polls--> RUNNING --stop--> DRAINING --lanes ended--> STOPPED
 *      |  ^                           |
 *      |  +---after a pause, if it----+--a lane fails--> FAILED --stop--> STOPPED
 *      |      may succeed by then                         ^  |
 *      +----------------a lane cannot start---------------+  +--> STARTING
 * </pre>
 */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final long RESTART_S = 15;

    private final PipelineConfig config;
    private final Map<String, String> kafka;
    private final String gatewayId;
    private final Meters meters;
    private final ScheduledExecutorService starter;

    // guarded by: this
    private PipelineStatus.State state = PipelineStatus.State.STARTING;
    private @Nullable String reason;
    private List<Lane> lanes = List.of();
    private @Nullable PipelineMeters series;
    private int running;
    private boolean stopping;
    private boolean dead;

    /**
     * @param starter runs starts and restarts; must have a thread for each pipeline that starts at once
     */
    Pipeline(
            PipelineConfig config,
            Map<String, String> kafka,
            String gatewayId,
            Meters meters,
            ScheduledExecutorService starter) {
        this.config = config;
        this.kafka = kafka;
        this.gatewayId = gatewayId;
        this.meters = meters;
        this.starter = starter;
    }

    PipelineConfig config() {
        return config;
    }

    /** Builds and starts the lanes; returns soon, the state tells how it goes. */
    synchronized void start() {
        if (stopping) {
            return;
        }
        state = PipelineStatus.State.STARTING;
        running = 0;
        try {
            PipelineMeters mine = meters.forPipeline(config.name());
            series = mine;
            List<Lane> built = new ArrayList<>();
            for (int i = 0; i < config.lanes(); i++) {
                built.add(new Lane(config, kafka, i, gatewayId, mine, new LaneListener(), this::died));
            }
            lanes = List.copyOf(built);
            PipelineSeries.register(mine, this, lanes);
            lanes.forEach(Lane::start);
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("pipeline", config.name()).setCause(e).log("pipeline could not be built");
            fail(String.valueOf(e.getMessage()), false);
        }
    }

    /** Begins a drained stop. */
    synchronized void drain() {
        stopping = true;
        if (state != PipelineStatus.State.FAILED) {
            state = PipelineStatus.State.DRAINING;
        }
        lanes.forEach(Lane::drain);
    }

    /** Ends a drain early: what is open will be delivered again. */
    void hurry() {
        lanes().forEach(Lane::hurry);
    }

    /** Waits for the lanes to end. */
    void finish() {
        lanes().forEach(Lane::finish);
        synchronized (this) {
            state = PipelineStatus.State.STOPPED;
            if (series != null) {
                series.close();
            }
        }
        LOG.atInfo().addKeyValue("pipeline", config.name()).log("pipeline stopped");
    }

    synchronized List<Lane> lanes() {
        return lanes;
    }

    synchronized PipelineStatus.State state() {
        return state;
    }

    /** Why it failed; null if it has not. */
    synchronized @Nullable String reason() {
        return reason;
    }

    /** Whether its threads are sound. */
    synchronized boolean alive() {
        return !dead;
    }

    private synchronized void laneRunning() {
        if (++running == config.lanes() && state == PipelineStatus.State.STARTING) {
            state = PipelineStatus.State.RUNNING;
            reason = null;
            LOG.atInfo()
                    .addKeyValue("pipeline", config.name())
                    .addKeyValue("group", config.source().group())
                    .addKeyValue("topics", config.source().topics())
                    .addKeyValue("lanes", config.lanes())
                    .log("pipeline is running");
        }
    }

    private synchronized void fail(String why, boolean retriable) {
        if (state == PipelineStatus.State.FAILED || stopping) {
            return;
        }
        state = PipelineStatus.State.FAILED;
        reason = why;
        LOG.atError()
                .addKeyValue("pipeline", config.name())
                .addKeyValue("reason", why)
                .log(
                        retriable
                                ? "pipeline failed; its offsets stay where they are; it is started again in "
                                        + RESTART_S + " s"
                                : "pipeline failed and stays down; its offsets stay where they are; others go on");
        lanes.forEach(Lane::drain);
        List<Lane> ended = lanes;
        PipelineMeters old = series;
        starter.execute(() -> {
            ended.forEach(Lane::finish);
            if (retriable) {
                starter.schedule(() -> restart(old), RESTART_S, TimeUnit.SECONDS);
            }
        });
    }

    private synchronized void restart(@Nullable PipelineMeters old) {
        if (!stopping) {
            if (old != null) {
                old.close();
            }
            start();
        }
    }

    private void died(Throwable cause) {
        synchronized (this) {
            dead = true;
        }
        LOG.atError()
                .addKeyValue("pipeline", config.name())
                .setCause(cause)
                .log("the lane's cycle broke; this is a bug");
        hurry();
        fail("the lane stopped on a broken invariant: " + cause, false);
    }

    private final class LaneListener implements PollAgent.Listener {
        @Override
        public void running() {
            laneRunning();
        }

        @Override
        public void failed(String why, boolean retriable) {
            fail(why, retriable);
        }

        @Override
        public void stopped() {}
    }
}
