package io.sluice.devkit.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports on loopback.
 *
 * <p>Taken from below the range from which the kernel serves outgoing connections: a broker that is stopped for a while finds its
 * port free again, whatever clients did in between.
 */
public final class Ports {
    private static final int LOW = 15_000;
    private static final int HIGH = 32_000;
    private static final int TRIES = 200;

    private Ports() {}

    /**
     * A port on which nothing listens right now.
     *
     * @throws UncheckedIOException if none was found in 200 tries
     */
    public static int free() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOW, HIGH);
            if (isFree(port)) {
                return port;
            }
        }
        throw new UncheckedIOException(
                new IOException("no free port on 127.0.0.1 in " + LOW + ".." + HIGH + " after " + TRIES + " tries"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
