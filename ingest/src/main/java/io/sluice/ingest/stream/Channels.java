package io.sluice.ingest.stream;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes connections to processors. */
interface Channels {
    /**
     * A fresh, unconnected channel.
     *
     * @param address one of the target's addresses; null: its name as it stands
     * @param pingSlowdown how many times the usual silence must pass before a ping, at least 1
     */
    ManagedChannel open(TargetUri target, @Nullable InetAddress address, int pingSlowdown);

    /** Plain text over TCP, HTTP/2 from the first byte. */
    static Channels plainText(Duration keepAlive) {
        return (target, address, pingSlowdown) -> {
            NettyChannelBuilder builder = address == null
                    ? NettyChannelBuilder.forAddress(target.host(), target.port())
                    : NettyChannelBuilder.forAddress(new InetSocketAddress(address, target.port()))
                            .overrideAuthority(target.authority());
            return builder.usePlaintext()
                    .keepAliveTime(pingSlowdown * keepAlive.toNanos(), TimeUnit.NANOSECONDS)
                    .keepAliveTimeout(5, TimeUnit.SECONDS)
                    .keepAliveWithoutCalls(false)
                    .maxInboundMessageSize(HelloCodec.MAX_FRAME_BYTES)
                    .initialFlowControlWindow(1 << 20)
                    .userAgent("sluice")
                    .disableRetry()
                    .directExecutor()
                    .build();
        };
    }
}
