package io.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.sluice.proto.processor.v1.ProcessorFrame.FrameCase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConductorTest {
    private static final Settings SETTINGS = new Settings(
            "p",
            "1",
            "i",
            new Settings.Handler.OfRecord(record -> Verdict.ack()),
            1,
            100,
            0,
            4 << 20,
            true,
            "127.0.0.1",
            0,
            Duration.ofSeconds(60));

    /** A call that the server accepts just before it shuts down reaches the conductor behind the drain. */
    @Test
    void aStreamThatComesAfterTheDrainDrainsToo() throws Exception {
        Conductor conductor = new Conductor("p");
        Runner runner = SETTINGS.newRunner();
        Server server = InProcessServerBuilder.forName("late")
                .directExecutor()
                .addService(new StreamService(SETTINGS, conductor, runner))
                .build()
                .start();
        conductor.start();
        try (TestGateway gateway = late(conductor)) {
            assertThat(gateway.next().getFrameCase()).isEqualTo(FrameCase.HELLO);
            var drain = gateway.next().getDrain();
            assertThat(drain.getReason()).isEqualTo("the processor stops");
            assertThat(drain.getDeadline().getSeconds()).isBetween(30L, 60L);
            assertThat(gateway.awaitEnd().getCode()).isEqualTo(Status.Code.OK);
        } finally {
            server.shutdownNow();
            conductor.stop();
            runner.stop();
        }
    }

    private static TestGateway late(Conductor conductor) {
        conductor.drain("the processor stops", SETTINGS.drainTimeout().toNanos());
        return new TestGateway(InProcessChannelBuilder.forName("late").build());
    }
}
