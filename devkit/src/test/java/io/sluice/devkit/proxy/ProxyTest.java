package io.sluice.devkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each toxic between real sockets. Times are only bounded from below: a busy machine is late, never early. */
@Timeout(60)
class ProxyTest {
    private static final Duration NOT_HEARD = Duration.ofMillis(200);

    private final List<Socket> clients = new ArrayList<>();
    private EchoServer server;
    private FaultProxy proxy;
    private Route route;

    @BeforeEach
    void start() throws IOException {
        server = new EchoServer();
        proxy = new FaultProxy(7);
        route = proxy.route(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        proxy.close();
        server.close();
    }

    @Test
    void withoutToxicsPassesEverythingBothWaysAndTheEnd() throws Exception {
        byte[] sent = bytes(3 << 20);
        Socket client = dial();

        Thread writer = new Thread(() -> say(client, sent));
        writer.start();
        byte[] heard = client.getInputStream().readNBytes(sent.length);
        writer.join();
        client.shutdownOutput();

        assertThat(heard).isEqualTo(sent);
        await().until(() -> server.finished() == 1);
        client.close();
        await().until(() ->
                route.counts().bytesUp() == sent.length && route.counts().bytesDown() == sent.length);
        assertThat(route.counts().accepted()).isEqualTo(1);
    }

    @Test
    void delaysWithoutLimitingWhatIsOnTheWay() throws Exception {
        Socket client = dial();
        echo(client, "warm");
        route.toxics(Direction.UP, Toxics.NONE.delay(new Delay.Fixed(Duration.ofMillis(150))));

        long startNs = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            say(client, "piece%03d".formatted(i).getBytes(StandardCharsets.US_ASCII));
            TimeUnit.MILLISECONDS.sleep(2);
        }
        String heard = hear(client, 50 * 8);
        long tookNs = System.nanoTime() - startNs;

        assertThat(heard).startsWith("piece000").endsWith("piece049");
        assertThat(tookNs)
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(150))
                .isLessThan(50 * TimeUnit.MILLISECONDS.toNanos(150));
    }

    @Test
    void drawsDelaysFromTheirDistributionAndTheSeed() {
        Delay uniform = new Delay.Uniform(Duration.ofMillis(1), Duration.ofMillis(3));
        Delay jitter = new Delay.Jitter(Duration.ofMillis(10), Duration.ofMillis(20));

        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(uniform.drawNs(random)).isBetween(1_000_000L, 3_000_000L);
            assertThat(jitter.drawNs(random)).isNotNegative();
        }
        assertThat(jitter.drawNs(new Random(5))).isEqualTo(jitter.drawNs(new Random(5)));
    }

    @Test
    void holdsToTheRate() throws Exception {
        Socket client = dial();
        route.toxics(Direction.DOWN, Toxics.NONE.rate(100_000));

        long startNs = System.nanoTime();
        say(client, bytes(50_000));
        client.getInputStream().readNBytes(50_000);

        assertThat(System.nanoTime() - startNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(450));
    }

    @Test
    void slicesWhatItPasses() throws Exception {
        Socket client = dial();
        echo(client, "warm");
        route.toxics(Direction.DOWN, Toxics.NONE.slice(3, Duration.ofMillis(30)));

        say(client, "abcdefgh".getBytes(StandardCharsets.US_ASCII));

        byte[] buffer = new byte[8];
        assertThat(client.getInputStream().read(buffer)).isEqualTo(3);
        assertThat(hear(client, 5)).isEqualTo("defgh");
    }

    @Test
    void stalledConnectionsSayNothingNotEvenTheEndAndGoOnWhenHealed() throws Exception {
        Socket client = dial();
        echo(client, "warm");
        route.toxics(Toxics.NONE.stall());

        say(client, "late".getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        assertSilent(client);
        assertThat(server.received()).isEqualTo(4);
        assertThat(server.finished()).isZero();

        route.heal();
        assertThat(hear(client, 4)).isEqualTo("late");
        await().until(() -> server.finished() == 1);
    }

    @Test
    void stallsOneDirectionOnly() throws Exception {
        Socket client = dial();
        echo(client, "warm");
        route.toxics(Direction.DOWN, Toxics.NONE.stall());

        say(client, "heard".getBytes(StandardCharsets.US_ASCII));

        await().until(() -> server.received() == 9);
        assertSilent(client);
    }

    @Test
    void takesNoMoreThanItMayHold() throws Exception {
        route.toxics(Direction.UP, Toxics.NONE.delay(new Delay.Fixed(Duration.ofHours(1))));
        try (SocketChannel client =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), route.port()))) {
            client.configureBlocking(false);
            AtomicLong taken = new AtomicLong();

            await().during(NOT_HEARD).atMost(Duration.ofSeconds(30)).until(() -> {
                int count = client.write(ByteBuffer.allocate(1 << 20));
                taken.addAndGet(count);
                return count == 0;
            });

            // The rest is in the buffers of the sockets.
            assertThat(taken.get()).isBetween(1L << 20, 24L << 20);
            assertThat(server.received()).isZero();
        }
    }

    @Test
    void stallsAShareOfTheConnectionsTheSameForTheSameSeed() throws Exception {
        assertThat(stalledOf(40)).isEqualTo(stalledOf(40)).contains(true).contains(false);
    }

    private List<Boolean> stalledOf(int connections) throws IOException {
        try (FaultProxy other = new FaultProxy(99)) {
            Route half = other.route(server.port());
            half.toxics(Direction.UP, Toxics.NONE.stall(0.5));
            List<Socket> dialled = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                dialled.add(dial(half));
            }
            for (Socket client : dialled) {
                say(client, new byte[] {1});
            }
            List<Boolean> heard = new ArrayList<>();
            await().during(NOT_HEARD).until(() -> {
                List<Boolean> before = List.copyOf(heard);
                heard.clear();
                for (Socket client : dialled) {
                    heard.add(client.getInputStream().available() > 0);
                }
                return heard.contains(true) && heard.equals(before);
            });
            return heard;
        }
    }

    @Test
    void dropsWhatFollowsTheGivenNumberOfBytes() throws Exception {
        Socket client = dial();
        echo(client, "warm");
        route.toxics(Direction.DOWN, Toxics.NONE.dropAfter(3));

        say(client, "abcdef".getBytes(StandardCharsets.US_ASCII));

        assertThat(hear(client, 3)).isEqualTo("abc");
        await().until(() -> route.counts().dropped() == 3);
        route.heal();
        assertThat(echo(client, "again")).isEqualTo("again");
    }

    @Test
    void turnsOneBitInEachSoManyBytes() throws Exception {
        Socket client = dial();
        route.toxics(Direction.UP, Toxics.NONE.corruptEvery(100));
        byte[] sent = bytes(1_000);

        say(client, sent);
        byte[] heard = client.getInputStream().readNBytes(1_000);

        List<Integer> wrong = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            if (heard[i] != sent[i]) {
                assertThat(Integer.bitCount((heard[i] ^ sent[i]) & 0xff)).isEqualTo(1);
                wrong.add(i);
            }
        }
        assertThat(wrong).containsExactly(99, 199, 299, 399, 499, 599, 699, 799, 899, 999);
    }

    @Test
    void resetsBothSides() throws Exception {
        Socket client = dial();
        echo(client, "warm");

        route.reset();

        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        await().until(() -> server.broken() == 1);
        await().until(() -> route.counts().open() == 0);
        assertThat(route.counts().reset()).isEqualTo(1);
        assertThat(echo(dial(), "next")).isEqualTo("next");
    }

    @Test
    void resetsByChance() throws Exception {
        route.toxics(Direction.UP, Toxics.NONE.reset(0.5));
        for (int i = 0; i < 40; i++) {
            try {
                say(dial(), new byte[] {1});
            } catch (UncheckedIOException alreadyReset) {
                // It may be gone before the byte is written.
            }
        }

        await().until(() -> route.counts().reset() + server.received() == 40);
        assertThat(route.counts().reset()).isBetween(5L, 35L);
    }

    @Test
    void refusesNewConnectionsAndTakesThemAgain() throws Exception {
        Socket before = dial();
        echo(before, "warm");
        route.door(Door.REFUSE);

        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        assertThat(echo(before, "stays")).isEqualTo("stays");

        route.heal();
        assertThat(echo(dial(), "again")).isEqualTo("again");
    }

    @Test
    void acceptsAndHangs() throws Exception {
        route.door(Door.HANG);
        Socket client = dial();
        say(client, "hello".getBytes(StandardCharsets.US_ASCII));

        assertSilent(client);
        assertThat(server.connections()).isZero();

        route.reset();
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void closesOneHalf() throws Exception {
        Socket client = dial();
        echo(client, "warm");

        route.halfClose(Direction.DOWN);

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        say(client, "still".getBytes(StandardCharsets.US_ASCII));
        await().until(() -> server.received() == 9);
        assertThat(server.finished()).isZero();
    }

    @Test
    void countsServersThatCannotBeReached() throws Exception {
        server.close();
        Socket client = dial();

        assertThatThrownBy(() -> {
                    if (client.getInputStream().read() < 0) {
                        throw new SocketException("ended");
                    }
                })
                .isInstanceOf(SocketException.class);
        assertThat(route.counts().unreached()).isEqualTo(1);
    }

    @Test
    void toxicsAddUp() throws Exception {
        Socket client = dial();
        route.toxics(
                Direction.UP,
                Toxics.NONE
                        .delay(new Delay.Fixed(Duration.ofMillis(100)))
                        .dropAfter(4)
                        .corruptEvery(4));

        long startNs = System.nanoTime();
        say(client, "abcdef".getBytes(StandardCharsets.US_ASCII));
        String heard = hear(client, 4);

        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(heard).startsWith("abc").isNotEqualTo("abcd");
    }

    @Test
    void closingEndsAllConnectionsTwiceOverAndFreesThePort() throws Exception {
        Socket client = dial();
        echo(client, "warm");

        proxy.close();
        proxy.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> route.reset()).hasMessageContaining("closed");
    }

    private Socket dial() throws IOException {
        return dial(route);
    }

    private Socket dial(Route to) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), to.port());
        clients.add(client);
        return client;
    }

    private static String echo(Socket client, String text) throws IOException {
        say(client, text.getBytes(StandardCharsets.US_ASCII));
        return hear(client, text.length());
    }

    private static String hear(Socket client, int count) throws IOException {
        return new String(client.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
    }

    private static void say(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout((int) NOT_HEARD.toMillis());
        assertThat(isSilent(client)).isTrue();
        client.setSoTimeout(0);
    }

    private static boolean isSilent(Socket client) throws IOException {
        try {
            client.getInputStream().read();
            return false;
        } catch (SocketTimeoutException nothing) {
            return true;
        }
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(3).nextBytes(bytes);
        return bytes;
    }
}
