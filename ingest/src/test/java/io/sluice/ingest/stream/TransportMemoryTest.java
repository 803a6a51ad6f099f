package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class TransportMemoryTest {
    private static final int BYTES = 3 << 20;

    @Test
    void whatNettyTakesIsCountedUntilItIsGivenBack() {
        double before = TransportMemory.usedBytes();
        ByteBuf buffer = new UnpooledByteBufAllocator(true).directBuffer(BYTES);
        double with = TransportMemory.usedBytes();
        buffer.release();

        assertThat(with - before).isGreaterThanOrEqualTo(BYTES);
        assertThat(TransportMemory.usedBytes()).isLessThan(with);
        assertThat(TransportMemory.limitBytes()).isGreaterThan(with);
    }
}
