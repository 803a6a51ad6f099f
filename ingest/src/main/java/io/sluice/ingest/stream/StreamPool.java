package io.sluice.ingest.stream;

import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.delivery.Ordering;
import io.sluice.ingest.ring.ReplyRing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one lane to its processor: finds the addresses, dials, dials again. What comes up, arrives and ends
 * goes to the lane's {@link ReplyRing}.
 *
 * <p>One thread of its own owns all of its state; a second one looks up names, which may block for long. Single use:
 * {@link #start()} once, {@link #close(long)} once or more.
 *
 * <p>Replies in the ring at a time, for each stream: up, down, ready, a violation, a drain and
 * {@link ProcessorStream#WINDOW} frames, so a ring of 16 slots for each of {@link #MOST_STREAMS} streams never fills.
 */
public final class StreamPool {
    /** Streams of one pool, over all addresses. */
    public static final int MOST_STREAMS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(StreamPool.class);

    /** After a failure a name is looked up again, but not more often than this. */
    private static final long LOOKUP_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final List<TargetUri> targets;
    private final int streamsPerAddress;
    private final long drainNs;
    private final PoolContext context;
    private final Channels channels;
    private final Lookup lookup;
    private final ScheduledExecutorService timer;
    private final ExecutorService lookups;
    private final PoolCounters counters = new PoolCounters();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile List<TargetStatus> snapshot = List.of();

    // owned by: pool thread
    private final Map<TargetUri, List<InetAddress>> addresses = new LinkedHashMap<>();
    private final Map<TargetUri, String> lookupErrors = new LinkedHashMap<>();
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final List<Endpoint> retired = new ArrayList<>();
    private long lastLookupNs;
    private boolean lookingUp;
    private boolean overLimitSaid;
    private boolean closing;

    /**
     * @param gatewayId identity of this process and lane, shown to processors
     * @param maxAttempts as in the pipeline's retry policy, shown to processors
     * @throws IllegalArgumentException if a target cannot be read; one line that says what is allowed
     */
    public StreamPool(
            String pipeline,
            String gatewayId,
            PipelineConfig.Processor config,
            Ordering ordering,
            int maxAttempts,
            ReplyRing replies) {
        this(
                pipeline,
                gatewayId,
                config,
                ordering,
                maxAttempts,
                replies,
                Channels.plainText(config.keepAlive()),
                Lookup::system,
                PoolContext.Tuning.DEFAULT);
    }

    @SuppressWarnings("TooManyParameters") // only wiring
    StreamPool(
            String pipeline,
            String gatewayId,
            PipelineConfig.Processor config,
            Ordering ordering,
            int maxAttempts,
            ReplyRing replies,
            Channels channels,
            Lookup lookup,
            PoolContext.Tuning tuning) {
        this.targets =
                config.targets().stream().map(TargetUri::parse).distinct().toList();
        this.streamsPerAddress = config.streams();
        this.drainNs = config.lease().toNanos();
        this.channels = channels;
        this.lookup = lookup;
        this.timer = PoolContext.newTimer(pipeline);
        this.lookups = Executors.newSingleThreadExecutor(task -> PoolContext.daemon(task, "sluice-lookup-" + pipeline));
        this.context = new PoolContext(
                pipeline,
                HelloCodec.encode(pipeline, gatewayId, config, ordering, maxAttempts),
                replies,
                timer,
                counters,
                tuning,
                this::changed,
                this::lookUpSoon);
    }

    /** Begins to dial; returns at once. Any thread, once. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            context.run(() -> {
                for (TargetUri target : targets) {
                    if (!target.lookup()) {
                        endpoints.put(target.authority(), endpoint(target, null));
                    }
                }
                reconcile();
                lookUp();
            });
        }
    }

    /**
     * Stops dialling, waits for the streams that are up to end, which the lane brings about by closing each, then
     * cuts what is left; the lane hears no more of streams that were cut. Any thread but the lane's and gRPC's.
     * Idempotent. Blocks for little more than the grace.
     *
     * @param graceNs zero or less: cut at once
     */
    public void close(long graceNs) {
        context.run(this::stopDialling);
        boolean interrupted = false;
        try {
            if (graceNs > 0) {
                drained.await(graceNs, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        context.run(() -> {
            all().forEach(endpoint -> endpoint.cut("the gateway stops", true));
            lookups.shutdownNow();
            timer.shutdown();
        });
        try {
            timer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** How each address fares, a moment's picture. Any thread. */
    public List<TargetStatus> status() {
        return snapshot;
    }

    public PoolCounters counters() {
        return counters;
    }

    // --- pool thread -------------------------------------------------------------------------------------------

    private void stopDialling() {
        closing = true;
        all().forEach(endpoint -> endpoint.stop("the gateway stops"));
        changed();
    }

    private List<Endpoint> all() {
        List<Endpoint> all = new ArrayList<>(endpoints.values());
        all.addAll(retired);
        return all;
    }

    private Endpoint endpoint(TargetUri target, @Nullable InetAddress address) {
        String name = address == null ? target.authority() : authority(target, address);
        return new Endpoint(context, name, pingSlowdown -> channels.open(target, address, pingSlowdown));
    }

    private static String authority(TargetUri target, InetAddress address) {
        return new TargetUri(false, address.getHostAddress(), target.port()).authority();
    }

    /** Looks up all names, now and then again every so often. */
    private void lookUp() {
        if (!closing && targets.stream().anyMatch(TargetUri::lookup)) {
            lookUpNow();
            context.runIn(context.tuning().lookupNs(), this::lookUp);
        }
    }

    /** An address has failed: perhaps it is no longer one. */
    private void lookUpSoon() {
        if (!closing && System.nanoTime() - lastLookupNs >= LOOKUP_PAUSE_NS) {
            lookUpNow();
        }
    }

    private void lookUpNow() {
        List<TargetUri> names = targets.stream().filter(TargetUri::lookup).toList();
        if (lookingUp || names.isEmpty()) {
            return;
        }
        lookingUp = true;
        lastLookupNs = System.nanoTime();
        lookups.execute(() -> {
            names.forEach(this::lookUp);
            context.run(() -> lookingUp = false);
        });
    }

    /** Lookup thread. */
    private void lookUp(TargetUri target) {
        try {
            List<InetAddress> found = lookup.find(target.host());
            context.run(() -> found(target, found));
        } catch (UnknownHostException | RuntimeException e) {
            context.run(() -> notFound(target, String.valueOf(e.getMessage())));
        }
    }

    private void found(TargetUri target, List<InetAddress> found) {
        lookupErrors.remove(target);
        if (closing || found.equals(addresses.put(target, found))) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("pipeline", context.pipeline())
                .addKeyValue("target", target.authority())
                .addKeyValue("addresses", found.size())
                .log("processor addresses found");
        for (InetAddress address : found) {
            endpoints.computeIfAbsent(authority(target, address), name -> endpoint(target, address));
        }
        retireVanished();
        reconcile();
    }

    /** What was found before stays: a name server that is away says nothing about the processor. */
    private void notFound(TargetUri target, String why) {
        counters.failed("DNS");
        String text = "no address for " + target.host() + ": " + Text.clean(why, 200);
        if (lookupErrors.put(target, text) == null) {
            LOG.atWarn()
                    .addKeyValue("pipeline", context.pipeline())
                    .addKeyValue("target", target.authority())
                    .addKeyValue("reason", text)
                    .log("processor not found, will look again");
        }
        changed();
        if (!addresses.containsKey(target) && !closing) {
            context.runIn(LOOKUP_PAUSE_NS, this::lookUpSoon);
        }
    }

    private void retireVanished() {
        Set<String> current = new LinkedHashSet<>();
        for (TargetUri target : targets) {
            if (!target.lookup()) {
                current.add(target.authority());
            }
            addresses.getOrDefault(target, List.of()).forEach(address -> current.add(authority(target, address)));
        }
        endpoints.entrySet().removeIf(entry -> {
            if (current.contains(entry.getKey())) {
                return false;
            }
            retired.add(entry.getValue());
            entry.getValue().retire("address " + entry.getKey() + " is no longer one of the processor's", drainNs);
            return true;
        });
    }

    /** Shares out the limit of streams, in order of configuration. */
    private void reconcile() {
        int room = MOST_STREAMS;
        int left = 0;
        for (Endpoint endpoint : List.copyOf(endpoints.values())) {
            int share = Math.min(room, streamsPerAddress);
            room -= share;
            left += streamsPerAddress - share;
            endpoint.want(share);
        }
        if (left > 0 && !overLimitSaid) {
            overLimitSaid = true;
            LOG.atWarn()
                    .addKeyValue("pipeline", context.pipeline())
                    .addKeyValue("limit", MOST_STREAMS)
                    .addKeyValue("left_out", left)
                    .log("more processor streams asked for than a lane may have, the rest is left out");
        }
        changed();
    }

    private void changed() {
        retired.removeIf(endpoint -> endpoint.streams() == 0);
        List<TargetStatus> now = new ArrayList<>();
        endpoints.values().forEach(endpoint -> now.add(endpoint.status()));
        lookupErrors.forEach((target, error) -> {
            if (!addresses.containsKey(target)) {
                now.add(new TargetStatus(target.authority(), TargetStatus.State.BACKOFF, 0, error));
            }
        });
        snapshot = List.copyOf(now);
        if (closing && all().stream().allMatch(endpoint -> endpoint.streams() == 0)) {
            drained.countDown();
        }
    }
}
