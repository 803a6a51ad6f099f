package io.sluice.devkit.proxy;

/** What a new connection meets. */
public enum Door {
    /** It is joined to the server. */
    OPEN,
    /** Nobody listens: connection refused. */
    REFUSE,
    /** It is accepted, and nothing comes of it: no server, no answer, no end. */
    HANG
}
