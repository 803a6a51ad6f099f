package io.sluice.bench.child;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Confluent's Parallel Consumer, in its own terms: each record is handed to one of its threads, which calls {@link UnaryServer} and
 * waits for the answer.
 *
 * <p>Arguments: bootstrap servers, topic, group, port, order (unordered or key), threads, records to a call (1, or as many go into one
 * batch: then the whole batch is answered by one call, of its first record).
 */
public final class ParallelConsumerUnary {
    private ParallelConsumerUnary() {}

    /** Serves rounds until standard input ends. */
    public static void main(String[] args) throws Exception {
        ManagedChannel channel = Unary.channel(Integer.parseInt(args[3]));
        Gate gate = new Gate();
        KafkaConsumer<byte[], byte[]> consumer = BareConsumer.consumer(args[0], args[2]);
        ParallelConsumerOptions<byte[], byte[]> options = ParallelConsumerOptions.<byte[], byte[]>builder()
                .consumer(consumer)
                .ordering(ProcessingOrder.valueOf(args[4].toUpperCase(Locale.ROOT)))
                .maxConcurrency(Integer.parseInt(args[5]))
                .batchSize(Integer.parseInt(args[6]))
                .build();
        try (ParallelStreamProcessor<byte[], byte[]> processor =
                ParallelStreamProcessor.createEosStreamProcessor(options)) {
            processor.subscribe(List.of(args[1]));
            processor.poll(context -> {
                int records = (int) context.size();
                enter(gate, records);
                Unary.ask(channel, context.getConsumerRecordsFlattened().get(0));
                gate.leave(records);
            });
            Rounds.serve(gate::round);
            gate.open(Long.MAX_VALUE / 2);
        }
        channel.shutdownNow();
    }

    private static void enter(Gate gate, int records) {
        try {
            gate.enter(records);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
