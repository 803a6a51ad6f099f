package io.sluice.ingest.config;

/** A value that cannot be taken; the message says what is wrong, without the value itself. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String what) {
        super(what, null, false, false);
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
