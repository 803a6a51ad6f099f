package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.ingest.delivery.Batches;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.Reply;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private static final int BATCH_BYTES = 256 << 10;

    @Test
    void aProcessorThatDoesNotReadStopsTheStreamUntilItReadsAgain() throws Exception {
        // As in grpc/grpc-java#2247.
        try (FakeProcessor processor = FakeProcessor.startUnreading();
                Bench bench = Bench.dialling(processor.target())) {
            FakeProcessor.Call call = processor.nextCall().greeted();
            StreamPort stream = bench.next(Reply.StreamUp.class).stream();

            int sent = sendUntilUnready(stream);

            // The server's window, ours, and what the kernel holds: not the 200 MiB that could have been sent.
            assertThat((long) sent * BATCH_BYTES).isLessThan(32L << 20);
            bench.all(Reply.Ready.class);
            call.out.request(Integer.MAX_VALUE);
            bench.next(Reply.Ready.class);
            await().until(stream::ready);
            assertThat(sent).isPositive();
            await().until(() -> call.frames.size() == sent);
            assertThat(bench.all(Reply.Ready.class)).hasSizeLessThanOrEqualTo(1);
        }
    }

    /** Sends until the transport has stayed unready for a while. */
    private static int sendUntilUnready(StreamPort stream) {
        PartitionEpoch quakes = new PartitionEpoch("quakes", 0, 1);
        int sent = 0;
        long unreadySinceNs = System.nanoTime();
        while (sent < 800 && System.nanoTime() - unreadySinceNs < TimeUnit.SECONDS.toNanos(1)) {
            if (stream.ready()) {
                stream.send(Batches.batch(++sent, Batches.entry(quakes, sent, null, new byte[BATCH_BYTES])), 1);
                unreadySinceNs = System.nanoTime();
            } else {
                Thread.onSpinWait();
            }
        }
        return sent;
    }
}
