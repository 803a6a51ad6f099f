package io.sluice.processor;

import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.sluice.proto.processor.v1.Drain;
import io.sluice.proto.processor.v1.Extend;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.Revoke;
import io.sluice.proto.processor.v1.RevokeCause;
import java.util.List;

/**
 * One stream to a gateway, from hello to its end. All methods but {@link #finished} are for the conductor's thread.
 *
 * <pre>
 *   GREETING --gateway's hello--> SERVING --drain or GoAway--> ENDING --settled, or the deadline--> CLOSED
 *       any of the first three --protocol error, cancelled by the gateway--> CLOSED
 * </pre>
 *
 * <p>Invariants: (1) only the conductor calls the transport's {@code onNext}; (2) a batch's verdicts are sent at most
 * once; (3) nothing is sent about what the gateway has taken back; (4) results wait here, bounded by the credit, while
 * the transport is not ready.
 */
final class Session {
    private static final int PROTOCOL = 1;
    /** How often leases, deadlines and batches that are only partly settled are looked at. */
    private static final long TICK_NS = 20_000_000L;
    /** After a Drain, batches that crossed it on the wire may still arrive; this long without one means there are none. */
    private static final long QUIET_NS = 250_000_000L;

    /** Frames asked for ahead of what has been looked at, so that the transport never waits for the conductor. */
    private static final int PREFETCH = 8;

    private enum State {
        GREETING,
        SERVING,
        ENDING,
        CLOSED
    }

    private final Settings settings;
    private final Conductor conductor;
    private final Runner runner;
    private final CallStreamObserver<ProcessorFrame> out;

    // owned by: conductor
    private final StreamLog log = new StreamLog();
    private State state = State.GREETING;
    private GatewayHello hello = GatewayHello.getDefaultInstance();
    private long lastBatchId = -1;
    private final OpenBatches open = new OpenBatches();
    private boolean greeted;
    private long nextTickNs;
    private long endByNs;
    private long lastArrivalNs;
    private boolean inputEnded;
    /** Frames taken that the transport was not asked to replace yet. */
    private int taken;

    Session(Settings settings, Conductor conductor, Runner runner, CallStreamObserver<ProcessorFrame> out) {
        this.settings = settings;
        this.conductor = conductor;
        this.runner = runner;
        this.out = out;
    }

    /** Any thread: the last group of a batch is settled. */
    void finished(OpenBatch batch) {
        conductor.post(() -> open.finished(batch));
    }

    // ---- what arrives

    void greet() {
        nextTickNs = System.nanoTime();
        send(ProcessorFrame.newBuilder().setHello(Wire.hello(settings, PROTOCOL)));
        out.request(PREFETCH);
    }

    void received(InFrame frame, long nowNs) {
        if (state == State.CLOSED) {
            return;
        }
        try {
            if (frame instanceof InBatch batch) {
                onBatch(batch, nowNs);
            } else if (frame instanceof InFrame.Control control) {
                onControl(control.frame(), nowNs);
            }
            taken++;
        } catch (ProtocolException e) {
            fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void onControl(GatewayFrame frame, long nowNs) throws ProtocolException {
        switch (frame.getFrameCase()) {
            case HELLO -> onHello(frame.getHello());
            case REVOKE -> onRevoke(frame.getRevoke());
            case GO_AWAY -> onGoAway(frame.getGoAway(), nowNs);
            case BATCH, FRAME_NOT_SET ->
                throw new ProtocolException("empty frame: hello, batch, revoke or go_away is needed");
        }
    }

    private void onHello(GatewayHello greeting) throws ProtocolException {
        if (greeted) {
            throw new ProtocolException("second hello on a stream: only the first frame may be one");
        }
        if (greeting.getProtocol() != PROTOCOL) {
            fail(Status.FAILED_PRECONDITION.withDescription(
                    "gateway speaks protocol " + Integer.toUnsignedString(greeting.getProtocol()) + ", processor "
                            + settings.name() + " speaks protocol " + PROTOCOL + ": no version in common"));
            return;
        }
        greeted = true;
        hello = greeting;
        state = state == State.GREETING ? State.SERVING : state;
        log.opened(greeting);
    }

    private void onBatch(InBatch batch, long nowNs) throws ProtocolException {
        requireHello("batch");
        if (Long.compareUnsigned(batch.id(), lastBatchId) <= 0 && lastBatchId != -1) {
            throw new ProtocolException("batch_id " + Long.toUnsignedString(batch.id()) + " after "
                    + Long.toUnsignedString(lastBatchId) + ": ids must ascend within a stream");
        }
        int[] groups = Batches.groupStarts(batch);
        lastBatchId = batch.id();
        lastArrivalNs = nowNs;
        long leaseNs = Wire.nanos(batch.lease() != null ? batch.lease() : hello.getLease());
        OpenBatch opened = new OpenBatch(this, batch, groups, leaseNs, nowNs);
        open.add(opened);
        runner.submit(opened);
    }

    private void onRevoke(Revoke revoke) throws ProtocolException {
        requireHello("revoke");
        boolean gone =
                Wire.nanos(revoke.getDeadline()) == 0 || revoke.getCause() == RevokeCause.REVOKE_CAUSE_LEASE_EXPIRED;
        log.revoked(revoke, gone);
        open.take(revoke, gone);
    }

    private void onGoAway(GoAway goAway, long nowNs) throws ProtocolException {
        requireHello("go_away");
        log.goAway(goAway);
        long deadlineNs = Wire.nanos(goAway.getDeadline());
        if (deadlineNs == 0) {
            open.forgetAll();
        }
        inputEnded = true;
        endBy(nowNs + deadlineNs);
    }

    /** The gateway sends no more frames: what is open is still settled. */
    void inputEnded(long nowNs) {
        inputEnded = true;
        endBy(nowNs + Wire.nanos(hello.getMaxLease()));
    }

    /** The transport is gone: nothing can be said about what is open. */
    void cancelled() {
        if (state != State.CLOSED) {
            log.lost(open.size());
        }
        state = State.CLOSED;
        open.forgetAll();
    }

    /** Tells the gateway that no more batches are wanted; what is held is settled, then the stream ends. */
    void drain(String reason, long nowNs, long timeoutNs) {
        if (state == State.CLOSED) {
            return;
        }
        send(ProcessorFrame.newBuilder()
                .setDrain(
                        Drain.newBuilder().setDeadline(Wire.duration(timeoutNs)).setReason(reason)));
        lastArrivalNs = nowNs;
        endBy(nowNs + timeoutNs);
    }

    private void requireHello(String what) throws ProtocolException {
        if (!greeted) {
            throw new ProtocolException(what + " before hello: the gateway's first frame must be its hello");
        }
    }

    private void endBy(long deadlineNs) {
        if (state == State.CLOSED) {
            return;
        }
        endByNs = state == State.ENDING && endByNs - deadlineNs < 0 ? endByNs : deadlineNs;
        state = State.ENDING;
    }

    // ---- the duty cycle

    /** How long the conductor may sleep as far as this stream is concerned. */
    long idleNs(long nowNs) {
        return open.isEmpty() && state != State.ENDING ? Long.MAX_VALUE : Math.max(1, nextTickNs - nowNs);
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    void act(long nowNs) {
        if (state == State.CLOSED) {
            return;
        }
        try {
            cycle(nowNs);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void cycle(long nowNs) {
        askForMore();
        sendFinished();
        if (nextTickNs - nowNs <= 0) {
            nextTickNs = nowNs + TICK_NS;
            sendParts(nowNs);
            extendLeases(nowNs);
            if (state == State.ENDING) {
                end(nowNs);
            }
        } else if (inputEnded) {
            end(nowNs);
        }
    }

    /** Once for several frames, because each time wakes the transport's thread. */
    private void askForMore() {
        if (taken >= PREFETCH / 2) {
            out.request(taken);
            taken = 0;
        }
    }

    private void sendFinished() {
        while (open.hasFinished() && out.isReady()) {
            RangeWriter frame = newFrame();
            open.writeFinished(frame);
            send(frame);
        }
    }

    private void sendParts(long nowNs) {
        if (out.isReady()) {
            RangeWriter frame = newFrame();
            open.writeParts(frame, nowNs);
            send(frame);
        }
    }

    private void extendLeases(long nowNs) {
        List<Long> due = settings.extendLease() ? open.extend(nowNs, Wire.nanos(hello.getMaxLease())) : List.of();
        if (!due.isEmpty()) {
            send(ProcessorFrame.newBuilder().setExtend(Extend.newBuilder().addAllBatchIds(due)));
        }
    }

    private void end(long nowNs) {
        boolean late = endByNs - nowNs <= 0;
        if (late && !open.isEmpty()) {
            open.releaseAll();
            sendParts(nowNs);
            log.late(open.size());
        }
        boolean quiet = inputEnded || nowNs - lastArrivalNs >= QUIET_NS;
        if (late || (open.isEmpty() && quiet)) {
            state = State.CLOSED;
            open.forgetAll();
            out.onCompleted();
            log.ended();
        }
    }

    /** A bug of this SDK or of the transport: this stream ends, the gateway delivers again, the others go on. */
    void broken(RuntimeException error) {
        log.broken(error);
        fail(Status.INTERNAL.withDescription("processor " + settings.name() + " failed: " + error));
    }

    private void fail(Status status) {
        log.failed(status);
        state = State.CLOSED;
        open.forgetAll();
        out.onError(status.asRuntimeException());
    }

    private RangeWriter newFrame() {
        return RangeWriter.forFrames(hello.getMaxFrameBytes());
    }

    private void send(RangeWriter frame) {
        if (!frame.isEmpty()) {
            send(ProcessorFrame.newBuilder().setResults(frame.build()));
        }
    }

    private void send(ProcessorFrame.Builder frame) {
        out.onNext(frame.build());
    }
}
