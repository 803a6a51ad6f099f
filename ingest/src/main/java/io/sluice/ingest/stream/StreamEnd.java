package io.sluice.ingest.stream;

import io.grpc.Status;

/**
 * How a stream ended.
 *
 * @param code status code, or the gateway's own name for why it gave up
 * @param text one line
 * @param refused dialling again soon would change nothing
 * @param failure neither the gateway nor the processor meant it to end
 * @param mindsPings the server permits fewer keepalive pings
 */
record StreamEnd(boolean wasUp, String code, String text, boolean refused, boolean failure, boolean mindsPings) {
    /** The gateway's own decision, before the stream was up. */
    static StreamEnd givenUp(String code, String text, boolean failure) {
        return new StreamEnd(false, code, text, false, failure, false);
    }

    /** The processor's first frame was none that a stream can begin with. */
    static StreamEnd badGreeting(BadFrame bad) {
        return new StreamEnd(false, bad.fault().name(), bad.line(), true, true, false);
    }

    /** The gateway ended a stream that was up. {@code blameless}: not because of what the processor did. */
    static StreamEnd closed(String text, boolean blameless) {
        return new StreamEnd(true, blameless ? "CLOSED" : "PROTOCOL_ERROR", text, false, !blameless, false);
    }

    /** The processor, or the network, ended the call. */
    static StreamEnd of(Status status, boolean wasUp, boolean drained) {
        String ok = drained ? "the processor has drained" : "the processor ended the stream with OK";
        return new StreamEnd(
                wasUp,
                status.getCode().name(),
                status.isOk() ? ok : StatusText.of(status),
                StatusText.isRefusal(status),
                !(status.isOk() && drained),
                StatusText.mindsPings(status));
    }
}
