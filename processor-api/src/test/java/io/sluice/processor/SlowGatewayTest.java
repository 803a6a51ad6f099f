package io.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that does not read for a while. */
@Timeout(120)
class SlowGatewayTest {
    private static final int BATCHES = 40;
    private static final int RECORDS = 100;

    @Test
    void itsResultsWaitOthersAreServedAndNothingIsLost() throws Exception {
        CountDownLatch allHandled = new CountDownLatch(BATCHES * RECORDS);
        Processor.Builder wordy = Processor.named("p").handler(r -> {
            allHandled.countDown();
            return Verdict.reject("BAD", r.valueAsString() + "x".repeat(900));
        });
        LinkedBlockingQueue<ProcessorFrame> read = new LinkedBlockingQueue<>();
        try (ProcessorServer server = wordy.start();
                TestGateway other = TestGateway.greeted(server)) {
            ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                            "127.0.0.1", server.port(), InsecureChannelCredentials.create())
                    .build();
            Unread unread = new Unread(read);
            var out = ProcessorGrpc.newStub(channel).process(unread);
            out.onNext(TestGateway.hello(1, 30_000, 300_000).build());
            String[] values = IntStream.range(0, RECORDS).mapToObj(i -> "a" + i).toArray(String[]::new);
            for (int id = 1; id <= BATCHES; id++) {
                out.onNext(TestGateway.batch(id, values).build());
            }
            assertThat(allHandled.await(60, TimeUnit.SECONDS)).isTrue();
            other.send(TestGateway.batch(1, "b1"));
            assertThat(other.outcomes(1, 1)).isEqualTo(Map.of(0, "REJECT"));
            assertThat(read).isEmpty();

            unread.calls().request(1_000_000);
            int settled = 0;
            while (settled < BATCHES * RECORDS) {
                ProcessorFrame frame = read.poll(60, TimeUnit.SECONDS);
                assertThat(frame).isNotNull();
                settled += frame.getResults().getBatchesList().stream()
                        .mapToInt(b -> b.getVerdictsCount())
                        .sum();
            }
            assertThat(settled).isEqualTo(BATCHES * RECORDS);
            channel.shutdownNow();
        }
    }

    /** Takes nothing from the transport until it is asked to. */
    private static final class Unread implements ClientResponseObserver<GatewayFrame, ProcessorFrame> {
        private final LinkedBlockingQueue<ProcessorFrame> read;
        private final LinkedBlockingQueue<ClientCallStreamObserver<GatewayFrame>> started = new LinkedBlockingQueue<>();

        Unread(LinkedBlockingQueue<ProcessorFrame> read) {
            this.read = read;
        }

        ClientCallStreamObserver<GatewayFrame> calls() throws InterruptedException {
            return started.take();
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<GatewayFrame> call) {
            call.disableAutoRequestWithInitial(0);
            started.add(call);
        }

        @Override
        public void onNext(ProcessorFrame frame) {
            read.add(frame);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
