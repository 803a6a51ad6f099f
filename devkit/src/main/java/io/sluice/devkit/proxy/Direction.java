package io.sluice.devkit.proxy;

/** Which way bytes go. */
public enum Direction {
    /** From the client that dialled the proxy to the server behind it. */
    UP,
    /** From the server to the client. */
    DOWN
}
