package io.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ServerTest {
    private static Processor.Builder processor() {
        return Processor.named("p").handler(r -> Verdict.ack());
    }

    @Test
    void theHealthServiceAnswers() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = new TestGateway(server)) {
            var health = HealthGrpc.newBlockingStub(gateway.channel);
            assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
                    .isEqualTo(ServingStatus.SERVING);
            assertThat(health.check(HealthCheckRequest.newBuilder()
                                    .setService("sluice.processor.v1.Processor")
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void reflectionListsTheContract() throws Exception {
        try (ProcessorServer server = processor().start();
                TestGateway gateway = new TestGateway(server)) {
            CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
            var requests = ServerReflectionGrpc.newStub(gateway.channel).serverReflectionInfo(new StreamObserver<>() {
                @Override
                public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                }

                @Override
                public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                }

                @Override
                public void onCompleted() {
                    answer.completeExceptionally(new AssertionError("ended"));
                }
            });
            requests.onNext(
                    ServerReflectionRequest.newBuilder().setListServices("").build());
            assertThat(answer.get(30, TimeUnit.SECONDS)
                            .getListServicesResponse()
                            .getServiceList())
                    .extracting(s -> s.getName())
                    .contains("sluice.processor.v1.Processor", "grpc.health.v1.Health");
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ProcessorServer server = processor().start()) {
            int port = server.port();
            assertThatThrownBy(() -> processor().port(port).start())
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessageStartingWith("cannot listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void closeIsIdempotentAndEndsTheWait() throws Exception {
        ProcessorServer server = processor().start();
        server.close();
        server.close();
        server.awaitTermination();
    }

    @Test
    void aProcessorNeedsExactlyOneHandler() {
        assertThatThrownBy(() -> Processor.named("p").build())
                .hasMessage("processor p has no handler: call handler, asyncHandler or batchHandler");
        assertThatThrownBy(() -> processor().handler(r -> Verdict.ack()))
                .hasMessage("processor p has a handler already: exactly one is allowed");
    }

    @Test
    void settingsOutOfRangeAreRefusedSayingWhatIsAllowed() {
        assertThatThrownBy(() -> processor().concurrency(0)).hasMessage("concurrency 0: 1 to 10000 is allowed");
        assertThatThrownBy(() -> processor().port(70_000)).hasMessage("port 70000: 0 to 65535 is allowed");
        assertThatThrownBy(() -> Processor.named(" "))
                .hasMessage("name of 1 bytes: 1 to 200 bytes that are not all blank are allowed");
    }
}
