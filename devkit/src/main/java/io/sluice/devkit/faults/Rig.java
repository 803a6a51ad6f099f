package io.sluice.devkit.faults;

import io.sluice.devkit.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of one row: a topic with a feed, gateways that read it and processors they feed, each a process of its own, and notes of
 * everything. A row first says what it wants ({@link #use}, {@link #pipeline}, {@link #processor}), then {@link #open}s it, then starts
 * children and {@link #feed}.
 *
 * <p>Belongs to one thread; what sampler and feed ask of it may be asked from any.
 */
final class Rig implements AutoCloseable {
    /** How long anything may take that has no limit of its own. */
    static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Lab lab;
    private final Row row;
    private final long seed;
    private final long records;
    private final Path folder;
    private final LogWriter events;
    private final Pipeline pipeline = new Pipeline();
    private final Progress progress = new Progress();
    private final Timeline timeline = new Timeline();
    private final Map<String, GatewayChild> gateways = new ConcurrentSkipListMap<>();
    private final Map<String, ProcessorChild> processors = new ConcurrentSkipListMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<Afterwards> afterwards = new ArrayList<>();
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private int partitions = 6;
    private @Nullable Cluster cluster;
    private @Nullable Sampler sampler;
    private volatile @Nullable Feed feed;

    /** Finds figures in the logs of a run that is over. */
    @FunctionalInterface
    interface Afterwards {
        void look(Rig rig) throws IOException;
    }

    Rig(Lab lab, Row row, long seed, long records) {
        this.lab = lab;
        this.row = row;
        this.seed = seed;
        this.records = records;
        this.folder = lab.folder().resolve(row.id());
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
        this.events = new LogWriter(folder.resolve("E.jsonl"));
    }

    // What the run is.

    Row row() {
        return row;
    }

    long seed() {
        return seed;
    }

    /** Records to feed at least. */
    long records() {
        return records;
    }

    /** Whether this is one of the short runs of the build: fewer rounds, less waiting. */
    boolean isShort() {
        return records < 50_000;
    }

    /** Folder for everything of this run. */
    Path folder() {
        return folder;
    }

    /** What happens when, as a function of the seed. */
    Schedule schedule() {
        return new Schedule(seed).of(row.id());
    }

    String topic() {
        return "t." + row.id();
    }

    String deadLetters() {
        return "dlq." + row.id();
    }

    String group() {
        return "g." + row.id();
    }

    int partitions() {
        return partitions;
    }

    // Setting the stage.

    /** Takes brokers of its own instead of the shared one; they are closed with the run. */
    void use(Cluster own) {
        cluster = own;
        toClose.add(own);
    }

    /** Closes something with the run, in the opposite order. */
    <T extends AutoCloseable> T closing(T thing) {
        toClose.add(thing);
        return thing;
    }

    Cluster cluster() {
        Cluster current = cluster;
        if (current == null) {
            current = lab.shared();
            cluster = current;
        }
        return current;
    }

    /** The configuration of gateways; a start takes what is set then. */
    Pipeline pipeline() {
        return pipeline;
    }

    /** Number of the topic's partitions, by default 6; before {@link #open}. */
    void partitions(int number) {
        partitions = number;
    }

    /** Makes both topics and begins to look at the run. */
    void open() {
        open(Map.of(), true);
    }

    /**
     * Makes the topics and begins to look at the run.
     *
     * @param topicSettings of the topic with the records
     * @param deadLetterTopic whether to make the dead-letter topic too
     */
    void open(Map<String, String> topicSettings, boolean deadLetterTopic) {
        cluster().createTopic(topic(), partitions, topicSettings);
        if (deadLetterTopic) {
            cluster().createTopic(deadLetters(), 1);
        }
        sampler = closing(new Sampler(this).start());
    }

    /** The gateway of this name; a new one is not started yet. */
    GatewayChild gateway(String name) {
        return gateways.computeIfAbsent(name, n -> new GatewayChild(this, n));
    }

    /** The processor of this name; a new one is not started yet. Make all of them before the first gateway starts. */
    ProcessorChild processor(String name) {
        return processors.computeIfAbsent(name, n -> {
            progress.follow(journal(n));
            return new ProcessorChild(this, n);
        });
    }

    /** Starts to feed plain records at a pace that fits their number. */
    Feed feed() {
        return feed(Mix.plain(seed, partitions));
    }

    /** Starts to feed at a pace that fits the number of records: the short lane's in half a minute, a hundred thousand in one. */
    Feed feed(Mix mix) {
        return feed(mix, Math.min(2_000, Math.max(200, records / 25)), 20_000);
    }

    /**
     * Starts to feed.
     *
     * @param perSecond pace
     * @param ahead records that may be unsettled before it waits
     */
    Feed feed(Mix mix, long perSecond, long ahead) {
        Feed started = closing(new Feed(this, mix, perSecond, ahead).start());
        feed = started;
        return started;
    }

    // While it runs.

    Collection<GatewayChild> gateways() {
        return gateways.values();
    }

    Collection<ProcessorChild> processors() {
        return processors.values();
    }

    List<Child> children() {
        List<Child> all = new ArrayList<>(gateways.values());
        all.addAll(processors.values());
        return all;
    }

    Timeline timeline() {
        return timeline;
    }

    Progress progress() {
        return progress;
    }

    long produced() {
        Feed current = feed;
        return current == null ? 0 : current.produced();
    }

    /** Puts a mark on the timeline and tells the user. */
    void mark(String label) {
        timeline.mark(label);
        lab.say("  %-4s %6.1f s  %s".formatted(row.id(), timeline.nowMs() / 1000.0, label));
    }

    /** Notes an event for the oracle. */
    void event(String kind, String who, String detail) {
        events.write("{\"type\":\"E\",\"t\":" + LogWriter.nowMicros() + ",\"kind\":\"" + kind + "\",\"who\":\"" + who
                + "\",\"detail\":\"" + detail + "\"}\n");
    }

    /** Waits until {@code condition} holds. */
    void await(String what, BooleanSupplier condition) {
        await(what, PATIENCE, condition);
    }

    /**
     * Waits until {@code condition} holds.
     *
     * @throws IllegalStateException if the time is over; with how far the run is and the last output of each child
     */
    void await(String what, Duration limit, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new IllegalStateException(
                        row.id() + ": not within " + limit.toSeconds() + " s: " + what + "; " + standing());
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Waits until this many more records have been settled by processors. */
    void flows(long more) {
        long goal = progress.settled() + more;
        await(more + " more records are settled", () -> progress.settled() >= goal);
    }

    /** Lets everything run for a while: for faults that are a matter of time. */
    void runFor(Duration time) {
        long untilNs = System.nanoTime() + time.toNanos();
        while (untilNs - System.nanoTime() > 0) {
            LockSupport.parkNanos(untilNs - System.nanoTime());
        }
    }

    /** Records in the topic that are not committed, by the broker's last word; -1 if it gave none. */
    long lag() {
        Sampler current = sampler;
        return current == null ? -1 : current.lag();
    }

    /** A figure of this row alone, for the report: a number, a text, or a map of them. The name is API. */
    void figure(String name, Object value) {
        figures.put(name, value);
    }

    Map<String, Object> figures() {
        return figures;
    }

    /** Has figures found once the run is over and all logs are complete. */
    void afterwards(Afterwards look) {
        afterwards.add(look);
    }

    List<Afterwards> afterwards() {
        return afterwards;
    }

    /** How far the run is, with the last output of every child, for messages. */
    String standing() {
        StringBuilder text =
                new StringBuilder("produced %d, settled %d, lag %d".formatted(produced(), progress.settled(), lag()));
        for (Child child : children()) {
            text.append("\n--- ")
                    .append(child.name())
                    .append(child.isUp() ? "" : " (not running)")
                    .append('\n');
            if (Files.exists(child.output())) {
                text.append(child.process().tail(8));
            }
        }
        return text.toString();
    }

    /**
     * Ends the feed, waits until everything is committed, ends the gateways and then the processors.
     *
     * @throws IllegalStateException if that does not come about within {@code limit}, or an exit code is not 0
     */
    void drain(Duration limit) {
        Feed current = feed;
        if (current != null) {
            current.end();
        }
        await("everything is committed", limit, () -> lag() == 0);
        List<GatewayChild> up = gateways().stream().filter(Child::isUp).toList();
        up.forEach(Child::ask);
        for (GatewayChild gateway : up) {
            int code = gateway.ended();
            if (code != 0) {
                throw new IllegalStateException(
                        gateway.name() + " ended with exit code " + code + " after SIGTERM; " + standing());
            }
        }
        processors().stream().filter(Child::isUp).forEach(Child::term);
    }

    // What children need.

    Path journal(String processor) {
        return folder.resolve("DA-" + processor + ".jsonl");
    }

    String yaml(int adminPort) {
        List<String> targets =
                processors.values().stream().map(ProcessorChild::target).toList();
        return pipeline.yaml(cluster().gatewayBootstrapServers(), adminPort, topic(), group(), deadLetters(), targets);
    }

    String gatewayClassPath() {
        return Home.classPath("ingest", "sluice-ingest");
    }

    @Override
    public void close() {
        for (int i = toClose.size() - 1; i >= 0; i--) {
            if (toClose.get(i) == cluster) {
                // Children before brokers: else their last words are about brokers that are gone.
                children().forEach(Child::discard);
            }
            closeQuietly(toClose.get(i));
        }
        children().forEach(Child::discard);
        events.close();
    }

    private void closeQuietly(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            lab.say("  " + row.id() + ": cannot close " + thing.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
