package io.sluice.ingest.stream;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamInfo;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.ProcessorFrame;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call to one processor.
 *
 * <pre>
 *            hello (callback)              call ends (callback)
 *  DIALLING ------------------->  UP  ------------------------->  ENDED
 *      |                                                            ^
 *      | timeout, pool closes (pool thread), bad first frame        |
 *      +------------------------->  GIVEN_UP  ----------------------+
 * </pre>
 *
 * <p>Who may write. A call takes one writer at a time: the pool thread until the hello is sent (nothing is requested
 * before, so no frame can arrive), then whoever moves DIALLING to GIVEN_UP, and from UP on the lane thread only.
 *
 * <p>What arrives. At most {@link #WINDOW} frames are on their way to the lane; it asks for each next one by
 * {@link #frameHandled()}. So one stream never has more than a handful of replies in the ring.
 */
final class ProcessorStream implements StreamPort {
    /** Frames of one stream that may wait for the lane. */
    static final int WINDOW = 4;

    /**
     * A connection takes more than one batch before it is called unready: below this, a batch in the buffer would
     * stop the next one until all of it is written. Bounds the buffer to this and one frame for each stream.
     */
    private static final int READY_BYTES = 256 << 10;

    /** Time for a goodbye to reach the processor before the call is cut: cancelling at once would overtake it. */
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ProcessorStream.class);

    private enum Phase {
        DIALLING,
        UP,
        GIVEN_UP,
        ENDED
    }

    private record Retirement(String reason, long graceNs) {}

    private final String target;
    private final ReplyRing replies;
    private final StreamOwner owner;
    private final ScheduledExecutorService timer;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.DIALLING);

    // written by: pool thread, before the call starts
    private @Nullable Outlet outlet;

    // written by: gRPC's threads
    private volatile @Nullable StreamInfo info;
    private volatile boolean drainAnnounced;

    // written by: whoever moved DIALLING to GIVEN_UP
    private volatile @Nullable StreamEnd givenUp;

    // written by: pool thread
    private volatile @Nullable Retirement retirement;

    /** What still arrives is dropped: the lane has let go of everything, or is about to. */
    private volatile boolean deaf;

    // written by: lane thread
    private volatile @Nullable String closeReason;
    private volatile boolean blameless;

    // owned by: lane thread
    private final BatchEncoder batches = new BatchEncoder();
    private boolean saidGoodbye;
    private boolean halfClosed;

    ProcessorStream(String target, ReplyRing replies, StreamOwner owner, ScheduledExecutorService timer) {
        this.target = target;
        this.replies = replies;
        this.owner = owner;
        this.timer = timer;
    }

    /** Starts the call and greets. Pool thread. */
    void open(Channel channel, GatewayFrame hello, long handshakeNs) {
        CallOptions options = CallOptions.DEFAULT.withOnReadyThreshold(READY_BYTES);
        var unused = ClientCalls.asyncBidiStreamingCall(channel.newCall(OutFrame.PROCESS, options), new Inbound());
        outlet().write(hello);
        outlet().request(1);
        timer.schedule(() -> helloOverdue(handshakeNs), handshakeNs, TimeUnit.NANOSECONDS);
    }

    /** Who is at the other end; null before its hello. Any thread. */
    @Nullable
    StreamInfo info() {
        return info;
    }

    // --- lane thread -------------------------------------------------------------------------------------------

    @Override
    public boolean ready() {
        return !saidGoodbye && outlet().ready();
    }

    @Override
    public void send(Batch batch, long leaseNs) {
        if (!saidGoodbye) {
            outlet().write(batches.encode(batch, leaseNs));
        }
    }

    @Override
    public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long graceNs, RevokeCause cause) {
        if (!halfClosed) {
            outlet().write(ControlCodec.revoke(batchIds, partitions, graceNs, cause));
        }
    }

    @Override
    public void close(CloseCause cause, String reason, long graceNs) {
        if (graceNs <= 0) {
            deaf = true;
        }
        Retirement asked = retirement;
        if (cause == CloseCause.PROTOCOL_ERROR) {
            sayGoodbye(GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR, reason, graceNs);
        } else if (asked != null) {
            blameless = true;
            sayGoodbye(GoAwayCause.GO_AWAY_CAUSE_REBALANCE, asked.reason(), graceNs);
        } else {
            blameless = true;
            sayGoodbye(GoAwayCause.GO_AWAY_CAUSE_SHUTDOWN, reason, graceNs);
        }
        if (!halfClosed) {
            halfClosed = true;
            outlet().halfClose();
        }
    }

    @Override
    public void frameHandled() {
        Retirement asked = retirement;
        if (asked != null && !saidGoodbye) {
            // Stands for the reply that retire() put: it was no frame, so no frame is asked for.
            blameless = true;
            sayGoodbye(GoAwayCause.GO_AWAY_CAUSE_REBALANCE, asked.reason(), asked.graceNs());
            return;
        }
        outlet().request(1);
    }

    /** Says so once; a later, shorter deadline only brings the end forward. */
    private void sayGoodbye(GoAwayCause cause, String reason, long graceNs) {
        if (!saidGoodbye) {
            saidGoodbye = true;
            closeReason = reason;
            outlet().write(ControlCodec.goAway(cause, reason, graceNs));
        }
        cancelIn(Math.max(graceNs, LINGER_NS), reason);
    }

    // --- pool thread -------------------------------------------------------------------------------------------

    /**
     * Asks the lane to let the stream run dry, as if the processor had asked for it, and ends it after the grace. The
     * goodbye is written by the lane when it has handled that.
     */
    void retire(String reason, long graceNs) {
        if (giveUp(StreamEnd.givenUp("RETIRED", reason, false), GoAwayCause.GO_AWAY_CAUSE_REBALANCE)) {
            return;
        }
        synchronized (this) {
            if (phase.get() == Phase.UP) {
                retirement = new Retirement(reason, graceNs);
                replies.put(new Reply.Draining(this, graceNs, reason));
            }
        }
    }

    /** Ends a stream that is not up yet; false: it is up, or has ended. */
    boolean giveUp(String reason) {
        return giveUp(StreamEnd.givenUp("CLOSED", reason, false), GoAwayCause.GO_AWAY_CAUSE_SHUTDOWN);
    }

    /** Cuts the call; the lane hears nothing more of it. */
    void abandon(String reason) {
        deaf = true;
        synchronized (this) {
            phase.set(Phase.ENDED);
        }
        outlet().cancel(reason);
    }

    private void helloOverdue(long handshakeNs) {
        String text = "no hello within " + TimeUnit.NANOSECONDS.toMillis(handshakeNs) + " ms";
        giveUp(StreamEnd.givenUp("HELLO_TIMEOUT", text, true), GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR);
    }

    // --- any of them -------------------------------------------------------------------------------------------

    private boolean giveUp(StreamEnd end, GoAwayCause cause) {
        if (!phase.compareAndSet(Phase.DIALLING, Phase.GIVEN_UP)) {
            return false;
        }
        givenUp = end;
        deaf = true;
        outlet().write(ControlCodec.goAway(cause, end.text(), 0));
        outlet().halfClose();
        cancelIn(LINGER_NS, end.text());
        return true;
    }

    private void cancelIn(long delayNs, String reason) {
        timer.schedule(() -> outlet().cancel(reason), delayNs, TimeUnit.NANOSECONDS);
    }

    private Outlet outlet() {
        Outlet started = outlet;
        if (started == null) {
            throw new IllegalStateException("call not started");
        }
        return started;
    }

    /** What gRPC calls back, one call at a time. */
    private final class Inbound implements ClientResponseObserver<OutFrame, ProcessorFrame> {
        @Override
        public void beforeStart(ClientCallStreamObserver<OutFrame> started) {
            outlet = new Outlet(started);
            started.disableAutoRequestWithInitial(0);
            started.setOnReadyHandler(this::onReady);
        }

        private void onReady() {
            if (phase.get() == Phase.UP && outlet().tellReady()) {
                replies.put(new Reply.Ready(ProcessorStream.this));
            }
        }

        @Override
        public void onNext(ProcessorFrame frame) {
            try {
                if (deaf) {
                    outlet().request(1);
                } else if (phase.get() == Phase.DIALLING) {
                    greet(frame);
                } else {
                    deliver(frame);
                }
            } catch (BadFrame e) {
                violated(e);
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("target", target).log("frame not handled, stream cut: {}", e.toString());
                outlet().cancel("frame not handled: " + e);
            }
        }

        private void greet(ProcessorFrame frame) throws BadFrame {
            HelloCodec.Greeting hello = HelloCodec.decode(frame, target);
            info = hello.info();
            if (phase.compareAndSet(Phase.DIALLING, Phase.UP)) {
                replies.put(new Reply.StreamUp(
                        ProcessorStream.this, hello.info(), hello.creditRecords(), hello.creditBytes()));
                outlet().request(WINDOW);
                owner.up(ProcessorStream.this);
            }
        }

        private void deliver(ProcessorFrame frame) throws BadFrame {
            Reply reply = FrameCodec.decode(frame, ProcessorStream.this);
            if (frame.hasDrain()) {
                drainAnnounced = true;
            }
            replies.put(reply);
        }

        private void violated(BadFrame bad) {
            owner.violated(bad.fault());
            if (!giveUp(StreamEnd.badGreeting(bad), GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR)) {
                deaf = true;
                replies.put(
                        new Reply.Violation(ProcessorStream.this, bad.fault().name(), bad.line()));
            }
            // Goes on reading and dropping: behind what is queued may come the end of the call.
            outlet().request(1);
        }

        @Override
        public void onError(Throwable thrown) {
            end(Status.fromThrowable(thrown));
        }

        @Override
        public void onCompleted() {
            end(Status.OK);
        }

        private void end(Status status) {
            StreamEnd given = givenUp;
            String reason = closeReason;
            FrameFault fault = StatusText.fault(status);
            if (fault != null) {
                owner.violated(fault);
            }
            synchronized (ProcessorStream.this) {
                boolean wasUp = phase.getAndSet(Phase.ENDED) == Phase.UP;
                if (given == null) {
                    given = reason != null
                            ? StreamEnd.closed("closed by the gateway: " + reason, blameless)
                            : StreamEnd.of(status, wasUp, drainAnnounced);
                }
                if (wasUp) {
                    boolean blame = !blameless
                            && !drainAnnounced
                            && !StatusText.isGoodbye(status)
                            && !StatusText.isDenial(status);
                    replies.put(new Reply.StreamDown(ProcessorStream.this, given.text(), blame));
                }
            }
            owner.ended(ProcessorStream.this, given);
        }
    }
}
