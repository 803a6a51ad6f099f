package io.sluice.bench.child;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.Record;
import io.sluice.proto.processor.v1.Verdict;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One call for each record: what a team writes that puts its logic behind plain gRPC. */
final class Unary {
    static final MethodDescriptor<Record, Verdict> HANDLE = MethodDescriptor.<Record, Verdict>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName("bench.Unary/Handle")
            .setRequestMarshaller(ProtoUtils.marshaller(Record.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Verdict.getDefaultInstance()))
            .build();

    private Unary() {}

    static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    static void call(Channel channel, ConsumerRecord<byte[], byte[]> record, StreamObserver<Verdict> answer) {
        ClientCalls.asyncUnaryCall(channel.newCall(HANDLE, CallOptions.DEFAULT), message(record), answer);
    }

    /** Calls and waits for the answer. */
    static Verdict ask(Channel channel, ConsumerRecord<byte[], byte[]> record) {
        return ClientCalls.blockingUnaryCall(channel, HANDLE, CallOptions.DEFAULT, message(record));
    }

    private static Record message(ConsumerRecord<byte[], byte[]> record) {
        return Record.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setTimestampMs(record.timestamp())
                .setKey(UnsafeByteOperations.unsafeWrap(record.key()))
                .setValue(UnsafeByteOperations.unsafeWrap(record.value()))
                .build();
    }
}
