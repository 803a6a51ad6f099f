package io.sluice.ingest.stream;

/** A processor frame breaks the contract. The message is one line for the processor's author, without payload. */
final class BadFrame extends Exception {
    private static final long serialVersionUID = 1L;

    private final FrameFault fault;

    BadFrame(FrameFault fault, String text) {
        super(text, null, false, false);
        this.fault = fault;
    }

    FrameFault fault() {
        return fault;
    }

    /** With the fault's name in front, as the processor gets to see it. */
    String line() {
        return fault + ": " + text();
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
