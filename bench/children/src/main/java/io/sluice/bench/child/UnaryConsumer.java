package io.sluice.bench.child;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.Verdict;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A Kafka consumer that calls {@link UnaryServer} for each record by the asynchronous stub, with up to {@value #WINDOW} calls out. Once a
 * second it waits for those, and commits. No retries, no order: the least that could be called the same work.
 *
 * <p>Arguments: bootstrap servers, topic, group, port.
 */
public final class UnaryConsumer {
    private static final int WINDOW = 1_000;
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final long COMMIT_NS = 1_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ManagedChannel channel;
    private final Semaphore window = new Semaphore(WINDOW);
    private final StreamObserver<Verdict> answer = new StreamObserver<>() {
        @Override
        public void onNext(Verdict verdict) {}

        @Override
        public void onError(Throwable t) {
            throw new IllegalStateException(t);
        }

        @Override
        public void onCompleted() {
            window.release();
        }
    };

    private long lastCommitNs = System.nanoTime();
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();

    private UnaryConsumer(KafkaConsumer<byte[], byte[]> consumer, ManagedChannel channel) {
        this.consumer = consumer;
        this.channel = channel;
    }

    /** Serves rounds until standard input ends. */
    public static void main(String[] args) throws Exception {
        ManagedChannel channel = Unary.channel(Integer.parseInt(args[3]));
        try (KafkaConsumer<byte[], byte[]> consumer = BareConsumer.consumer(args[0], args[2])) {
            consumer.subscribe(List.of(args[1]));
            while (consumer.assignment().isEmpty()) {
                consumer.poll(WAIT);
            }
            Rounds.serve(new UnaryConsumer(consumer, channel)::round);
        }
        channel.shutdownNow();
    }

    private void round(long records) throws InterruptedException {
        long left = records;
        while (left > 0) {
            // What the last poll of a round brought too much is for the next one.
            if (!polled.hasNext()) {
                polled = consumer.poll(WAIT).iterator();
            }
            while (left > 0 && polled.hasNext()) {
                window.acquire();
                Unary.call(channel, polled.next(), answer);
                left--;
            }
            long nowNs = System.nanoTime();
            if (nowNs - lastCommitNs > COMMIT_NS) {
                lastCommitNs = nowNs;
                awaitAnswers();
                consumer.commitAsync();
            }
        }
        awaitAnswers();
        consumer.commitSync();
    }

    private void awaitAnswers() throws InterruptedException {
        window.acquire(WINDOW);
        window.release(WINDOW);
    }
}
