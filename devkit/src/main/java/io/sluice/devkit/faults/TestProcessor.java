package io.sluice.devkit.faults;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.devkit.oracle.LogWriter;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.ProcessorFrame;
import io.sluice.proto.processor.v1.ProcessorGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Main class of the processor that rows use. It is written on the bare contract, so that it can do what an SDK would not let it, and keeps a
 * journal: what was delivered (D) before it is handled, what was answered (A) before it is sent.
 *
 * <p>What is done with a record is told by its value, see {@link Payload}, and by the flags below. All work is timers on one thread;
 * nothing is ever handled faster than it was journaled.
 */
@Command(name = "test-processor")
final class TestProcessor extends ProcessorGrpc.ProcessorImplBase implements Runnable {
    private static final long DRAIN_MS = 20_000;

    /** Name and life, never used twice in a run. */
    @Option(names = "--name", required = true)
    String name = "";

    @Option(names = "--port", required = true)
    int port;

    /** Folder of the oracle's logs. */
    @Option(names = "--logs", required = true)
    Path logs = Path.of("");

    /** Delays are drawn from it and the record's place, so they come again. */
    @Option(names = "--seed", defaultValue = "1")
    long seed;

    /** How long a record takes: two numbers of milliseconds with a colon, drawn evenly from between. */
    @Option(names = "--delay", defaultValue = "0:2")
    String delay = "0:2";

    /** Share of records that take longer, and how much: {@code 0.01:60000}. */
    @Option(names = "--tail", defaultValue = "0:0")
    String tail = "0:0";

    /** Takes batches and never answers; pings are answered. */
    @Option(names = "--mute")
    boolean mute;

    /** Rejects everything. */
    @Option(names = "--reject")
    boolean reject;

    /** Acks records whose script is {@code hold}. */
    @Option(names = "--let-go")
    boolean letGo;

    /** Level of credit, in records. */
    @Option(names = "--credit", defaultValue = "4000")
    int credit;

    /** Asks for more time at half of each lease. */
    @Option(names = "--extend")
    boolean extend;

    /** Largest frame it takes, in bytes. */
    @Option(names = "--max-frame", defaultValue = "4194304")
    int maxFrame;

    /** Ends connections gracefully when they are so old, in milliseconds, as a server does that spreads load. */
    @Option(names = "--max-age", defaultValue = "0")
    long maxAgeMs;

    /** How long streams may go on after that before they are cut off, in milliseconds; 0: for ever. */
    @Option(names = "--max-age-grace", defaultValue = "0")
    long graceMs;

    /** Least time between pings that it permits, in milliseconds; 0: a second. gRPC's own default is five minutes. */
    @Option(names = "--permit-keepalive", defaultValue = "0")
    long permitKeepAliveMs;

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor();
    private final Set<ScriptedStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicLong streamNumbers = new AtomicLong();
    private volatile boolean stopping;

    /** Set before the server starts. */
    private ScriptedStream.@Nullable Shared shared;

    private TestProcessor() {}

    /** Serves until it is ended. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new TestProcessor()).execute(args));
    }

    @Override
    public void run() {
        Behaviour behaviour = new Behaviour(seed, delay, tail, mute, reject, letGo);
        try (LogWriter log = LogWriter.open(logs, name)) {
            this.shared = new ScriptedStream.Shared(
                    name, credit, maxFrame, extend, behaviour, new ProcessorJournal(name, log), worker, streams);
            NettyServerBuilder builder = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                            InsecureServerCredentials.create())
                    .addService(this)
                    .maxInboundMessageSize(maxFrame)
                    .permitKeepAliveTime(permitKeepAliveMs == 0 ? 1_000 : permitKeepAliveMs, TimeUnit.MILLISECONDS);
            if (maxAgeMs > 0) {
                builder.maxConnectionAge(maxAgeMs, TimeUnit.MILLISECONDS);
            }
            if (graceMs > 0) {
                builder.maxConnectionAgeGrace(graceMs, TimeUnit.MILLISECONDS);
            }
            Server server = builder.build().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(server), "drain"));
            System.out.println("listening on " + server.getPort());
            server.awaitTermination();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public StreamObserver<GatewayFrame> process(StreamObserver<ProcessorFrame> responses) {
        String id = name + '/' + streamNumbers.incrementAndGet();
        ScriptedStream stream = new ScriptedStream(
                Objects.requireNonNull(shared), id, (ServerCallStreamObserver<ProcessorFrame>) responses);
        streams.add(stream);
        stream.hello();
        if (stopping) {
            // Came in while the server was being closed to new ones.
            stream.drain();
        }
        return stream;
    }

    /** SIGTERM: says so on every stream, settles what is held, then ends. */
    private void drain(Server server) {
        stopping = true;
        server.shutdown();
        streams.forEach(ScriptedStream::drain);
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MS);
        try {
            while (!streams.isEmpty() && System.nanoTime() - deadlineNs < 0) {
                worker.schedule(() -> {}, 20, TimeUnit.MILLISECONDS).get();
            }
            server.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
