package io.sluice.devkit.proxy;

/**
 * What a route has seen so far.
 *
 * @param accepted connections taken from clients
 * @param open of these, the ones that have not ended
 * @param unreached connections that ended because the server could not be dialled
 * @param reset connections the proxy cut with a RST
 * @param bytesUp bytes written to the server
 * @param bytesDown bytes written to clients
 * @param dropped bytes, of both directions, that were taken and never written
 */
public record Counts(
        long accepted, long open, long unreached, long reset, long bytesUp, long bytesDown, long dropped) {}
