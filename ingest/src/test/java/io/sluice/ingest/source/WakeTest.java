package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class WakeTest {
    private static final class Counted extends MockConsumer<byte[], byte[]> {
        private int wakeUps;

        Counted() {
            super("none");
        }

        @Override
        public synchronized void wakeup() {
            wakeUps++;
        }
    }

    private final Wake wake = new Wake();
    private final Counted consumer = new Counted();

    @Test
    void aConsumerIsWokenOnceHoweverOftenItIsStopped() {
        wake.of(consumer);
        wake.once();
        wake.once();
        assertThat(consumer.wakeUps).isEqualTo(1);
    }

    @Test
    void aStopBeforeThereIsAConsumerWakesNothingAndDoesNotUseTheWordUp() {
        wake.once();
        wake.of(consumer);
        assertThat(consumer.wakeUps).isZero();
        wake.once();
        assertThat(consumer.wakeUps).isEqualTo(1);
    }
}
