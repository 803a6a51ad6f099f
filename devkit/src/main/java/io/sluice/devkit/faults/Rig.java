package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.LogWriter;
import io.sluice.devkit.process.Home;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Name of the folder of the oracle's logs. */
    static final String LOGS = "logs";

    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int SHORT = 50_000;

    private final Lab lab;
    private final Row row;
    private final long seed;
    private final long records;
    private final Path folder;
    private final Notes notes;
    private final Pipeline pipeline = new Pipeline();
    private final Progress progress = new Progress();
    private final Cast cast = new Cast(this);
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private int partitions = 6;
    private boolean deadLetterTopic;
    private @Nullable Cluster cluster;
    private @Nullable Sampler sampler;
    private volatile @Nullable Feed feed;

    Rig(Lab lab, Row row, long seed, long records) {
        this.lab = lab;
        this.row = row;
        this.seed = seed;
        this.records = records;
        this.folder = lab.fresh(row.id());
        this.notes = new Notes(lab, row.id(), LogWriter.open(logs(), "rig"));
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
        return records < SHORT;
    }

    /** Folder for everything of this run. */
    Path folder() {
        return folder;
    }

    /** Folder for the oracle's logs. */
    Path logs() {
        return folder.resolve(LOGS);
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
    <T extends Cluster> T use(T own) {
        cluster = own;
        return closing(own);
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
     * @param withDeadLetters whether to make the dead-letter topic too
     */
    void open(Map<String, String> topicSettings, boolean withDeadLetters) {
        cluster().createTopic(topic(), partitions, topicSettings);
        if (withDeadLetters) {
            createDeadLetters(Map.of());
        }
        sampler = closing(new Sampler(this).start());
    }

    /** Makes the dead-letter topic, in which the broker says when a letter was written. */
    void createDeadLetters(Map<String, String> settings) {
        cluster().createTopic(deadLetters(), 1, ofDeadLetters(settings));
        deadLetterTopic = true;
    }

    /** The same, on these brokers of a cluster of several. */
    void createDeadLetters(Map<String, String> settings, List<Integer> brokers) {
        cluster().createTopic(deadLetters(), brokers, ofDeadLetters(settings));
        deadLetterTopic = true;
    }

    private static Map<String, String> ofDeadLetters(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("message.timestamp.type", "LogAppendTime"));
        all.putAll(settings);
        return all;
    }

    boolean hasDeadLetters() {
        return deadLetterTopic;
    }

    /** The gateway of this name; a new one is not started yet. */
    GatewayChild gateway(String name) {
        return cast.gateway(name);
    }

    /** The processor of this name; a new one is not started yet. Make all of them before the first gateway starts. */
    ProcessorChild processor(String name) {
        return cast.processor(name);
    }

    /** Starts children side by side and waits until all of them work. */
    void start(Child... children) {
        for (Child child : children) {
            child.startOnly();
        }
        for (Child child : children) {
            child.awaitReady();
        }
    }

    /** Starts to feed plain records at a pace that fits their number. */
    Feed feed() {
        return feed(Mix.plain(seed, partitions));
    }

    /** Starts to feed at a pace that fits the number of records: the short lane's in a quarter of a minute, a hundred thousand in one. */
    Feed feed(Mix mix) {
        return feed(mix, Math.min(2_000, Math.max(200, records / 16)), 20_000);
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
        return cast.gateways();
    }

    Collection<ProcessorChild> processors() {
        return cast.processors();
    }

    List<Child> children() {
        return cast.all();
    }

    Notes notes() {
        return notes;
    }

    Progress progress() {
        return progress;
    }

    long produced() {
        Feed current = feed;
        return current == null ? 0 : current.produced();
    }

    /** Records in the topic that are not committed, by the broker's last word; -1 if it gave none. */
    long lag() {
        Sampler current = sampler;
        return current == null ? -1 : current.lag();
    }

    /** Puts a mark on the timeline and tells the user. */
    void mark(String label) {
        notes.mark(label);
    }

    /** A figure of this row alone, for the report: a number, a text, or a map of them. The name is API. */
    void figure(String name, Object value) {
        notes.figure(name, value);
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
                throw new IllegalStateException("%s: not within %d s: %s; produced %d, settled %d, lag %d%s"
                        .formatted(
                                row.id(),
                                limit.toSeconds(),
                                what,
                                produced(),
                                progress.settled(),
                                lag(),
                                cast.lastWords()));
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

    /**
     * Ends the feed, waits until everything is committed, ends the gateways and then the processors.
     *
     * @throws IllegalStateException if that does not come about within {@code limit}, or a gateway's exit code is not 0
     */
    void drain(Duration limit) {
        Feed current = feed;
        if (current != null) {
            current.end();
        }
        long before = looks();
        await("everything is committed", limit, () -> looks() >= before + 2 && lag() == 0);
        cast.end();
    }

    private long looks() {
        Sampler current = sampler;
        return current == null ? 0 : current.looks();
    }

    // What children need.

    String yaml(int adminPort) {
        return pipeline.yaml(
                cluster().gatewayBootstrapServers(), adminPort, topic(), group(), deadLetters(), cast.targets());
    }

    String gatewayClassPath() {
        return Home.classPath("ingest", "sluice-ingest");
    }

    @Override
    public void close() {
        // Children before brokers: else their last words are about brokers that are gone.
        cast.discard();
        for (int i = toClose.size() - 1; i >= 0; i--) {
            try {
                toClose.get(i).close();
            } catch (Exception e) {
                lab.say("  " + row.id() + ": left behind " + toClose.get(i) + ": " + e.getMessage());
            }
        }
        notes.close();
    }
}
