package io.sluice.processor.testkit;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Runs a processor on records and says what it made of each: {@code ProcessorTestKit.of(processor).run(records)}.
 *
 * <p>The processor is served inside the process and gets its records as from a gateway, so that groups, the release of
 * what follows a failure, and exceptions behave as in production. No Kafka, no gateway, no port. Immutable; each run is on
 * its own.
 */
public final class ProcessorTestKit {
    private final Processor processor;
    private final Grouping grouping;
    private final Duration timeout;

    private ProcessorTestKit(Processor processor, Grouping grouping, Duration timeout) {
        this.processor = processor;
        this.grouping = grouping;
        this.timeout = timeout;
    }

    /**
     * A kit that groups by key and waits up to 30 s.
     *
     * @param processor the processor
     * @return the kit
     */
    public static ProcessorTestKit of(Processor processor) {
        return new ProcessorTestKit(processor, Grouping.BY_KEY, Duration.ofSeconds(30));
    }

    /**
     * This kit with another grouping.
     *
     * @param other which records follow one after the other
     * @return a new kit
     */
    public ProcessorTestKit grouping(Grouping other) {
        return new ProcessorTestKit(processor, other, timeout);
    }

    /**
     * This kit with another limit for a whole run.
     *
     * @param limit how long a run may take
     * @return a new kit
     */
    public ProcessorTestKit timeout(Duration limit) {
        return new ProcessorTestKit(processor, grouping, limit);
    }

    /**
     * Runs the processor on records.
     *
     * @param records the records; within a group they are given in this order
     * @return a verdict for each record, in the same order
     * @see #run(List)
     */
    public List<Verdict> run(Record... records) {
        return run(Arrays.asList(records));
    }

    /**
     * Runs the processor on records, once each: what is retried or released does not come again.
     *
     * @param records the records; within a group they are given in this order
     * @return a verdict for each record, in the same order
     * @throws AssertionError if not all records are settled in time, or the processor ends the stream
     */
    public List<Verdict> run(List<Record> records) {
        String name = "testkit-" + UUID.randomUUID();
        try (ProcessorServer server = processor.startInProcess(name)) {
            assert server.port() < 0 : "a test needs no port";
            return process(name, records);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Verdict> process(String serverName, List<Record> records) {
        try (KitGateway gateway = new KitGateway(serverName, timeout)) {
            return gateway.process(records, grouping);
        }
    }
}
