package io.sluice.devkit.e2e;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.BatchResult;
import io.sluice.proto.processor.v1.Credit;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Outcome;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import io.sluice.proto.processor.v1.ProcessorHello;
import io.sluice.proto.processor.v1.Results;
import io.sluice.proto.processor.v1.Verdict;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * A processor on the bare contract, for behaviour that the SDK does not let one have: it can stop reading, answer late, or not
 * at all. Never extends a lease. Thread-safe.
 */
final class RawProcessor extends ProcessorGrpc.ProcessorImplBase implements AutoCloseable {
    /** What to do with a batch. Called on a thread of the transport, for one batch of a stream at a time; must not block. */
    interface Handler {
        void on(Taken taken);
    }

    private final Handler handler;
    private final Credit credit;
    private final Server server;

    // guarded by this
    private boolean reading = true;
    private int owed;
    private ServerCallStreamObserver<ProcessorFrame> owedBy;

    private RawProcessor(int creditRecords, Handler handler) throws IOException {
        this.handler = handler;
        this.credit =
                Credit.newBuilder().setMaxOutstandingRecords(creditRecords).build();
        this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(this)
                // Else gRPC's own limit ends the connection of a gateway that probes a stream on which nothing moves.
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .build()
                .start();
    }

    /**
     * Listens on any free port.
     *
     * @param creditRecords level given to every stream
     */
    static RawProcessor start(int creditRecords, Handler handler) throws IOException {
        return new RawProcessor(creditRecords, handler);
    }

    int port() {
        return server.getPort();
    }

    /** Takes nothing more from the transport, whatever arrives; connections stay open and pings are answered. */
    synchronized void stopReading() {
        reading = false;
    }

    /** Goes on after {@link #stopReading()}. */
    synchronized void goOn() {
        reading = true;
        if (owed > 0) {
            owedBy.request(owed);
            owed = 0;
        }
    }

    @Override
    public StreamObserver<GatewayFrame> process(StreamObserver<ProcessorFrame> responses) {
        ServerCallStreamObserver<ProcessorFrame> call = (ServerCallStreamObserver<ProcessorFrame>) responses;
        call.disableAutoRequest();
        call.onNext(ProcessorFrame.newBuilder()
                .setHello(ProcessorHello.newBuilder()
                        .setMinProtocol(1)
                        .setMaxProtocol(1)
                        .setName("raw")
                        .setCredit(credit))
                .build());
        next(call);
        return new Stream(call);
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void next(ServerCallStreamObserver<ProcessorFrame> call) {
        if (reading) {
            call.request(1);
        } else {
            owed = call == owedBy ? owed + 1 : 1;
            owedBy = call;
        }
    }

    /** A batch and the stream to answer on. */
    record Taken(Batch batch, ServerCallStreamObserver<ProcessorFrame> call) {
        /** One verdict for all of it. Any thread. Nothing happens if the stream has ended. */
        void answer(Outcome outcome) {
            Verdict.Builder verdict =
                    Verdict.newBuilder().setCount(batch.getRecordsCount()).setOutcome(outcome);
            if (outcome == Outcome.OUTCOME_REJECT) {
                verdict.setCode("REJECTED");
            }
            ProcessorFrame frame = ProcessorFrame.newBuilder()
                    .setResults(Results.newBuilder()
                            .addBatches(BatchResult.newBuilder()
                                    .setBatchId(batch.getBatchId())
                                    .addVerdicts(verdict)))
                    .build();
            // Calls are not thread-safe, and a batch may be answered by a timer.
            synchronized (call) {
                if (!call.isCancelled()) {
                    call.onNext(frame);
                }
            }
        }
    }

    private final class Stream implements StreamObserver<GatewayFrame> {
        private final ServerCallStreamObserver<ProcessorFrame> call;

        Stream(ServerCallStreamObserver<ProcessorFrame> call) {
            this.call = call;
        }

        @Override
        public void onNext(GatewayFrame frame) {
            if (frame.hasBatch()) {
                handler.on(new Taken(frame.getBatch(), call));
            }
            next(call);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
            synchronized (call) {
                if (!call.isCancelled()) {
                    call.onCompleted();
                }
            }
        }
    }
}
