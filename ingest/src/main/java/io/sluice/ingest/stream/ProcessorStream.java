package io.sluice.ingest.stream;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
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
import io.sluice.proto.processor.v1.ProcessorGrpc;
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
 * <p>Who may write. {@code onNext} is not thread-safe, so it has one caller at a time: the pool thread until the hello
 * is sent (nothing is requested before, so no frame can arrive), then whoever moves DIALLING to GIVEN_UP, and from UP
 * on the lane thread only. {@code cancel} and {@code request} may be called by any thread.
 *
 * <p>What arrives. At most {@link #WINDOW} frames are on their way to the lane; it asks for each next one by
 * {@link #frameHandled()}. So one stream never has more than a handful of replies in the ring.
 */
final class ProcessorStream implements StreamPort {
    /** Frames of one stream that may wait for the lane. */
    static final int WINDOW = 4;

    /** Time for a goodbye to reach the processor before the call is cut: cancelling at once would overtake it. */
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ProcessorStream.class);

    private enum Phase {
        DIALLING,
        UP,
        GIVEN_UP,
        ENDED
    }

    /** Who dialled. Called by gRPC's threads; must return at once. */
    interface Owner {
        void up(ProcessorStream stream);

        void violated(FrameFault fault);

        /** Last word of a stream. */
        void ended(ProcessorStream stream, End end);
    }

    /**
     * How a stream ended.
     *
     * @param code status code, or the gateway's own name for why it gave up
     * @param text one line
     * @param refused dialling again soon would change nothing
     * @param failure neither the gateway nor the processor meant it to end
     */
    record End(boolean wasUp, String code, String text, boolean refused, boolean failure) {
        static End givenUp(String code, String text, boolean failure) {
            return new End(false, code, text, false, failure);
        }
    }

    private record Retirement(String reason, long graceNs) {}

    private final String target;
    private final ReplyRing replies;
    private final Owner owner;
    private final ScheduledExecutorService timer;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.DIALLING);

    // written by: pool thread, before the call starts
    private @Nullable ClientCallStreamObserver<GatewayFrame> call;

    // written by: gRPC's threads
    private volatile @Nullable StreamInfo info;
    private volatile boolean drainAnnounced;

    /** Why the gateway itself gave up, before UP; written by whoever moved to GIVEN_UP. */
    private volatile @Nullable End verdict;

    /** Set by the lane thread when it saw the transport unready, taken back by whoever tells it otherwise. */
    private volatile boolean waitsForReady;

    /** What still arrives is dropped; the lane has let go of everything, or is about to. */
    private volatile boolean deaf;

    private volatile @Nullable Retirement retirement;
    private volatile @Nullable String closeReason;
    private volatile boolean blameless;

    // owned by: lane thread
    private boolean closed;

    ProcessorStream(String target, ReplyRing replies, Owner owner, ScheduledExecutorService timer) {
        this.target = target;
        this.replies = replies;
        this.owner = owner;
        this.timer = timer;
    }

    /** Starts the call and greets. Pool thread. */
    void open(ProcessorGrpc.ProcessorStub stub, GatewayFrame hello, long handshakeNs) {
        stub.process(new Inbound());
        write(hello);
        call().request(1);
        timer.schedule(() -> helloOverdue(handshakeNs), handshakeNs, TimeUnit.NANOSECONDS);
    }

    /** Who is at the other end; null before its hello. Any thread. */
    @Nullable
    StreamInfo info() {
        return info;
    }

    String target() {
        return target;
    }

    // --- lane thread -------------------------------------------------------------------------------------------

    @Override
    public boolean ready() {
        if (closed) {
            return false;
        }
        if (call().isReady()) {
            return true;
        }
        // Say that we wait, then look again: either we see it ready now, or the handler sees that we wait.
        waitsForReady = true;
        if (call().isReady()) {
            waitsForReady = false;
            return true;
        }
        return false;
    }

    @Override
    public void send(Batch batch, long leaseNs) {
        if (!closed) {
            write(BatchCodec.encode(batch, leaseNs));
        }
    }

    @Override
    public void revoke(List<Long> batchIds, List<PartitionEpoch> partitions, long deadlineNs, RevokeCause cause) {
        if (!closed) {
            write(ControlCodec.revoke(batchIds, partitions, deadlineNs, cause));
        }
    }

    @Override
    public void close(CloseCause cause, String reason, long graceNs) {
        if (graceNs <= 0) {
            deaf = true;
        }
        if (cause == CloseCause.SHUTDOWN) {
            blameless = true;
        }
        GoAwayCause said = switch (cause) {
            case SHUTDOWN -> GoAwayCause.GO_AWAY_CAUSE_SHUTDOWN;
            case PROTOCOL_ERROR -> GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR;
        };
        sayGoodbye(said, reason, graceNs);
    }

    @Override
    public void frameHandled() {
        Retirement asked = retirement;
        if (asked != null && !closed) {
            // Stands for the reply that retire() put: it was no frame, so no frame is asked for.
            blameless = true;
            sayGoodbye(GoAwayCause.GO_AWAY_CAUSE_REBALANCE, asked.reason(), asked.graceNs());
            return;
        }
        call().request(1);
    }

    /** Single goodbye; a later, shorter deadline only brings the end forward. */
    private void sayGoodbye(GoAwayCause cause, String reason, long graceNs) {
        if (!closed) {
            closed = true;
            closeReason = reason;
            write(ControlCodec.goAway(cause, reason, graceNs));
            halfClose();
        }
        timer.schedule(() -> cancel(reason), Math.max(graceNs, LINGER_NS), TimeUnit.NANOSECONDS);
    }

    // --- pool thread -------------------------------------------------------------------------------------------

    /**
     * Asks the lane to let the stream run dry, as if the processor had asked for it, and ends it after the grace. The
     * goodbye is written by the lane when it has handled that.
     */
    void retire(String reason, long graceNs) {
        if (giveUp(End.givenUp("RETIRED", reason, false), GoAwayCause.GO_AWAY_CAUSE_REBALANCE)) {
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
        return giveUp(End.givenUp("CLOSED", reason, false), GoAwayCause.GO_AWAY_CAUSE_SHUTDOWN);
    }

    /** Cuts the call; the lane hears nothing more of it. */
    void abandon(String reason) {
        synchronized (this) {
            phase.set(Phase.ENDED);
        }
        cancel(reason);
    }

    private void helloOverdue(long handshakeNs) {
        String text = "no hello within " + TimeUnit.NANOSECONDS.toMillis(handshakeNs) + " ms";
        giveUp(End.givenUp("HELLO_TIMEOUT", text, true), GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR);
    }

    private boolean giveUp(End end, GoAwayCause cause) {
        if (!phase.compareAndSet(Phase.DIALLING, Phase.GIVEN_UP)) {
            return false;
        }
        verdict = end;
        deaf = true;
        write(ControlCodec.goAway(cause, end.text(), 0));
        halfClose();
        timer.schedule(() -> cancel(end.text()), LINGER_NS, TimeUnit.NANOSECONDS);
        return true;
    }

    // --- the call ----------------------------------------------------------------------------------------------

    private ClientCallStreamObserver<GatewayFrame> call() {
        ClientCallStreamObserver<GatewayFrame> started = call;
        if (started == null) {
            throw new IllegalStateException("call not started");
        }
        return started;
    }

    private void write(GatewayFrame frame) {
        try {
            call().onNext(frame);
        } catch (RuntimeException e) {
            // Cancelled meanwhile by a timer or by the other side, or not encodable. The end of the call follows.
            cancel("frame not sent: " + e);
        }
    }

    private void halfClose() {
        try {
            call().onCompleted();
        } catch (RuntimeException e) {
            cancel("not half-closed: " + e);
        }
    }

    private void cancel(String why) {
        call().cancel(why, null);
    }

    /** What gRPC calls back, one call at a time. */
    private final class Inbound implements ClientResponseObserver<GatewayFrame, ProcessorFrame> {
        @Override
        public void beforeStart(ClientCallStreamObserver<GatewayFrame> started) {
            call = started;
            started.disableAutoRequestWithInitial(0);
            started.setOnReadyHandler(this::onReady);
        }

        private void onReady() {
            if (waitsForReady && phase.get() == Phase.UP) {
                waitsForReady = false;
                replies.put(new Reply.Ready(ProcessorStream.this));
            }
        }

        @Override
        public void onNext(ProcessorFrame frame) {
            try {
                if (deaf) {
                    call().request(1);
                } else if (phase.get() == Phase.DIALLING) {
                    greet(frame);
                } else {
                    if (frame.hasDrain()) {
                        drainAnnounced = true;
                    }
                    replies.put(FrameCodec.decode(frame, ProcessorStream.this));
                }
            } catch (BadFrame e) {
                violated(e);
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("target", target).log("frame not handled, stream cut: {}", e.toString());
                cancel("frame not handled: " + e);
            }
        }

        private void greet(ProcessorFrame frame) throws BadFrame {
            HelloCodec.Greeting hello = HelloCodec.decode(frame, target);
            info = hello.info();
            if (phase.compareAndSet(Phase.DIALLING, Phase.UP)) {
                replies.put(new Reply.StreamUp(
                        ProcessorStream.this, hello.info(), hello.creditRecords(), hello.creditBytes()));
                call().request(WINDOW);
                owner.up(ProcessorStream.this);
            }
        }

        private void violated(BadFrame bad) {
            owner.violated(bad.fault());
            End end = new End(false, bad.fault().name(), bad.text(), true, true);
            if (!giveUp(end, GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR) && phase.get() == Phase.UP) {
                deaf = true;
                replies.put(
                        new Reply.Violation(ProcessorStream.this, bad.fault().name(), bad.text()));
                call().request(1);
            }
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
            String text = why(status);
            boolean wasUp;
            synchronized (ProcessorStream.this) {
                wasUp = phase.getAndSet(Phase.ENDED) == Phase.UP;
                if (wasUp) {
                    boolean blame = !blameless && !drainAnnounced && !StatusText.isGoodbye(status);
                    replies.put(new Reply.StreamDown(ProcessorStream.this, text, blame));
                }
            }
            End given = verdict;
            owner.ended(ProcessorStream.this, given != null ? given : ended(wasUp, status, text));
        }

        private End ended(boolean wasUp, Status status, String text) {
            if (closeReason != null) {
                return new End(wasUp, blameless ? "CLOSED" : "PROTOCOL_ERROR", text, false, !blameless);
            }
            boolean failure = !(status.isOk() && drainAnnounced);
            return new End(wasUp, status.getCode().name(), text, StatusText.isRefusal(status), failure);
        }

        private String why(Status status) {
            String reason = closeReason;
            if (reason != null) {
                return "closed by the gateway: " + reason;
            }
            if (!status.isOk()) {
                return StatusText.of(status);
            }
            return drainAnnounced ? "the processor has drained" : "the processor ended the stream with OK";
        }
    }
}
