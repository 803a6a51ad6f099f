package io.sluice.processor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.processor.Header;
import io.sluice.processor.Processor;
import io.sluice.processor.Record;
import io.sluice.processor.Scope;
import io.sluice.processor.TimestampType;
import io.sluice.processor.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessorTestKitTest {
    private static final Verdict RETRY = Verdict.retry("DB_DOWN", "connection refused");
    private static final Verdict REJECT = Verdict.reject("BAD", "not good");

    private static Record record(int offset, String key, String value) {
        return Record.at("t", 0, offset).key(key).value(value).build();
    }

    private static Verdict byValue(Record record) {
        return switch (String.valueOf(record.valueAsString())) {
            case "retry" -> RETRY;
            case "reject" -> REJECT;
            case "release" -> Verdict.release();
            case "throw" -> throw new IllegalStateException("line one\nline two");
            default -> Verdict.ack();
        };
    }

    private static final List<Record> MIXED = List.of(
            record(0, "a", "ok"),
            record(1, "b", "reject"),
            record(2, "a", "retry"),
            record(3, "b", "ok"),
            record(4, "a", "ok"),
            record(5, "c", "release"),
            record(6, "c", "ok"));
    private static final List<Verdict> MIXED_VERDICTS = List.of(
            Verdict.ack(), REJECT, RETRY, Verdict.ack(), Verdict.release(), Verdict.release(), Verdict.release());

    @Test
    void aRetryReleasesTheRestOfItsGroupAndARejectDoesNot() {
        Processor processor =
                Processor.named("p").handler(ProcessorTestKitTest::byValue).build();
        assertThat(ProcessorTestKit.of(processor).run(MIXED)).isEqualTo(MIXED_VERDICTS);
    }

    @Test
    void anAsynchronousHandlerIsTreatedAlike() {
        Processor processor = Processor.named("p")
                .asyncHandler(r -> CompletableFuture.supplyAsync(
                        () -> byValue(r), CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)))
                .concurrency(8)
                .build();
        assertThat(ProcessorTestKit.of(processor).run(MIXED)).isEqualTo(MIXED_VERDICTS);
    }

    @Test
    void anAsynchronousHandlerThatAnswersAtOnceIsTreatedAlike() {
        Processor processor = Processor.named("p")
                .asyncHandler(r -> CompletableFuture.completedFuture(byValue(r)))
                .build();
        assertThat(ProcessorTestKit.of(processor).run(MIXED)).isEqualTo(MIXED_VERDICTS);
    }

    @Test
    void aBatchHandlerIsTreatedAlikeWhateverItSaysAfterAFailure() {
        Processor processor = Processor.named("p")
                .batchHandler(
                        rs -> rs.stream().map(ProcessorTestKitTest::byValue).toList())
                .build();
        assertThat(ProcessorTestKit.of(processor).run(MIXED)).isEqualTo(MIXED_VERDICTS);
    }

    @Test
    void aBatchHandlerGetsTheRecordsOfAGroupSideBySideInTheirOrder() {
        List<Long> offsets = new ArrayList<>();
        Processor processor = Processor.named("p")
                .batchHandler(rs -> {
                    rs.forEach(r -> offsets.add(r.offset()));
                    return rs.stream().map(r -> Verdict.ack()).toList();
                })
                .build();
        ProcessorTestKit.of(processor).run(MIXED);
        assertThat(offsets).containsExactly(0L, 2L, 4L, 1L, 3L, 5L, 6L);
    }

    @Test
    void anExceptionIsARetryWithItsClassAndMessageInOneLine() {
        Processor processor =
                Processor.named("p").handler(ProcessorTestKitTest::byValue).build();
        assertThat(ProcessorTestKit.of(processor).run(record(0, "a", "throw")))
                .containsExactly(
                        Verdict.retry("HANDLER_EXCEPTION", "java.lang.IllegalStateException: line one line two"));
    }

    @Test
    void anExceptionOfAnAsynchronousHandlerIsARetryToo() {
        Processor late = Processor.named("p")
                .asyncHandler(r -> CompletableFuture.supplyAsync(() -> byValue(r)))
                .build();
        assertThat(ProcessorTestKit.of(late).run(record(0, "a", "throw")))
                .containsExactly(
                        Verdict.retry("HANDLER_EXCEPTION", "java.lang.IllegalStateException: line one line two"));
    }

    @SuppressWarnings("NullAway") // what a careless author does
    @Test
    void nullFromAHandlerIsARetry() {
        Processor sync = Processor.named("p").handler(r -> null).build();
        Processor async = Processor.named("p").asyncHandler(r -> null).build();
        Processor asyncNull = Processor.named("p")
                .asyncHandler(r -> CompletableFuture.completedFuture(null))
                .build();
        Processor batch = Processor.named("p").batchHandler(rs -> null).build();
        for (Processor processor : List.of(sync, async, asyncNull, batch)) {
            assertThat(ProcessorTestKit.of(processor).run(record(0, "a", "ok")))
                    .singleElement()
                    .extracting(Verdict::code)
                    .isEqualTo(Verdict.HANDLER_EXCEPTION);
        }
    }

    @Test
    void aBatchHandlerWithTooFewVerdictsFailsTheFirstRecordOfEachGroup() {
        Processor processor =
                Processor.named("p").batchHandler(rs -> List.of(Verdict.ack())).build();
        List<Verdict> verdicts =
                ProcessorTestKit.of(processor).run(record(0, "a", "ok"), record(1, "a", "ok"), record(2, "b", "ok"));
        Verdict failed = Verdict.retry(
                "HANDLER_EXCEPTION", "java.lang.IllegalStateException: the handler returned 1 verdicts for 3 records");
        assertThat(verdicts).containsExactly(failed, Verdict.release(), failed);
    }

    @Test
    void verdictsArriveWithAllTheirParts() {
        Verdict retry = RETRY.withRetryAfter(Duration.ofMillis(1500)).withScope(Scope.PIPELINE);
        Verdict reject = Verdict.reject("BAD", "no", List.of(Header.of("h", "v"), Header.of("h", (byte[]) null)));
        Processor processor = Processor.named("p")
                .handler(r -> r.offset() == 0 ? retry : reject)
                .build();
        assertThat(ProcessorTestKit.of(processor).run(record(0, "a", ""), record(1, "b", "")))
                .containsExactly(retry, reject);
    }

    @Test
    void aHandlerSeesTheRecordByteForByteAndNullIsNotEmpty() {
        byte[] binary = {0, -1, 127, -128};
        Record full = Record.at("t", 3, 1L << 40)
                .key(binary)
                .value(new byte[0])
                .timestamp(1_517_966_773_840L, TimestampType.LOG_APPEND_TIME)
                .header(Header.of("h", binary))
                .header(Header.of("h", new byte[0]))
                .header(Header.of("h", (byte[]) null))
                .attempt(4)
                .build();
        Record bare = Record.at("t", 3, 2).build();
        List<Record> seen = new ArrayList<>();
        Processor processor = Processor.named("p")
                .handler(r -> {
                    seen.add(r);
                    return Verdict.ack();
                })
                .build();
        ProcessorTestKit.of(processor).grouping(Grouping.BY_PARTITION).run(full, bare);

        assertThat(seen).containsExactly(full, bare);
        assertThat(seen.get(0).key()).isEqualTo(binary);
        assertThat(seen.get(0).value()).isEmpty();
        assertThat(seen.get(0).headers()).extracting(Header::value).containsExactly(binary, new byte[0], null);
        assertThat(seen.get(0).attempt()).isEqualTo(4);
        assertThat(seen.get(1).key()).isNull();
        assertThat(seen.get(1).value()).isNull();
        assertThat(seen.get(1).timestamp()).isNull();
    }

    @Test
    void moreRecordsThanOneBatchHoldsAreAllSettled() {
        Processor processor = Processor.named("p")
                .handler(r -> r.offset() % 7 == 0 ? REJECT : Verdict.ack())
                .credit(1_000, 0)
                .concurrency(4)
                .build();
        List<Record> records = IntStream.range(0, 20_000)
                .mapToObj(i -> record(i, "k" + i % 100, "value " + i))
                .toList();
        List<Verdict> verdicts = ProcessorTestKit.of(processor).run(records);
        assertThat(verdicts).hasSize(20_000);
        assertThat(verdicts.stream().filter(REJECT::equals)).hasSize(2_858);
    }

    @Test
    void aRunThatTakesTooLongFailsWithTheLimit() {
        Processor processor = Processor.named("p")
                .asyncHandler(r -> new CompletableFuture<>())
                .drainTimeout(Duration.ZERO)
                .build();
        ProcessorTestKit kit = ProcessorTestKit.of(processor).timeout(Duration.ofMillis(300));
        assertThatThrownBy(() -> kit.run(record(0, "a", "ok")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PT0.3S");
    }
}
