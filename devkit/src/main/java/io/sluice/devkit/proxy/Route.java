package io.sluice.devkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A port of a {@link FaultProxy} and the server behind it. Methods may be called from any thread; what they ask for holds
 * for connections that exist and for new ones, and is done when they return, up to the moment it takes the proxy's thread.
 */
public final class Route {
    private static final int BACKLOG = 128;

    private final FaultProxy proxy;
    private final int server;
    private final int port;
    private final SplittableRandom random;

    private volatile Toxics up = Toxics.NONE;
    private volatile Toxics down = Toxics.NONE;
    private volatile Door door = Door.OPEN;

    // owned by: proxy thread
    private @Nullable ServerSocketChannel listener;

    private final LongAdder accepted = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder unreached = new LongAdder();
    private final LongAdder reset = new LongAdder();
    private final LongAdder bytesUp = new LongAdder();
    private final LongAdder bytesDown = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    Route(FaultProxy proxy, int server, SplittableRandom random) throws IOException {
        this.proxy = proxy;
        this.server = server;
        this.random = random;
        ServerSocketChannel first = listen(0);
        this.listener = first;
        this.port = ((InetSocketAddress) first.getLocalAddress()).getPort();
    }

    /** Port to dial instead of the server's. The same for as long as the proxy lives. */
    public int port() {
        return port;
    }

    /** Host and port to dial, such as {@code 127.0.0.1:4711}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Sets what happens to the bytes of one direction from now on. What is so already changes nothing. */
    public void toxics(Direction direction, Toxics toxics) {
        if (direction == Direction.UP) {
            up = toxics;
        } else {
            down = toxics;
        }
        proxy.wake();
    }

    /** Sets what happens to the bytes of both directions from now on. */
    public void toxics(Toxics both) {
        toxics(Direction.UP, both);
        toxics(Direction.DOWN, both);
    }

    /** Sets what new connections meet; those that exist stay. */
    public void door(Door wanted) {
        door = wanted;
        proxy.run(this::openOrShut);
    }

    /** Ends all connections with a RST. */
    public void reset() {
        proxy.run(() -> proxy.links(this).forEach(Link::reset));
    }

    /** Ends one direction of all connections with a FIN; bytes still on their way are dropped. */
    public void halfClose(Direction direction) {
        proxy.run(() -> proxy.links(this).forEach(link -> link.halfClose(direction)));
    }

    /** No toxics, door open. Connections that hang go on hanging; {@link #reset} ends them. */
    public void heal() {
        toxics(Toxics.NONE);
        door(Door.OPEN);
    }

    /** What was seen so far. */
    public Counts counts() {
        long over = ended.sum();
        return new Counts(
                accepted.sum(),
                accepted.sum() - over,
                unreached.sum(),
                reset.sum(),
                bytesUp.sum(),
                bytesDown.sum(),
                dropped.sum());
    }

    void register(Selector selector) throws ClosedChannelException {
        if (listener != null) {
            listener.register(selector, SelectionKey.OP_ACCEPT, this);
        }
    }

    /** Takes one waiting connection. Null: there is none. Proxy thread. */
    @Nullable
    Link accept(Selector selector, long nowNs) throws IOException {
        SocketChannel client = listener == null ? null : listener.accept();
        if (client == null) {
            return null;
        }
        accepted.increment();
        prepare(client);
        SocketChannel behind = null;
        if (door == Door.OPEN) {
            behind = SocketChannel.open();
            prepare(behind);
            behind.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
        }
        SplittableRandom own = random.split();
        return new Link(
                this,
                client,
                behind,
                new Flow(() -> up, own.split(), nowNs),
                new Flow(() -> down, own.split(), nowNs),
                selector);
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private void openOrShut() {
        try {
            if (door == Door.REFUSE) {
                shut();
                // A closed listener goes on listening until the selector has let go of it.
                proxy.selector().selectNow();
            } else if (listener == null) {
                listener = listen(port);
                register(proxy.selector());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port + " again", e);
        }
    }

    void shut() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    private static ServerSocketChannel listen(int port) throws IOException {
        ServerSocketChannel opened = ServerSocketChannel.open();
        opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        opened.configureBlocking(false);
        return opened;
    }

    void count(Flow upward, Flow downward) {
        bytesUp.add(upward.takeWritten());
        bytesDown.add(downward.takeWritten());
        dropped.add(upward.takeDropped() + downward.takeDropped());
    }

    void unreached() {
        unreached.increment();
    }

    void wasReset() {
        reset.increment();
    }

    void ended() {
        ended.increment();
    }
}
