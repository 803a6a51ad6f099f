package io.sluice.ingest.stream;

import io.grpc.stub.ClientCallStreamObserver;
import org.jspecify.annotations.Nullable;

/** A transport that one frame fills: only whether it is ready, which any thread may ask and change. */
final class OneFrameCall extends ClientCallStreamObserver<OutFrame> {
    private volatile boolean ready;

    void fill() {
        ready = false;
    }

    void empty() {
        ready = true;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void onNext(OutFrame frame) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onError(Throwable t) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onCompleted() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings({"deprecation", "InlineMeSuggester"})
    public void disableAutoInboundFlowControl() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void request(int count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setMessageCompression(boolean enable) {
        throw new UnsupportedOperationException();
    }
}
