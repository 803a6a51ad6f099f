package io.sluice.ingest.publish;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.publish.DeadLetterRecord.Form;
import io.sluice.ingest.ring.PublishRing;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one lane's dead letters, and its records for retry topics. Every letter it takes is answered exactly once, by {@link Reply.Published} or
 * {@link Reply.PublishFailed}; a letter that fails stays with the lane, which offers it again.
 *
 * <p>The producer is made at the first letter. Its callbacks run on the producer's thread and only answer or queue:
 * sending from there could wait for room that the same thread has to make.
 */
public final class DeadLetterPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterPublisher.class);
    /** Whoever has work rings. */
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);

    private static final long CLOSE_MARGIN_MS = 500;
    private static final long LOG_NS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final String pipeline;
    private final Map<String, Object> props;
    private final PublishRing letters;
    private final ReplyRing replies;
    private final Destinations destinations;
    private final Clock clock;
    private final Thread thread;

    private final ConcurrentLinkedQueue<Attempt> again = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> loggedNs = new ConcurrentHashMap<>();
    private final LongAdder published = new LongAdder();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable String problem;
    private volatile boolean renew;
    private volatile boolean closing;

    // owned by: publish thread
    private @Nullable Producer<byte[], byte[]> producer;
    private long failuresSeen;

    /** One try to write a letter. */
    private record Attempt(Outgoing letter, Destination to, Form form, boolean keepTimestamp) {}

    /**
     * @param kafka properties common to all pipelines
     * @param lane number within the pipeline, from 0
     * @param clock the wall clock
     */
    public DeadLetterPublisher(
            PipelineConfig pipeline,
            Map<String, String> kafka,
            int lane,
            PublishRing letters,
            ReplyRing replies,
            Clock clock) {
        this.pipeline = pipeline.name();
        this.clock = clock;
        this.props = ProducerDefaults.producer(pipeline, kafka, lane);
        this.letters = letters;
        this.replies = replies;
        this.destinations = new Destinations(pipeline, ProducerDefaults.admin(props));
        this.thread = new Thread(this::run, "publish-" + pipeline.name() + "-" + lane);
        thread.setDaemon(true);
    }

    /** Starts the publish thread. */
    public void start() {
        thread.start();
    }

    /** Letters that are durable. Any thread. */
    public long published() {
        return published.sum();
    }

    /** Writes that failed; the same letter may fail several times. Any thread. */
    public long failures() {
        return failures.get();
    }

    /** Why the last write failed, one line; null once a write has succeeded. Any thread. */
    public @Nullable String problem() {
        return problem;
    }

    /**
     * Ends the thread; waits some 10 s at most for what is being written. To be called while the lane still empties its
     * replies; letters offered from here on may stay unanswered. Idempotent; any thread but its own.
     */
    @Override
    public void close() {
        closing = true;
        letters.wake();
        try {
            thread.join(2 * CLOSE.toMillis() + CLOSE_MARGIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                letters.await(IDLE_NS, () -> closing || !again.isEmpty());
                work();
            }
            work();
        } finally {
            drop();
        }
    }

    private void work() {
        if (renew) {
            renew = false;
            drop();
        }
        if (failures.get() != failuresSeen) {
            failuresSeen = failures.get();
            destinations.doubt();
        }
        for (Attempt attempt = again.poll(); attempt != null; attempt = again.poll()) {
            send(attempt);
        }
        letters.drain(letter -> send(new Attempt(letter, destinations.of(letter), Form.FULL, true)));
    }

    /** Lets no exception out: the ring would hand over the same letter again. */
    private void send(Attempt attempt) {
        try {
            String why = attempt.to().topic().check(attempt.letter().entry().topic(), System.nanoTime());
            if (why != null) {
                fail(attempt.letter(), why, "topic");
                return;
            }
            Producer<byte[], byte[]> open = producer;
            if (open == null) {
                open = new KafkaProducer<>(props);
                producer = open;
            }
            var record = attempt.to()
                    .record(
                            attempt.letter(),
                            attempt.form(),
                            attempt.keepTimestamp(),
                            System.nanoTime(),
                            clock.instant());
            open.send(record, (metadata, e) -> done(attempt, e == null ? metadata.offset() : -1, e));
        } catch (RuntimeException e) {
            // The callback is not called when send throws: the producer, or its configuration, is unusable.
            renew = true;
            fail(attempt.letter(), line(attempt, e), reason(e));
        }
    }

    /** On the producer's thread, or within send. */
    private void done(Attempt attempt, long place, @Nullable Exception e) {
        if (e == null) {
            published.increment();
            problem = null;
            replies.put(new Reply.Published(attempt.letter(), place));
            return;
        }
        Attempt other = alternative(attempt, e);
        if (other != null) {
            again.add(other);
            letters.wake();
            return;
        }
        if (ProducerFailures.fatal(e)) {
            renew = true;
        }
        fail(attempt.letter(), line(attempt, e), reason(e));
    }

    private static @Nullable Attempt alternative(Attempt attempt, Exception e) {
        if (e instanceof RecordTooLargeException) {
            Form smaller = attempt.form().smaller();
            return smaller == null
                    ? null
                    : new Attempt(attempt.letter(), attempt.to(), smaller, attempt.keepTimestamp());
        }
        if (e instanceof InvalidTimestampException && attempt.keepTimestamp()) {
            return new Attempt(attempt.letter(), attempt.to(), attempt.form(), false);
        }
        return null;
    }

    private void fail(Outgoing letter, String why, String reason) {
        failures.incrementAndGet();
        problem = why;
        long nowNs = System.nanoTime();
        Long last = loggedNs.get(reason);
        if (last == null || nowNs - last >= LOG_NS) {
            loggedNs.put(reason, nowNs);
            log.atError()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("record", letter.entry().toString())
                    .log("{}", why);
        }
        replies.put(new Reply.PublishFailed(letter, why));
    }

    private String line(Attempt attempt, Exception e) {
        return ProducerFailures.line(attempt.to(), attempt.letter(), e);
    }

    private static String reason(Exception e) {
        return e.getClass().getSimpleName();
    }

    /** Closes the producer; what it still holds is answered as failed. */
    private void drop() {
        Producer<byte[], byte[]> old = producer;
        producer = null;
        if (old == null) {
            return;
        }
        try {
            old.close(CLOSE);
        } catch (KafkaException e) {
            log.atWarn().addKeyValue("pipeline", pipeline).log("producer did not close: {}", e.getMessage());
        }
    }
}
