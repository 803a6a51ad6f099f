package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.RecordRing;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's member of the consumer group: polls, admits within the budget, pauses, commits, answers rebalances.
 * Single-use.
 *
 * <table>
 *   <caption>Life</caption>
 *   <tr><th>method</th><th>thread</th><th>behaviour</th></tr>
 *   <tr><td>{@link #start}</td><td>owner</td><td>returns at once; the work is done by a thread of its own</td></tr>
 *   <tr><td>{@link #stop}</td><td>any</td><td>returns at once; partitions are drained and committed. Idempotent</td></tr>
 *   <tr><td>{@link #stopNow}</td><td>any</td><td>the same without waiting for what is open. Idempotent</td></tr>
 *   <tr><td>{@link #join}</td><td>any</td><td>waits for the end</td></tr>
 * </table>
 */
public final class PollAgent {
    /** Hears how it goes, on the poll thread; must not block. */
    public interface Listener {
        /** The cluster answers and the first poll has succeeded. At most once. */
        void running();

        /**
         * It cannot start or go on; it will let go of its partitions and stop. At most once.
         *
         * @param reason one line for people
         * @param retriable whether a new agent may succeed without a change of configuration
         */
        void failed(String reason, boolean retriable);

        /** The consumer is closed. Last call, exactly once. */
        void stopped();
    }

    private static final Logger log = LoggerFactory.getLogger(PollAgent.class);
    private static final long FEED_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration CLOSE_NOW = Duration.ofSeconds(1);
    private static final long JOIN_NS = TimeUnit.SECONDS.toNanos(5);

    private final PipelineConfig pipeline;
    private final Map<String, Object> props;
    private final int lane;
    private final Listener listener;
    private final PollStats stats = new PollStats();
    private final RetryTopics retry;
    private final Assignment assignment;
    private final RingWriter writer;
    private final Pauses pauses;
    private final Intake intake;
    private final ParkingReader parking;
    private final Doorbell room;
    private final Thread thread;

    private volatile boolean stopping;
    private volatile boolean hurry;
    private volatile Map<MetricName, ? extends Metric> clientMetrics = Map.of();

    // owned by: poll thread
    private final PollRest rest = new PollRest();
    private boolean quiet;
    private boolean running;
    private boolean failed;
    /** When a stop was first put off. */
    private long stopSeenNs;

    /**
     * @param kafka properties common to all pipelines
     * @param lane number within the pipeline, from 0
     * @param room rung by the lane when there may be room for more records
     * @param maxRecords this lane's share of the budget in records
     * @param maxBytes this lane's share of the budget in bytes
     * @param clock the wall clock
     */
    public PollAgent(
            PipelineConfig pipeline,
            Map<String, String> kafka,
            int lane,
            RecordRing ring,
            Doorbell room,
            long maxRecords,
            long maxBytes,
            Clock clock,
            Listener listener) {
        this.pipeline = pipeline;
        this.props = ConsumerDefaults.consumer(pipeline, kafka, lane);
        this.lane = lane;
        this.room = room;
        this.listener = listener;
        this.retry = RetryTopics.of(pipeline, clock);
        this.assignment = new Assignment(retry, pipeline.retry().parking());
        this.writer = new RingWriter(ring, stats, retry);
        int maxPoll = ConsumerDefaults.intOf(
                props, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, ConsumerDefaults.MAX_POLL_RECORDS);
        Admission budget = new Admission(maxRecords, maxBytes);
        this.pauses = new Pauses(assignment, budget, stats, maxPoll);
        this.intake = new Intake(assignment, writer, budget, stats, pauses);
        this.parking = new ParkingReader(pipeline.name(), props, writer);
        this.thread = new Thread(this::run, "poll-" + pipeline.name() + "-" + lane);
    }

    /** Starts the poll thread. */
    public void start() {
        thread.start();
    }

    /** Asks for a drained stop. */
    public void stop() {
        stopping = true;
    }

    /** Asks for a stop that leaves open what is open; it will be delivered again. */
    public void stopNow() {
        hurry = true;
        stopping = true;
    }

    /** Waits for the end. False: not ended in time. */
    public boolean join(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
        return !thread.isAlive();
    }

    /** The partitions assigned now. Any thread. */
    public List<CommitBoard> boards() {
        return assignment.boards();
    }

    /** Any thread. */
    public PollStats stats() {
        return stats;
    }

    /** Selected metrics of the Kafka client, by Kafka's names; empty before the start. Any thread. */
    public Map<String, Double> clientMetrics() {
        Map<String, Double> selected = new TreeMap<>();
        clientMetrics.forEach((name, metric) -> {
            if (ClientMetrics.selected(name) && metric.metricValue() instanceof Double value) {
                selected.put(name.name(), value);
            }
        });
        return selected;
    }

    private void run() {
        try {
            StartupCheck.Snapshot before = new StartupCheck(pipeline, props, StartupCheck.LIMIT, () -> stopping).run();
            try (Closing closing = new Closing(open())) {
                work(closing.consumer, before);
            }
        } catch (StartFailure e) {
            fail(e);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("pipeline", pipeline.name()).setCause(e).log("poll thread failed");
            fail(Failures.of("cannot go on", e, pipeline.source()));
        } finally {
            listener.stopped();
        }
    }

    private Consumer<byte[], byte[]> open() throws StartFailure {
        try {
            Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(props);
            clientMetrics = consumer.metrics();
            return consumer;
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw Failures.of("Kafka consumer refused its properties", cause, pipeline.source());
        }
    }

    private void work(Consumer<byte[], byte[]> consumer, StartupCheck.Snapshot before) {
        Committer committer =
                new Committer(consumer, pipeline.name(), pipeline.commitInterval(), stats, System.nanoTime());
        StartPositions starts =
                new StartPositions(consumer, pipeline.name(), pipeline.source().start(), before, writer, retry);
        Rebalance rebalance = new Rebalance(
                consumer, pipeline.name(), assignment, writer, starts, committer, stats, drainNs(), () -> hurry);
        LogEnds logEnds = new LogEnds(consumer, System.nanoTime());
        try (LaneAdmin admin = new LaneAdmin(props)) {
            OpenTransactions transactions = new OpenTransactions(admin, props, pipeline.name(), System.nanoTime());
            ParkingTrim trim = new ParkingTrim(admin, pipeline.name(), System.nanoTime());
            TopicIds topicIds = new TopicIds(admin, System.nanoTime());
            subscribe(consumer, rebalance);
            while (!stopping || finishesJoining(committer)) {
                cycle(consumer, rebalance, committer, logEnds);
                transactions.tick(assignment.all(), System.nanoTime());
                trim.tick(assignment.all(), System.nanoTime());
                stopIfSwapped(topicIds, rebalance);
                quiet = quiet(committer, topicIds);
            }
        } catch (StartFailure e) {
            fail(e);
        } finally {
            rebalance.releaseAll();
            parking.close();
        }
    }

    /** Whether the next poll may rest: records end it, and a stop waits for its end. */
    private boolean quiet(Committer committer, TopicIds topicIds) {
        return running
                && !stopping
                && pipeline.retry().parking() == null
                && topicIds.knowsAll(assignment.all())
                && committer.isDone(assignment.all());
    }

    /**
     * A stop in the middle of a rebalance waits until the member has joined: before that the broker takes no last commit, and
     * what is settled would come again.
     */
    private boolean finishesJoining(Committer committer) {
        if (hurry || !committer.rejoining() || assignment.all().isEmpty()) {
            return false;
        }
        long nowNs = System.nanoTime();
        if (stopSeenNs == 0) {
            stopSeenNs = nowNs;
        }
        return nowNs - stopSeenNs < JOIN_NS;
    }

    /** What was read of another log by mistake is not committed. */
    private void stopIfSwapped(TopicIds topicIds, Rebalance rebalance) throws StartFailure {
        List<PartitionState> swapped = topicIds.tick(assignment.all(), System.nanoTime());
        if (!swapped.isEmpty()) {
            String line = TopicIds.line(swapped, pipeline.source().group());
            rebalance.onPartitionsLost(swapped.stream().map(p -> p.tp).toList());
            throw new StartFailure(line, false, null);
        }
    }

    private void cycle(Consumer<byte[], byte[]> consumer, Rebalance rebalance, Committer committer, LogEnds logEnds)
            throws StartFailure {
        if (pipeline.retry().parking() != null) {
            parking.tick(consumer, assignment.all());
        }
        int moved = feed();
        pauses.apply(consumer, System.nanoTime());
        ConsumerRecords<byte[], byte[]> records =
                poll(consumer, parking.restMs(rest.ms(pauses.waiting(), moved, quiet)));
        RuntimeException failure = rebalance.failure();
        if (failure != null) {
            throw Failures.of("cannot take partitions", failure, pipeline.source());
        }
        intake.take(records);
        long nowNs = System.nanoTime();
        rebalance.retryPositions(nowNs);
        committer.tick(assignment.all(), nowNs);
        logEnds.tick(assignment.all(), nowNs);
        if (!running) {
            running = true;
            listener.running();
        }
    }

    /** Feeds the lane, and while something waits for room goes on for a moment as it makes some. Returns what was moved. */
    private int feed() {
        int moved = intake.feed();
        long untilNs = System.nanoTime() + FEED_NS;
        for (long leftNs; intake.waitsForRoom() && (leftNs = untilNs - System.nanoTime()) > 0; ) {
            room.await(leftNs, intake::roomChanged);
            moved += intake.feed();
        }
        return moved;
    }

    private ConsumerRecords<byte[], byte[]> poll(Consumer<byte[], byte[]> consumer, long timeoutMs)
            throws StartFailure {
        try {
            return consumer.poll(Duration.ofMillis(timeoutMs));
        } catch (OffsetOutOfRangeException e) {
            OutOfRange.handle(e, consumer, assignment, pipeline.source());
        } catch (NoOffsetForPartitionException e) {
            // Those that could not be positioned yet; they are tried again every second.
            stats.error();
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(PollRest.BLOCKED_MAX_MS));
        } catch (RetriableException e) {
            stats.error();
            log.atWarn().addKeyValue("pipeline", pipeline.name()).log("poll failed, goes on: {}", Failures.line(e));
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(PollRest.IDLE_MS));
        } catch (KafkaException e) {
            throw Failures.polling(e, assignment.all(), pipeline.source());
        } catch (OutOfMemoryError e) {
            // As a rule one array that is larger than the heap: it was not made, and the other pipelines are well.
            throw Failures.tooLarge(assignment.all(), e);
        }
        return ConsumerRecords.empty();
    }

    private void subscribe(Consumer<byte[], byte[]> consumer, Rebalance rebalance) {
        List<String> topics = new ArrayList<>(pipeline.source().topics());
        List<String> own = pipeline.retry().topics().names();
        if (pipeline.source().pattern()) {
            StringBuilder any = new StringBuilder("(?:" + topics.get(0) + ")");
            own.forEach(topic -> any.append('|').append(Pattern.quote(topic)));
            consumer.subscribe(Pattern.compile(any.toString()), rebalance);
        } else {
            topics.addAll(own);
            consumer.subscribe(topics, rebalance);
        }
    }

    /** Well below the time after which the group throws out a member that is busy in a callback. */
    private long drainNs() {
        long limitMs = ConsumerDefaults.intOf(
                        props, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, ConsumerDefaults.MAX_POLL_INTERVAL_MS)
                / 3;
        return TimeUnit.MILLISECONDS.toNanos(Math.min(limitMs, pipeline.drain().toMillis()));
    }

    private void fail(StartFailure e) {
        if (failed || (stopping && !running)) {
            return;
        }
        failed = true;
        log.atError()
                .addKeyValue("pipeline", pipeline.name())
                .addKeyValue("lane", lane)
                .addKeyValue("retriable", e.retriable())
                .log("{}", String.valueOf(e.getMessage()));
        listener.failed(String.valueOf(e.getMessage()), e.retriable());
    }

    /** Closes within a bound, also with the broker gone. */
    private final class Closing implements AutoCloseable {
        final Consumer<byte[], byte[]> consumer;

        Closing(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void close() {
            try {
                consumer.close(CloseOptions.timeout(hurry ? CLOSE_NOW : CLOSE));
            } catch (RuntimeException e) {
                log.atWarn()
                        .addKeyValue("pipeline", pipeline.name())
                        .log("consumer did not close: {}", Failures.line(e));
            }
        }
    }
}
