package io.sluice.processor;

import static io.sluice.processor.TestGateway.batch;
import static io.sluice.processor.TestGateway.hello;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.Revoke;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that breaks the contract is told exactly how, and its stream ends. */
@Timeout(120)
class BadGatewayTest {
    private static Status answerTo(GatewayFrame.Builder... frames) throws Exception {
        Processor processor = Processor.named("p").handler(r -> Verdict.ack()).build();
        try (ProcessorServer server = processor.start();
                TestGateway gateway = new TestGateway(server)) {
            List.of(frames).forEach(gateway::send);
            return gateway.awaitEnd();
        }
    }

    private static void assertInvalid(Status status, String text) {
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).isEqualTo(text);
    }

    @Test
    void anotherProtocolVersionIsRefusedNamingBoth() throws Exception {
        Status status = answerTo(hello(2, 1, 1));
        assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(status.getDescription())
                .isEqualTo("gateway speaks protocol 2, processor p speaks protocol 1: no version in common");
    }

    @Test
    void nothingMayComeBeforeTheHello() throws Exception {
        String rule = " before hello: the gateway's first frame must be its hello";
        assertInvalid(answerTo(batch(1, "a")), "batch" + rule);
        assertInvalid(answerTo(GatewayFrame.newBuilder().setRevoke(Revoke.newBuilder())), "revoke" + rule);
        assertInvalid(answerTo(GatewayFrame.newBuilder().setGoAway(GoAway.newBuilder())), "go_away" + rule);
    }

    @Test
    void aSecondHelloIsRefused() throws Exception {
        assertInvalid(
                answerTo(hello(1, 1, 1), hello(1, 1, 1)), "second hello on a stream: only the first frame may be one");
    }

    @Test
    void anEmptyFrameIsRefused() throws Exception {
        assertInvalid(
                answerTo(hello(1, 1, 1), GatewayFrame.newBuilder()),
                "empty frame: hello, batch, revoke or go_away is needed");
    }

    @Test
    void anEmptyBatchIsRefused() throws Exception {
        assertInvalid(
                answerTo(
                        hello(1, 1, 1),
                        GatewayFrame.newBuilder().setBatch(Batch.newBuilder().setBatchId(4))),
                "batch 4 has no records: at least one is needed");
    }

    @Test
    void batchIdsMustAscend() throws Exception {
        assertInvalid(
                answerTo(hello(1, 1, 1), batch(4, "a"), batch(4, "b")),
                "batch_id 4 after 4: ids must ascend within a stream");
    }

    @Test
    void aGroupMustStandSideBySide() throws Exception {
        assertInvalid(
                answerTo(hello(1, 1, 1), batch(4, "a1", "b1", "a2")),
                "batch 4: group 97 goes on at record 2: records of a group must stand side by side");
    }

    @Test
    void groupsMayHaveAnyNumbersInAnyOrder() throws Exception {
        Processor processor = Processor.named("p").handler(r -> Verdict.ack()).build();
        try (ProcessorServer server = processor.start();
                TestGateway gateway = TestGateway.greeted(server)) {
            gateway.send(batch(4, "c1", "c2", "a1", "b1", "d1"));
            assertThat(gateway.outcomes(4, 5).values()).containsOnly("ACK");
        }
    }
}
