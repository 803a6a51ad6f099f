package io.sluice.ingest.stream;

import io.grpc.stub.ClientCallStreamObserver;
import io.sluice.proto.processor.v1.GatewayFrame;

/**
 * The gateway's half of a call. Nothing here throws: a call that cannot be written to is cancelled, and its end is
 * reported like any other.
 *
 * <p>{@link #write} and {@link #halfClose} have one caller at a time; all else may be called by any thread.
 */
final class Outlet {
    private final ClientCallStreamObserver<OutFrame> call;

    /** Set when the transport was seen unready, taken back by whoever says otherwise. */
    private volatile boolean waitsForReady;

    Outlet(ClientCallStreamObserver<OutFrame> call) {
        this.call = call;
    }

    /** Whether the transport takes a frame now; if not, {@link #tellReady()} will be true once when it does. */
    boolean ready() {
        if (call.isReady()) {
            return true;
        }
        // Say that we wait, then look again: either we see it ready now, or the handler sees that we wait.
        waitsForReady = true;
        if (call.isReady()) {
            waitsForReady = false;
            return true;
        }
        return false;
    }

    /** For the transport's word that it is ready: whether somebody waits to hear it. */
    boolean tellReady() {
        if (!waitsForReady) {
            // Not written to: the lane may have found the transport ready, filled it, and begun to wait again.
            return false;
        }
        waitsForReady = false;
        return true;
    }

    void write(GatewayFrame frame) {
        write(OutFrame.of(frame));
    }

    void write(OutFrame frame) {
        try {
            call.onNext(frame);
        } catch (RuntimeException e) {
            // Cancelled meanwhile by a timer or by the other side, or not to be encoded.
            cancel("frame not sent: " + e);
        }
    }

    void halfClose() {
        try {
            call.onCompleted();
        } catch (RuntimeException e) {
            cancel("not half-closed: " + e);
        }
    }

    void request(int frames) {
        call.request(frames);
    }

    void cancel(String why) {
        call.cancel(why, null);
    }
}
