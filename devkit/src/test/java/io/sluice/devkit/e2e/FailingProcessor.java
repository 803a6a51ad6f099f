package io.sluice.devkit.e2e;

import io.sluice.processor.Outcome;
import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A processor that fails by script: a record's value is its number, and the number says how often it fails. Keeps what it was sent. */
final class FailingProcessor implements AutoCloseable {
    /** A record's place in its topic. */
    record Place(String topic, int partition, long offset) {}

    /** One delivery and what was said of it. */
    record Delivery(int attempt, Outcome outcome, long atNs, Record record) {}

    /** How records fail; the number is the last digit of the record's. */
    enum Fate {
        ALWAYS(Integer.MAX_VALUE, null),
        ONCE(1, null),
        TWICE(2, null),
        ASKS_FOR_MORE(1, Duration.ofMillis(2_500)),
        ASKS_FOR_LESS(1, Duration.ofMillis(100)),
        NEVER(0, null);

        final int failures;
        final Duration asks;

        Fate(int failures, Duration asks) {
            this.failures = failures;
            this.asks = asks;
        }

        static Fate of(long number) {
            return values()[(int) Math.min(number % 10, NEVER.ordinal())];
        }
    }

    private final Map<Place, List<Delivery>> deliveries = new ConcurrentHashMap<>();
    private final ProcessorServer server;

    FailingProcessor() throws Exception {
        this.server = Processor.named("failing").handler(this::handle).start();
    }

    int port() {
        return server.port();
    }

    Map<Place, List<Delivery>> deliveries() {
        return deliveries;
    }

    static long number(Record record) {
        return Long.parseLong(String.valueOf(record.valueAsString()).strip());
    }

    /** Records that were acked at least once. */
    long acked() {
        return deliveries.values().stream()
                .filter(all -> all.stream().anyMatch(d -> d.outcome() == Outcome.ACK))
                .count();
    }

    /** Records that were sent again after they had been acked. */
    long duplicates() {
        return deliveries.values().stream()
                .mapToLong(all ->
                        all.stream().filter(d -> d.outcome() == Outcome.ACK).count() - 1)
                .filter(n -> n > 0)
                .sum();
    }

    private Verdict handle(Record record) {
        Fate fate = Fate.of(number(record));
        Verdict verdict = record.attempt() > fate.failures ? Verdict.ack() : Verdict.retry("BUSY", "as scripted");
        if (verdict.outcome() == Outcome.RETRY && fate.asks != null) {
            verdict = verdict.withRetryAfter(fate.asks);
        }
        deliveries
                .computeIfAbsent(
                        new Place(record.topic(), record.partition(), record.offset()),
                        place -> new CopyOnWriteArrayList<>())
                .add(new Delivery(record.attempt(), verdict.outcome(), System.nanoTime(), record));
        return verdict;
    }

    @Override
    public void close() {
        server.close();
    }
}
