package io.sluice.ingest.cli;

/** Exit codes of the process; part of its interface. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;
    /** A broker, or a gateway, cannot be reached ({@code EX_UNAVAILABLE}). */
    static final int UNREACHABLE = 69;
    /** The configuration is refused ({@code EX_CONFIG}). */
    static final int BAD_CONFIG = 78;

    private ExitCode() {}
}
