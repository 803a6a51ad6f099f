package io.sluice.devkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.devkit.e2e.Processes.Member;
import io.sluice.devkit.e2e.Trail.Event;
import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.junit.WithKafka;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gateways and processors as processes of their own, ended in the middle of work. The one judge is the processor's journal, with the
 * topic's ends and the group's commits.
 */
@WithKafka
class ChildProcessIT {
    private static final int RECORDS = Integer.getInteger("sluice.child.records", 40_000);
    private static final int KEYS = 200;
    private static final int PARTITIONS = 6;
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

    /** How long after a gateway's death the processor may still be at a record of it; far less than a new one needs to start. */
    private static final long STILL_AT_MS = 500;

    /**
     * What a fault leaves behind.
     *
     * @param gateway the one that goes on
     * @param inFlight records in flight in the gateway just before
     * @param bound the most duplicates, by partition, from the whole trail
     */
    private record Aftermath(Member gateway, long inFlight, Function<List<Event>, Map<Integer, Long>> bound) {}

    private interface Fault {
        Aftermath strike(Processes processes, ChildProcess processor, Member gateway) throws IOException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aKilledProcessorCostsAtMostWhatWasInFlight(String protocol, TestKafka kafka, @TempDir Path folder)
            throws IOException {
        run("processor-kill", protocol, kafka, folder, (processes, processor, gateway) -> {
            Snapshot before = Snapshot.of(gateway);
            kill(processor);
            long deathMs = System.currentTimeMillis();
            processes.processor();
            return new Aftermath(gateway, before.allInFlight(), events -> before.inFlightUntil(deathMs, events));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGatewayThatIsAskedToStopLeavesNoDuplicates(String protocol, TestKafka kafka, @TempDir Path folder)
            throws IOException {
        // As in OpenLiberty/open-liberty#35437.
        run("gateway-term", protocol, kafka, folder, (processes, processor, gateway) -> {
            Snapshot before = Snapshot.of(gateway);
            assertThat(gateway.terminate()).as("exit code").isZero();
            return new Aftermath(processes.gateway(), before.allInFlight(), events -> Map.of());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aKilledGatewayCostsAtMostWhatWasInFlightAndUncommitted(String protocol, TestKafka kafka, @TempDir Path folder)
            throws IOException {
        run("gateway-kill", protocol, kafka, folder, (processes, processor, gateway) -> {
            Snapshot before = Snapshot.of(gateway);
            kill(gateway.process());
            long deathMs = System.currentTimeMillis() + STILL_AT_MS;
            return new Aftermath(
                    processes.gateway(),
                    before.allInFlight(),
                    events -> before.uncommittedUntil(deathMs, COMMIT_INTERVAL, events));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGatewayThatJoinsAndLeavesCausesNoDuplicates(String protocol, TestKafka kafka, @TempDir Path folder)
            throws IOException {
        run("gateway-joins", protocol, kafka, folder, (processes, processor, first) -> {
            Snapshot before = Snapshot.of(first);
            Member second = processes.gateway();
            until("the second gateway works", () -> {
                return partitions(second) == PARTITIONS / 2
                        && second.status().path("settled").path("acked").asLong() > 0;
            });
            flows(processes, RECORDS / 8);
            assertThat(second.terminate()).as("exit code").isZero();
            until("the first gateway has everything again", () -> partitions(first) == PARTITIONS);
            return new Aftermath(first, before.allInFlight(), events -> Map.of());
        });
    }

    private static void run(String row, String protocol, TestKafka kafka, Path folder, Fault fault) throws IOException {
        long startNs = System.nanoTime();
        try (Processes processes = new Processes(kafka, folder, row, protocol, PARTITIONS)) {
            ChildProcess processor = processes.processor();
            Member gateway = processes.gateway();
            RecordGenerator generator = new RecordGenerator(11, 10_000_000, KEYS, PARTITIONS, 50, 150);
            try (Feed feed = Feed.start(
                    kafka.bootstrapServers(), processes.topic, generator, RECORDS, processes.trail::endedRecords)) {
                flows(processes, RECORDS / 2);
                Aftermath after = fault.strike(processes, processor, gateway);
                flows(processes, RECORDS / 8);
                long produced = feed.end();
                until("everything is processed", () -> processes.trail.endedRecords() == produced);
                until("everything is committed", () -> processes.lag() == 0);
                assertThat(after.gateway().terminate()).as("exit code").isZero();
                judge(row + " " + protocol, processes, produced, after, startNs);
                assertThat(Topics.readAll(kafka.bootstrapServers(), processes.deadLetters()))
                        .as("dead letters")
                        .isEmpty();
            }
        }
    }

    private static void judge(String row, Processes processes, long produced, Aftermath after, long startNs) {
        List<Event> events = processes.trail.events();
        Judgement judgement = Judgement.of(events);
        Map<Integer, Long> bound = after.bound().apply(events);
        System.out.printf(
                "child %s: records %d, lost %d, order violations %d, in flight at the fault %d, duplicates %d of at most %d"
                        + " (by partition %s of %s), rewinds of a key %d, lag %d, %.1f s%n",
                row,
                produced,
                produced - judgement.ended(),
                judgement.orderViolations(),
                after.inFlight(),
                judgement.allDuplicates(),
                bound.values().stream().mapToLong(Long::longValue).sum(),
                judgement.duplicates(),
                bound,
                judgement.rewinds(),
                processes.lag(),
                (System.nanoTime() - startNs) / 1e9);
        assertThat(produced - judgement.ended()).as("lost").isZero();
        assertThat(judgement.orderViolations()).as("order violations").isZero();
        assertThat(after.inFlight()).as("in flight at the fault").isPositive();
        judgement
                .duplicates()
                .forEach((partition, duplicates) -> assertThat(duplicates)
                        .as("duplicates of partition %d", partition)
                        .isLessThanOrEqualTo(bound.getOrDefault(partition, 0L)));
        assertThat(judgement.rewinds()).as("rewinds of a key").isLessThanOrEqualTo(bound.isEmpty() ? 0 : 1);
        assertThat(processes.lag()).as("lag after the end").isZero();
    }

    /** Waits until this many more records have been processed. */
    private static void flows(Processes processes, long more) {
        long goal = processes.trail.endedRecords() + more;
        until(more + " more records are processed", () -> processes.trail.endedRecords() >= goal);
    }

    private static void until(String what, BooleanSupplier condition) {
        await(what)
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofMillis(100))
                .until(condition::getAsBoolean);
    }

    private static int partitions(Member gateway) {
        return gateway.status().path("partitions").size();
    }

    private static void kill(ChildProcess process) {
        process.kill();
        assertThat(process.exitCode(Processes.PATIENCE))
                .as("exit code of SIGKILL")
                .isEqualTo(137);
    }
}
