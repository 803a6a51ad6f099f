package io.sluice.ingest.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2HeadersFrame;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What may answer on a processor's port without being one: each call or connection gets the same bytes. */
final class OddServer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;

    private OddServer(ChannelHandler handler) {
        channel = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .childHandler(handler)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    /**
     * Speaks HTTP/2.
     *
     * @param headers {@code :status} included
     * @param body empty: none
     * @param trailers empty: none
     */
    static OddServer http2(Map<String, String> headers, byte[] body, Map<String, String> trailers) {
        return new OddServer(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                child.pipeline()
                        .addLast(
                                Http2FrameCodecBuilder.forServer()
                                        .validateHeaders(false)
                                        .build(),
                                new Http2MultiplexHandler(new Answer(headers, body, trailers)));
            }
        });
    }

    /** Says this as soon as anything comes, whatever it is. */
    static OddServer saying(String text) {
        return new OddServer(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                child.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        ReferenceCountUtil.release(message);
                        ctx.writeAndFlush(Unpooled.copiedBuffer(text, US_ASCII));
                    }
                });
            }
        });
    }

    String target() {
        return "static://127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @ChannelHandler.Sharable
    private static final class Answer extends ChannelInboundHandlerAdapter {
        private final Map<String, String> headers;
        private final byte[] body;
        private final Map<String, String> trailers;

        Answer(Map<String, String> headers, byte[] body, Map<String, String> trailers) {
            this.headers = headers;
            this.body = body;
            this.trailers = trailers;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame) {
                boolean more = !trailers.isEmpty();
                ctx.write(new DefaultHttp2HeadersFrame(of(headers)));
                ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), !more));
                if (more) {
                    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(of(trailers), true));
                }
            }
            ReferenceCountUtil.release(message);
        }

        private static Http2Headers of(Map<String, String> values) {
            Http2Headers made = new DefaultHttp2Headers(false);
            values.forEach(made::set);
            return made;
        }
    }

    static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    /** A message as gRPC frames it. */
    static byte[] message(byte[] content) {
        return java.nio.ByteBuffer.allocate(5 + content.length)
                .put((byte) 0)
                .putInt(content.length)
                .put(content)
                .array();
    }

    static Map<String, String> grpc() {
        return Map.of(":status", "200", "content-type", "application/grpc");
    }
}
