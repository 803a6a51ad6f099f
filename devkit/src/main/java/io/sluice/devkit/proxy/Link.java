package io.sluice.devkit.proxy;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A client's connection and the one to the server that belongs to it. Owned by: proxy thread. */
final class Link {
    private final Route route;
    private final SocketChannel client;
    private final SelectionKey clientKey;
    private final @Nullable SocketChannel server;
    private final @Nullable SelectionKey serverKey;
    private final Flow up;
    private final Flow down;
    private boolean connected;
    private boolean closed;

    /** @param server null: nothing is to come of this connection */
    Link(Route route, SocketChannel client, @Nullable SocketChannel server, Flow up, Flow down, Selector selector)
            throws IOException {
        this.route = route;
        this.client = client;
        this.server = server;
        this.up = up;
        this.down = down;
        clientKey = client.register(selector, 0, this);
        serverKey = server == null ? null : server.register(selector, SelectionKey.OP_CONNECT, this);
    }

    boolean closed() {
        return closed;
    }

    Route route() {
        return route;
    }

    /** Acts on what the selector found ready. */
    void ready(ByteBuffer scratch, long nowNs) {
        if (closed || server == null || serverKey == null) {
            return;
        }
        try {
            if (!connected) {
                connect(server);
                return;
            }
            boolean goesOn = (!clientKey.isReadable() || up.read(client, scratch, nowNs))
                    && (!serverKey.isReadable() || down.read(server, scratch, nowNs));
            if (!goesOn) {
                reset();
            }
        } catch (IOException | RuntimeException e) {
            reset();
        }
    }

    private void connect(SocketChannel behind) {
        try {
            connected = behind.finishConnect();
        } catch (IOException e) {
            route.unreached();
            cut();
        }
    }

    /** Writes what is due, says what it waits for and for how long at most, in nanoseconds. */
    long step(long nowNs) {
        if (closed || server == null || serverKey == null || !connected) {
            return Flow.NEVER;
        }
        try {
            up.refresh();
            down.refresh();
            up.write(server, nowNs);
            down.write(client, nowNs);
            route.count(up, down);
            if (up.ended() && down.ended()) {
                close();
                return Flow.NEVER;
            }
            return await(serverKey, nowNs);
        } catch (IOException | RuntimeException e) {
            reset();
            return Flow.NEVER;
        }
    }

    private long await(SelectionKey behind, long nowNs) {
        boolean fullUp = up.wantsWrite(nowNs);
        boolean fullDown = down.wantsWrite(nowNs);
        clientKey.interestOps(ops(up.wantsRead(), fullDown));
        behind.interestOps(ops(down.wantsRead(), fullUp));
        return Math.min(fullUp ? Flow.NEVER : up.waitNs(nowNs), fullDown ? Flow.NEVER : down.waitNs(nowNs));
    }

    private static int ops(boolean read, boolean write) {
        return (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
    }

    /** Ends one direction with a FIN; the other goes on. */
    void halfClose(Direction direction) {
        if (closed || server == null || !connected) {
            return;
        }
        try {
            if (direction == Direction.UP) {
                up.finish(server);
            } else {
                down.finish(client);
            }
        } catch (IOException e) {
            reset();
        }
    }

    /** Ends both sides with a RST. */
    void reset() {
        if (!closed) {
            route.wasReset();
            cut();
        }
    }

    private void cut() {
        abort(client);
        if (server != null) {
            abort(server);
        }
        close();
    }

    private static void abort(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | UnsupportedOperationException alreadyGone) {
            // Closing is all that is left to do.
        }
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        route.count(up, down);
        quietly(client);
        if (server != null) {
            quietly(server);
        }
    }

    private static void quietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            // Nothing is left of it.
        }
    }
}
