package io.sluice.processor;

/** The gateway broke the contract; the message says exactly how and becomes the stream's status text. */
final class ProtocolException extends Exception {
    ProtocolException(String message) {
        super(message);
    }
}
