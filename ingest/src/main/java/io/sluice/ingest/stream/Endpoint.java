package io.sluice.ingest.stream;

import io.grpc.ManagedChannel;
import io.sluice.ingest.delivery.StreamInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of a processor: its connection and the streams on it. Owned by: pool thread.
 *
 * <p>While no stream is up only one is dialled, as a scout; the others follow once it is greeted. A connection on
 * which the last stream has failed is thrown away: a fresh one has no backoff of its own that would hide ours.
 */
final class Endpoint implements StreamOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StreamPool.class);

    /** A target that stays away is spoken of this often. */
    private static final long REMIND_NS = TimeUnit.MINUTES.toNanos(1);

    /**
     * So much more silence before a ping after each complaint. A server complains at the third ping that it minds, the second
     * on a new connection counting already: three times the silence makes that one reconnect a minute at most.
     */
    private static final int PING_SLOWDOWN = 3;

    private static final int MOST_PING_SLOWDOWN = 64;

    private static final long NOT_UP = Long.MIN_VALUE;

    private final PoolContext pool;
    private final String address;
    private final IntFunction<ManagedChannel> connect;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    /** Streams that have not ended, with the time at which they were greeted or {@link #NOT_UP}. */
    private final Map<ProcessorStream, Long> streams = new LinkedHashMap<>();

    private @Nullable ManagedChannel channel;
    private int wanted;
    /** Doubles each time the server minds our pings: gRPC does so within a channel, and ours are thrown away. */
    private int pingSlowdown = 1;

    private boolean waiting;
    private boolean stopped;
    private String lastError = "";
    private long failuresInARow;
    private long lastWordNs;

    /**
     * @param address for people, such as {@code 10.0.0.7:9000}
     * @param connect makes a fresh channel that pings this many times less often than usual
     */
    Endpoint(PoolContext pool, String address, IntFunction<ManagedChannel> connect) {
        this.pool = pool;
        this.address = address;
        this.connect = connect;
    }

    /** Sets how many streams there should be, and dials what is missing. Surplus streams stay. */
    void want(int count) {
        wanted = count;
        dial();
    }

    /** Dials no more; streams that are not up are given up. */
    void stop(String reason) {
        stopped = true;
        List.copyOf(streams.keySet()).forEach(stream -> stream.giveUp(reason));
        dropIdleChannel();
    }

    /** Dials no more and lets what is up run dry. */
    void retire(String reason, long graceNs) {
        stopped = true;
        List.copyOf(streams.keySet()).forEach(stream -> stream.retire(reason, graceNs));
        pool.runIn(graceNs, () -> cut(reason, false));
        dropIdleChannel();
    }

    /** Ends what is left. {@code silently}: the lane hears no more of it. */
    void cut(String reason, boolean silently) {
        stopped = true;
        for (ProcessorStream stream : List.copyOf(streams.keySet())) {
            if (silently) {
                stream.abandon(reason);
            }
        }
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    int streams() {
        return streams.size();
    }

    TargetStatus status() {
        int up = countUp();
        TargetStatus.State state = up > 0
                ? TargetStatus.State.UP
                : waiting || stopped ? TargetStatus.State.BACKOFF : TargetStatus.State.CONNECTING;
        return new TargetStatus(address, state, up, lastError);
    }

    private int countUp() {
        return (int) streams.values().stream().filter(since -> since != NOT_UP).count();
    }

    private void dial() {
        while (!stopped && !waiting && streams.size() < wanted && (streams.isEmpty() || countUp() > 0)) {
            if (channel == null) {
                channel = connect.apply(pingSlowdown);
            }
            ProcessorStream stream = new ProcessorStream(address, pool.replies(), this, pool.timer());
            streams.put(stream, NOT_UP);
            stream.open(channel, pool.hello(), pool.tuning().handshakeNs());
        }
        pool.changed().run();
    }

    private void dropIdleChannel() {
        if (streams.isEmpty() && channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    @Override
    public void up(ProcessorStream stream) {
        pool.counters().connected();
        pool.run(() -> onUp(stream));
    }

    @Override
    public void violated(FrameFault fault) {
        pool.counters().violated(fault);
    }

    @Override
    public void ended(ProcessorStream stream, StreamEnd end) {
        if (end.failure()) {
            pool.counters().failed(end.code());
        }
        pool.run(() -> onEnded(stream, end));
    }

    private void onUp(ProcessorStream stream) {
        streams.replace(stream, System.nanoTime());
        lastError = "";
        failuresInARow = 0;
        StreamInfo info = stream.info();
        if (info != null) {
            LOG.atInfo()
                    .addKeyValue("pipeline", pool.pipeline())
                    .addKeyValue("target", address)
                    .addKeyValue("processor", info.name())
                    .addKeyValue("version", info.version())
                    .addKeyValue("instance", info.instanceId())
                    .log("processor connected");
        }
        dial();
    }

    private void onEnded(ProcessorStream stream, StreamEnd end) {
        Long since = streams.remove(stream);
        if (stopped) {
            dropIdleChannel();
            pool.changed().run();
            return;
        }
        long nowNs = System.nanoTime();
        if (since != null && since != NOT_UP && nowNs - since >= pool.tuning().provenNs()) {
            backoff.reset();
        }
        if (end.refused()) {
            backoff.slow();
        }
        if (end.mindsPings()) {
            pingSlowdown = Math.min(MOST_PING_SLOWDOWN, PING_SLOWDOWN * pingSlowdown);
        }
        lastError = errorText(end);
        report(end, nowNs);
        dropIdleChannel();
        if (!waiting) {
            waiting = true;
            pool.runIn(backoff.nextNs(), this::dialAgain);
        }
        pool.changed().run();
        if (end.failure()) {
            pool.failed().run();
        }
    }

    private void dialAgain() {
        waiting = false;
        dial();
    }

    private String errorText(StreamEnd end) {
        if (end.wasUp()) {
            return "stream to processor at " + address + " ended: " + end.text();
        }
        if (end.refused()) {
            return "processor at " + address + " refused: " + end.text();
        }
        return "processor at " + address + " not reached: " + end.text();
    }

    private void report(StreamEnd end, long nowNs) {
        if (end.wasUp()) {
            LOG.atInfo()
                    .addKeyValue("pipeline", pool.pipeline())
                    .addKeyValue("target", address)
                    .addKeyValue("reason", end.text())
                    .log("processor stream ended");
            return;
        }
        failuresInARow++;
        if (failuresInARow == 1 || nowNs - lastWordNs >= REMIND_NS) {
            lastWordNs = nowNs;
            LOG.atWarn()
                    .addKeyValue("pipeline", pool.pipeline())
                    .addKeyValue("target", address)
                    .addKeyValue("attempts", failuresInARow)
                    .addKeyValue("reason", lastError)
                    .log("no stream to processor, records wait, will dial again");
        }
    }
}
