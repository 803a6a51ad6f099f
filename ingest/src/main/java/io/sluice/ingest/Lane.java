package io.sluice.ingest;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.DeliverySettings;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.RetryPolicy;
import io.sluice.ingest.delivery.RetryTiers;
import io.sluice.ingest.lane.LaneAgent;
import io.sluice.ingest.lane.LaneRunner;
import io.sluice.ingest.metrics.PipelineMeters;
import io.sluice.ingest.publish.DeadLetterPublisher;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.PublishRing;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.ReplyRing;
import io.sluice.ingest.source.PollAgent;
import io.sluice.ingest.stream.StreamPool;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One lane of a pipeline, wired: a consumer, its rings, the duty cycle, streams and a publisher. Lanes share nothing.
 */
final class Lane {
    private static final int RECORD_SLOTS = 4_096;
    private static final int REPLY_SLOTS = 2_048;
    private static final int LETTER_SLOTS = 1_024;
    private static final int LEAST_SHARE = 16;
    private static final int SHARES = 64;
    private static final Duration POLL_MARGIN = Duration.ofSeconds(10);
    private static final long STREAM_GRACE_NS = Duration.ofSeconds(2).toNanos();

    final int number;
    final RecordRing records;
    final ReplyRing replies;
    final PublishRing letters;
    final LaneAgent agent;
    final LaneRunner runner;
    final PollAgent poll;
    final StreamPool streams;
    private final DeadLetterPublisher publisher;
    private final Duration drain;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * @param onDeath told if the duty cycle breaks
     */
    Lane(
            PipelineConfig config,
            Map<String, String> kafka,
            int number,
            String gatewayId,
            PipelineMeters meters,
            PollAgent.Listener listener,
            Consumer<Throwable> onDeath) {
        this.number = number;
        this.drain = config.drain();
        Clock clock = new AnchoredClock();
        Doorbell doorbell = new Doorbell();
        Doorbell room = new Doorbell();
        this.records = new RecordRing(RECORD_SLOTS, doorbell);
        this.replies = new ReplyRing(REPLY_SLOTS, doorbell);
        this.letters = new PublishRing(LETTER_SLOTS);
        String name = config.name() + "-" + number;
        this.agent = new LaneAgent(
                config.name(), settings(config, clock), records, replies, letters, room, new LaneMeter(meters));
        this.runner = new LaneRunner("lane-" + name, agent, doorbell, onDeath);
        this.streams = new StreamPool(
                config.name(),
                gatewayId + "/" + number,
                config.processor(),
                config.ordering(),
                config.retry().maxAttempts(),
                replies);
        this.publisher = new DeadLetterPublisher(config, kafka, number, letters, replies, clock);
        this.poll = new PollAgent(
                config,
                kafka,
                number,
                records,
                room,
                Math.max(1, config.inFlight().records() / config.lanes()),
                Math.max(1, config.inFlight().bytes() / config.lanes()),
                clock,
                listener);
    }

    void start() {
        runner.start();
        publisher.start();
        streams.start();
        poll.start();
    }

    /** Begins a drained stop; {@link #finish} ends it. */
    void drain() {
        poll.stop();
    }

    /** Stops without waiting for what is open; it will be delivered again. */
    void hurry() {
        poll.stopNow();
    }

    /** Waits for the consumer to have left, then takes the rest down in order. Idempotent. */
    void finish() {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = false;
        try {
            if (!poll.join(drain.plus(POLL_MARGIN))) {
                poll.stopNow();
                poll.join(POLL_MARGIN);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        runner.closeStreams();
        streams.close(STREAM_GRACE_NS);
        // Before the lane: its callbacks go through the lane's ring and would wait for somebody to empty it.
        publisher.close();
        runner.stop();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null: the lane does not answer. */
    @Nullable
    DeliveryView view() {
        return runner.view();
    }

    private static DeliverySettings settings(PipelineConfig config, Clock clock) {
        PipelineConfig.Retry retry = config.retry();
        PipelineConfig.Batch batch = config.processor().batch();
        Duration maxAge = retry.maxAge();
        return new DeliverySettings(
                config.ordering(),
                batch.records(),
                batch.bytes(),
                batch.linger().toNanos(),
                config.processor().lease().toNanos(),
                config.processor().maxLease().toNanos(),
                new RetryPolicy(
                        retry.maxAttempts(),
                        retry.maxDeliveries(),
                        retry.initialBackoff().toNanos(),
                        retry.maxBackoff().toNanos(),
                        retry.multiplier(),
                        retry.jitter(),
                        maxAge == null ? RetryPolicy.ANY_AGE : maxAge.toNanos()),
                new RetryTiers(retry.topics().tiers().stream()
                        .mapToLong(tier -> tier.delay().toNanos())
                        .toArray()),
                ThreadLocalRandom.current().nextLong(),
                config.name(),
                clock.millis() - System.nanoTime() / 1_000_000,
                config.deadLetter().breaker(),
                parkingShare(config),
                Math.max(1, config.inFlight().bytes() / config.lanes() / SHARES),
                parkingIndex(config));
    }

    private static long parkingIndex(PipelineConfig config) {
        PipelineConfig.Parking parking = config.retry().parking();
        return parking == null ? 0 : parking.indexBytes() / config.lanes();
    }

    /** Most records of a waiting key in memory; 0: nothing is parked. */
    private static int parkingShare(PipelineConfig config) {
        int perLane = Math.max(1, config.inFlight().records() / config.lanes());
        return config.retry().parking() != null ? Math.max(LEAST_SHARE, perLane / SHARES) : 0;
    }
}
