package io.sluice.bench.child;

import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A service that acknowledges each record it is called with.
 *
 * <p>Argument: port. Ends when standard input does.
 */
public final class UnaryServer {
    private static final Verdict ACK =
            Verdict.newBuilder().setCount(1).setOutcome(Outcome.OUTCOME_ACK).build();

    private UnaryServer() {}

    /** Serves until standard input ends. */
    public static void main(String[] args) throws Exception {
        var service = ServerServiceDefinition.builder("bench.Unary")
                .addMethod(Unary.HANDLE, ServerCalls.asyncUnaryCall((record, answer) -> {
                    answer.onNext(ACK);
                    answer.onCompleted();
                }))
                .build();
        var server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
                .directExecutor()
                .addService(service)
                .build()
                .start();
        Rounds.serve(records -> {
            throw new IllegalStateException("a server has no rounds");
        });
        server.shutdownNow();
    }
}
