package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.Reply;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.ProcessorHello;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class StreamPoolTest {
    @Test
    void aProcessorOfAnotherVersionIsToldBothVersions() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(processor.target())) {
            FakeProcessor.Call call = processor.nextCall();
            call.next();

            call.send(FakeProcessor.frame(
                    ProcessorHello.newBuilder().setMinProtocol(2).setMaxProtocol(3)));

            GoAway goAway = call.next().getGoAway();
            assertThat(goAway.getCause()).isEqualTo(GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR);
            assertThat(goAway.getReason())
                    .isEqualTo("HELLO_PROTOCOL: the processor speaks protocol 2 to 3, the gateway speaks 1");
            call.out.onCompleted();
            await().until(() -> bench.only().state() == TargetStatus.State.BACKOFF);
            assertThat(bench.only().lastError())
                    .isEqualTo("processor at 127.0.0.1:" + processor.port()
                            + " refused: HELLO_PROTOCOL: the processor speaks protocol 2 to 3, the gateway speaks 1");
            assertThat(bench.pool.counters().violations()).containsExactly(Map.entry("HELLO_PROTOCOL", 1L));
            assertThat(bench.all(Reply.class)).isEmpty();
        }
    }

    @Test
    void aSilentProcessorIsGivenUpAndDialledAgain() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.of(
                        Bench.config(1, processor.target()),
                        Lookup::system,
                        Bench.tuning(Duration.ofMillis(200), Duration.ofSeconds(30)))) {
            FakeProcessor.Call silent = processor.nextCall();
            silent.next();

            assertThat(silent.next().getGoAway().getReason()).isEqualTo("no hello within 200 ms");
            assertThat(silent.nextEnd()).isEqualTo("half-close");
            assertThat(silent.nextEnd()).isEqualTo("cancelled");
            await().until(() -> bench.pool.counters().failures().containsKey("HELLO_TIMEOUT"));
            processor.nextCall();
            assertThat(bench.all(Reply.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UNIMPLEMENTED, refused, true",
        "UNAUTHENTICATED, refused, true",
        "PERMISSION_DENIED, refused, true",
        "FAILED_PRECONDITION, refused, true",
        "INVALID_ARGUMENT, refused, true",
        "UNAVAILABLE, not reached, false",
        "INTERNAL, not reached, false",
        "DEADLINE_EXCEEDED, not reached, false",
        "RESOURCE_EXHAUSTED, not reached, false",
        "CANCELLED, not reached, false",
        "ABORTED, not reached, false",
        "UNKNOWN, not reached, false"
    })
    void whyAProcessorDoesNotTakeTheCallIsKeptForStatus(Status.Code code, String verb, boolean slow) throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(processor.target())) {
            processor.nextCall().end(code.toStatus().withDescription("not today"));

            await().until(() -> !bench.only().lastError().isEmpty());

            assertThat(bench.only().lastError())
                    .isEqualTo("processor at 127.0.0.1:%d %s: %s: not today", processor.port(), verb, code);
            assertThat(bench.pool.counters().failures()).containsKey(code.name());
            assertThat(StatusText.isRefusal(code.toStatus())).isEqualTo(slow);
        }
    }

    @Test
    void aServerWithoutTheServiceIsNamedAsSuch() throws Exception {
        try (FakeProcessor other = FakeProcessor.start(() ->
                        io.grpc.ServerServiceDefinition.builder("other.Service").build());
                Bench bench = Bench.dialling(other.target())) {
            await().until(() -> !bench.only().lastError().isEmpty());

            assertThat(bench.only().lastError())
                    .isEqualTo("processor at 127.0.0.1:" + other.port()
                            + " refused: UNIMPLEMENTED: Method not found: sluice.processor.v1.Processor/Process");
        }
    }

    @Test
    void aProcessorThatComesBackIsFoundAgain() throws Exception {
        FakeProcessor first = FakeProcessor.start();
        int port = first.port();
        try (Bench bench = Bench.dialling(first.target())) {
            first.nextCall().greeted();
            bench.next(Reply.StreamUp.class);
            first.close();
            bench.next(Reply.StreamDown.class);
            await().until(() -> bench.only().lastError().contains("Connection refused"));

            try (FakeProcessor second = FakeProcessor.startAt(port)) {
                second.nextCall().greeted();

                bench.next(Reply.StreamUp.class);
                await().until(() -> bench.only().state() == TargetStatus.State.UP);
                assertThat(bench.only().lastError()).isEmpty();
                assertThat(bench.pool.counters().connects()).isEqualTo(2);
            }
        } finally {
            first.close();
        }
    }

    @Test
    void anAddressWhereNobodyListensIsDialledLessAndLessOften() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (Bench bench = Bench.dialling(4, "static://127.0.0.1:" + port)) {
            long startNs = System.nanoTime();
            await().until(() -> failures(bench) >= 4);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs);

            // Pauses of at least 50, 100, 200 ms: one scout dials for all four streams.
            assertThat(System.nanoTime() - startNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(350));
            assertThat(failures(bench)).isLessThanOrEqualTo(6 + seconds);
            assertThat(bench.only().lastError()).contains("UNAVAILABLE: ").contains("Connection refused");
        }
    }

    private static long failures(Bench bench) {
        return bench.pool.counters().failures().getOrDefault("UNAVAILABLE", 0L);
    }

    @Test
    void anAddressGetsAsManyStreamsAsConfigured() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(3, processor.target())) {
            FakeProcessor.Call scout = processor.nextCall();
            assertThat(processor.calls).isEmpty();
            scout.greeted();
            processor.nextCall().greeted();
            processor.nextCall().greeted();

            await().until(() -> bench.only().streams() == 3);
            assertThat(bench.all(Reply.StreamUp.class)).hasSize(3);
        }
    }

    @Test
    void aPoolHasNoMoreThan256Streams() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(300, processor.target())) {
            for (int i = 0; i < StreamPool.MOST_STREAMS; i++) {
                processor.nextCall().greeted();
            }

            await().until(() -> bench.only().streams() == StreamPool.MOST_STREAMS);
            assertThat(processor.calls).isEmpty();
        }
    }

    @Test
    void everyAddressOfANameIsDialledAndOneThatVanishesRunsDry() throws Exception {
        try (FakeProcessor one = FakeProcessor.start();
                FakeProcessor two = FakeProcessor.start()) {
            Map<String, FakeProcessor> byAddress = Map.of("192.0.2.1", one, "192.0.2.2", two);
            Set<String> known = ConcurrentHashMap.newKeySet();
            known.addAll(byAddress.keySet());
            Channels redirected = (target, address, slowdown) -> Channels.plainText(Duration.ofSeconds(30))
                    .open(TargetUri.parse(redirect(byAddress, address).target()), null, 1);
            try (Bench bench = Bench.of(
                    Bench.config(1, "dns:///triage:9000"),
                    redirected,
                    host -> addresses(known),
                    Bench.tuning(Duration.ofSeconds(10), Duration.ofMillis(100)))) {
                one.nextCall().greeted();
                FakeProcessor.Call vanishing = two.nextCall().greeted();
                assertThat(ups(bench)).containsExactlyInAnyOrder("192.0.2.1:9000", "192.0.2.2:9000");

                known.remove("192.0.2.2");
                Reply.Draining draining = bench.next(Reply.Draining.class);
                StreamPort stream = draining.stream();
                stream.frameHandled();

                GoAway goAway = vanishing.next().getGoAway();
                assertThat(goAway.getCause()).isEqualTo(GoAwayCause.GO_AWAY_CAUSE_REBALANCE);
                assertThat(goAway.getReason()).isEqualTo("address 192.0.2.2:9000 is no longer one of the processor's");
                vanishing.out.onCompleted();
                assertThat(bench.next(Reply.StreamDown.class).blame()).isFalse();
                await().until(() -> bench.pool.status().size() == 1);
                assertThat(bench.only().target()).isEqualTo("192.0.2.1:9000");
            }
        }
    }

    private static FakeProcessor redirect(Map<String, FakeProcessor> byAddress, @Nullable InetAddress address) {
        String text =
                Objects.requireNonNull(address, "a name is dialled by address").getHostAddress();
        return Objects.requireNonNull(byAddress.get(text), text);
    }

    private static List<String> ups(Bench bench) {
        return List.of(bench.next(Reply.StreamUp.class), bench.next(Reply.StreamUp.class)).stream()
                .map(up -> up.info().target())
                .collect(Collectors.toList());
    }

    private static List<InetAddress> addresses(Set<String> known) throws UnknownHostException {
        List<InetAddress> found = new java.util.ArrayList<>();
        for (String address : List.copyOf(known)) {
            found.add(InetAddress.getByName(address));
        }
        return Lookup.oneFamily(found);
    }

    @ParameterizedTest
    @CsvSource({
        // What gRPC says of a connection that was up, word for word.
        "RESOURCE_EXHAUSTED,'Connection closed after GOAWAY. HTTP/2 error code: ENHANCE_YOUR_CALM (Bandwidth exhausted), debug data: too_many_pings'",
        "UNAVAILABLE,'HTTP/2 error code: ENHANCE_YOUR_CALM\nReceived Goaway\ntoo_many_pings'"
    })
    void aServerThatMindsOurPingsIsPingedLessAndNoRecordIsBlamed(Status.Code code, String words) throws Exception {
        // As in grpc/grpc-java#5188.
        try (FakeProcessor processor = FakeProcessor.start()) {
            BlockingQueue<Integer> slowdowns = new LinkedBlockingQueue<>();
            Channels recording = (target, address, slowdown) -> {
                slowdowns.add(slowdown);
                return Channels.plainText(Duration.ofSeconds(30)).open(target, address, slowdown);
            };
            try (Bench bench = Bench.of(
                    Bench.config(1, processor.target()), recording, Lookup::system, PoolContext.Tuning.DEFAULT)) {
                FakeProcessor.Call call = processor.nextCall().greeted();
                bench.next(Reply.StreamUp.class);

                call.end(Status.fromCode(code).withDescription(words));

                assertThat(bench.next(Reply.StreamDown.class).blame()).isFalse();
                processor.nextCall();
                assertThat(slowdowns).containsExactly(1, 3);
            }
        }
    }

    @Test
    void aNameWithoutAddressIsSaidInStatusUntilItHasOne() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start()) {
            boolean[] known = {false};
            Channels redirected = (target, address, slowdown) ->
                    Channels.plainText(Duration.ofSeconds(30)).open(TargetUri.parse(processor.target()), null, 1);
            Lookup lookup = host -> {
                if (!known[0]) {
                    throw new UnknownHostException(host + ": Name or service not known");
                }
                return List.of(InetAddress.getByName("192.0.2.1"));
            };
            try (Bench bench = Bench.of(
                    Bench.config(1, "dns:///triage:9000"),
                    redirected,
                    lookup,
                    Bench.tuning(Duration.ofSeconds(10), Duration.ofMillis(100)))) {
                await().until(() -> !bench.pool.status().isEmpty());
                assertThat(bench.only())
                        .isEqualTo(new TargetStatus(
                                "triage:9000",
                                TargetStatus.State.BACKOFF,
                                0,
                                "no address for triage: triage: Name or service not known"));

                known[0] = true;
                processor.nextCall().greeted();

                bench.next(Reply.StreamUp.class);
                await().until(() -> bench.only().state() == TargetStatus.State.UP);
            }
        }
    }

    @Test
    void closingWaitsForStreamsThatTheLaneEndsAndThenDialsNoMore() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(processor.target())) {
            FakeProcessor.Call call = processor.nextCall().greeted();
            StreamPort stream = bench.next(Reply.StreamUp.class).stream();

            stream.close(StreamPort.CloseCause.SHUTDOWN, "the gateway stops", TimeUnit.SECONDS.toNanos(20));
            call.next();
            call.nextEnd();
            call.out.onCompleted();
            bench.pool.close(TimeUnit.SECONDS.toNanos(20));

            bench.next(Reply.StreamDown.class);
            assertThat(processor.calls).isEmpty();
            assertThat(call.ends).isEmpty();
        }
    }

    @Test
    void closingWithoutGraceCutsWhatIsUpAndTellsTheLaneNothing() throws Exception {
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(processor.target())) {
            FakeProcessor.Call call = processor.nextCall().greeted();
            bench.next(Reply.StreamUp.class);

            bench.pool.close(0);
            bench.pool.close(0);

            assertThat(call.nextEnd()).isEqualTo("cancelled");
            assertThat(bench.all(Reply.class)).isEmpty();
        }
    }
}
