package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Scope;
import io.sluice.ingest.delivery.VerdictRange;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Header;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResultsCodecTest {
    @Test
    void rangesKeepTheirBatchOrderAndOutcome() throws Exception {
        Results results = Results.newBuilder()
                .addBatches(BatchResult.newBuilder()
                        .setBatchId(9)
                        .addVerdicts(verdict(0, 3, Outcome.OUTCOME_ACK))
                        .addVerdicts(verdict(3, 1, Outcome.OUTCOME_RETRY))
                        .addVerdicts(verdict(4, 2, Outcome.OUTCOME_RELEASE)))
                .addBatches(BatchResult.newBuilder().setBatchId(4).addVerdicts(verdict(0, 1, Outcome.OUTCOME_REJECT)))
                .build();

        List<BatchVerdicts> decoded = ResultsCodec.decode(results);

        assertThat(decoded).extracting(BatchVerdicts::batchId).containsExactly(9L, 4L);
        assertThat(decoded.get(0).verdicts())
                .extracting(v -> v.first() + "+" + v.count() + " " + v.outcome())
                .containsExactly("0+3 ACK", "3+1 RETRY", "4+2 RELEASE");
        assertThat(decoded.get(1).verdicts().get(0).outcome()).isEqualTo(io.sluice.ingest.delivery.Outcome.REJECT);
    }

    @Test
    void aRetryWithoutTimeOrScopeLeavesBothToThePipeline() throws Exception {
        VerdictRange range = decode(verdict(0, 1, Outcome.OUTCOME_RETRY));

        assertThat(range.retryAfterNs()).isNegative();
        assertThat(range.scope()).isEqualTo(Scope.RECORD);
    }

    @Test
    void aRetryAfterZeroIsNow() throws Exception {
        VerdictRange range = decode(verdict(0, 1, Outcome.OUTCOME_RETRY).setRetryAfter(Duration.getDefaultInstance()));

        assertThat(range.retryAfterNs()).isZero();
    }

    @Test
    void aRetryAfterYearsIsCutToADay() throws Exception {
        VerdictRange range = decode(verdict(0, 1, Outcome.OUTCOME_RETRY)
                .setRetryAfter(Duration.newBuilder().setSeconds(315_576_000_000L)));

        assertThat(range.retryAfterNs()).isEqualTo(TimeUnit.DAYS.toNanos(1));
    }

    @Test
    void codeAndReasonAreCutToSizeBetweenCharacters() throws Exception {
        VerdictRange range = decode(verdict(0, 1, Outcome.OUTCOME_REJECT)
                .setCode("\u4e16".repeat(50))
                .setReason("\ud83c\udf0d".repeat(251)));

        assertThat(range.code()).isEqualTo("\u4e16".repeat(33));
        assertThat(range.reason()).isEqualTo("\ud83c\udf0d".repeat(250));
    }

    @Test
    void aReasonIsOneLineWithoutControlCharacters() throws Exception {
        VerdictRange range = decode(
                verdict(0, 1, Outcome.OUTCOME_REJECT).setReason("a\r\nINFO forged\u001b[31m\u0000\u2028\u202eb"));

        assertThat(range.reason()).isEqualTo("a  INFO forged [31m   b");
    }

    @Test
    void headersOfARejectAreKeptUpToTheLimit() throws Exception {
        Verdict.Builder verdict = verdict(0, 1, Outcome.OUTCOME_REJECT)
                .addHeaders(Header.newBuilder().setName("none"))
                .addHeaders(Header.newBuilder().setName("empty").setValue(ByteString.EMPTY))
                .addHeaders(Header.newBuilder().setName("huge").setValue(ByteString.copyFrom(new byte[9000])));
        for (int i = 0; i < 50; i++) {
            verdict.addHeaders(Header.newBuilder().setName("h" + i).setValue(ByteString.copyFromUtf8("v")));
        }

        io.sluice.ingest.delivery.Header[] headers = decode(verdict).headers();

        assertThat(headers).hasSize(ResultsCodec.MOST_HEADERS);
        assertThat(headers[0].value()).isNull();
        assertThat(headers[1].value()).isEmpty();
        assertThat(headers[2].name()).isEqualTo("h0");
    }

    private static VerdictRange decode(Verdict.Builder verdict) throws BadFrame {
        return ResultsCodec.decode(Results.newBuilder()
                        .addBatches(BatchResult.newBuilder().setBatchId(1).addVerdicts(verdict))
                        .build())
                .get(0)
                .verdicts()
                .get(0);
    }

    private static Verdict.Builder verdict(int first, int count, Outcome outcome) {
        return Verdict.newBuilder().setFirst(first).setCount(count).setOutcome(outcome);
    }
}
