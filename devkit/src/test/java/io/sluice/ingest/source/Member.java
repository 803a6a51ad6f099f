package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.ring.Doorbell;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullUnmarked;

/** A poll agent with a fake lane behind it. */
@NullUnmarked // the package is marked by the gateway; tests pass nulls on purpose
final class Member implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeLane lane;
    final PollAgent agent;
    volatile boolean running;
    volatile boolean stopped;
    volatile String failure;
    volatile boolean retriable;

    Member(PipelineConfig config, Map<String, String> kafka, int lane, long maxRecords, long maxBytes, int ringSize) {
        this.lane = new FakeLane(ringSize);
        this.agent = new PollAgent(
                config,
                kafka,
                lane,
                this.lane.ring,
                new Doorbell(),
                maxRecords,
                maxBytes,
                Clock.systemUTC(),
                new PollAgent.Listener() {
                    @Override
                    public void running() {
                        running = true;
                    }

                    @Override
                    public void failed(String reason, boolean again) {
                        retriable = again;
                        failure = reason;
                    }

                    @Override
                    public void stopped() {
                        stopped = true;
                    }
                });
    }

    static Member of(PipelineConfig config, Map<String, String> kafka) {
        return new Member(config, kafka, 0, 10_000, 64 << 20, 1024);
    }

    Member start() {
        agent.start();
        return this;
    }

    static void until(String what, BooleanSupplier condition) {
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition::getAsBoolean);
    }

    /** Waits until this many records were seen. */
    void awaitSeen(int count) {
        until("seen " + count, () -> lane.seen.size() >= count || failure != null);
        assertThat(failure).isNull();
        assertThat(lane.seen).hasSize(count);
    }

    void awaitAssigned(int partitions) {
        until("assigned " + partitions, () -> agent.boards().size() == partitions || failure != null);
        assertThat(failure).isNull();
    }

    void stop() throws InterruptedException {
        agent.stop();
        assertThat(agent.join(PATIENCE)).isTrue();
        assertThat(stopped).isTrue();
        assertThat(agent.boards()).isEmpty();
    }

    @Override
    public void close() {
        agent.stopNow();
        try {
            agent.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lane.close();
        assertThat(lane.violations).isEmpty();
    }
}
