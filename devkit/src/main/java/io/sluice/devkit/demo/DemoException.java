package io.sluice.devkit.demo;

/** The demo cannot go on; the message is for the user. */
final class DemoException extends RuntimeException {
    static final int FAILURE = 1;
    static final int UNAVAILABLE = 69;

    private static final long serialVersionUID = 1;
    private final int exitCode;

    DemoException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
