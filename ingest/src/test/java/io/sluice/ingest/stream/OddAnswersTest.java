package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.sluice.ingest.ring.Reply;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ends of a stream that no processor of ours would bring about: what they are taken for. */
@Timeout(60)
class OddAnswersTest {
    private static final byte[] PAGE = OddServer.text("<html>\n\u001b[31mplease log in</html>");

    static Stream<Arguments> odd() {
        return Stream.of(
                Arguments.of(
                        "a proxy's page with status 200",
                        Map.of(":status", "200", "content-type", "text/html"),
                        PAGE,
                        Map.of(),
                        "UNKNOWN: HTTP status code 200 .*invalid content-type: text/html.*"),
                Arguments.of(
                        "a proxy that is overloaded",
                        Map.of(":status", "503", "content-type", "text/html"),
                        PAGE,
                        Map.of(),
                        "UNAVAILABLE: HTTP status code 503.*"),
                Arguments.of(
                        "a proxy that asks for a password",
                        Map.of(":status", "401", "content-type", "text/html"),
                        PAGE,
                        Map.of(),
                        "UNAUTHENTICATED: HTTP status code 401.*"),
                Arguments.of(
                        "a status that is no number",
                        OddServer.grpc(),
                        new byte[0],
                        Map.of("grpc-status", "banana", "grpc-message", "%zz\u0007%0a%e2%80"),
                        "UNKNOWN: .*"),
                Arguments.of(
                        "no status at all",
                        OddServer.grpc(),
                        new byte[0],
                        Map.of("x", "y"),
                        "UNKNOWN: missing GRPC status in response"),
                Arguments.of(
                        "a message of the wrong kind",
                        OddServer.grpc(),
                        OddServer.message(OddServer.text("not protobuf")),
                        Map.of("grpc-status", "0"),
                        "CANCELLED: the processor sent a frame that is no valid ProcessorFrame"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void whatIsNoProcessorIsSaidInOneLineAndGetsNoRecord(
            String what, Map<String, String> headers, byte[] body, Map<String, String> trailers, String line) {
        try (OddServer server = OddServer.http2(headers, body, trailers);
                Bench bench = Bench.dialling(server.target())) {
            await().until(() ->
                    bench.pool.status().stream().anyMatch(t -> !t.lastError().isEmpty()));

            assertThat(bench.only().lastError())
                    .as(what)
                    .matches("processor at 127\\.0\\.0\\.1:\\d+ [a-z ]+: " + line)
                    .doesNotContainPattern("\\p{Cc}");
            assertThat(bench.all(Reply.StreamUp.class)).isEmpty();
        }
    }

    @Test
    void aWebServerOfTheOldKindIsSaidInOneLineAndGetsNoRecord() {
        try (OddServer server = OddServer.saying("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\r\n");
                Bench bench = Bench.dialling(server.target())) {
            await().until(() ->
                    bench.pool.status().stream().anyMatch(t -> !t.lastError().isEmpty()));

            assertThat(bench.only().lastError())
                    .matches("processor at 127\\.0\\.0\\.1:\\d+ .*(UNAVAILABLE|INTERNAL): .*")
                    .doesNotContainPattern("\\p{Cc}");
            assertThat(bench.all(Reply.StreamUp.class)).isEmpty();
        }
    }

    /** No record can make a processor forget who calls it: what was open is delivered again, and nobody is blamed. */
    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK"})
    void onlyARefusalToTalkToUsIsNotBlamedOnTheRecordsThatWereOpen(Status.Code code) throws Exception {
        boolean denial = code == Status.Code.UNIMPLEMENTED
                || code == Status.Code.UNAUTHENTICATED
                || code == Status.Code.PERMISSION_DENIED;
        try (FakeProcessor processor = FakeProcessor.start();
                Bench bench = Bench.dialling(processor.target())) {
            FakeProcessor.Call call = processor.nextCall().greeted();
            bench.next(Reply.StreamUp.class);

            call.end(code.toStatus().withDescription("no"));

            Reply.StreamDown down = bench.next(Reply.StreamDown.class);
            assertThat(down.why()).isEqualTo(code + ": no");
            assertThat(down.blame()).isEqualTo(!denial);
            await().untilAsserted(
                            () -> assertThat(bench.pool.counters().failures()).containsKey(code.name()));
        }
    }
}
