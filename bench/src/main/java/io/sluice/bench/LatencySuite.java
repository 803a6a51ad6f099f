package io.sluice.bench;

import io.sluice.bench.report.Curve;
import io.sluice.bench.report.Results;
import io.sluice.bench.report.Round;
import io.sluice.bench.report.Spread;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * How long a record takes at a steady rate, from when it is due until its handler has it and until it is committed. Contenders take turns,
 * each with a topic of its own that is written only during its turn.
 */
final class LatencySuite implements Suite {
    private static final int PARTITIONS = 12;
    private static final int BYTES = 100;
    private static final int PER_SECOND = 10_000;
    private static final int SECONDS = 20;
    private static final int SHORT_SECONDS = 4;
    // A turn ends with a commit of its own: the last records before it would not have waited for the usual one.
    private static final int LAST = PER_SECOND * 3 / 2;
    private static final long MOST_NS = 600_000_000_000L;
    private static final int DIGITS = 3;
    private static final double[] PERCENTILES = {1, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};

    /** One contender, its topic, and its ages over all rounds. */
    private record Side(Contender contender, String topic, Ages handler, Ages commit) {}

    /** Of every round, and of all together. */
    private record Ages(List<Histogram> rounds, Histogram all) {
        Ages() {
            this(new ArrayList<>(), new Histogram(MOST_NS, DIGITS));
        }

        void add(Histogram round) {
            rounds.add(round);
            all.add(round);
        }

        double millis(double percentile) {
            return Spread.of(rounds.stream()
                            .map(round -> round.getValueAtPercentile(percentile) / 1e6)
                            .toList())
                    .median();
        }
    }

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String description() {
        return "10,000 records a second: time to the handler and to the commit, against a bare consumer";
    }

    @Override
    public void run(Bench bench) {
        Stage stage = bench.stage();
        Load load = Load.of(PARTITIONS, 100_000, BYTES);
        Map<String, Side> sides = new LinkedHashMap<>();
        try {
            start(sides, stage, load, "bare", topic -> BareContender.start(stage, topic, "bare", "latency"));
            start(
                    sides,
                    stage,
                    load,
                    "sluice",
                    topic -> SluiceContender.start(
                            stage, List.of(topic), GatewaySetup.of("key").named("sluice"), "latency"));
            warmUp(bench, load, sides);
            try (Pace pace = new Pace(stage.bootstrapServers(), PARTITIONS, BYTES);
                    CommitWatch commits = new CommitWatch(stage.bootstrapServers())) {
                for (int round = 0; round <= bench.effort().rounds(); round++) {
                    for (Side side : sides.values()) {
                        turn(bench, pace, commits, side, round);
                    }
                }
            }
        } finally {
            sides.values().forEach(side -> {
                side.contender().processes().forEach(Usage::close);
                side.contender().close();
            });
        }
        report(bench.results(), sides);
    }

    private void start(
            Map<String, Side> sides, Stage stage, Load load, String name, Function<String, Contender> contender) {
        String topic = stage.topic(name() + "-" + name, load);
        sides.put(name, new Side(contender.apply(topic), topic, new Ages(), new Ages()));
    }

    /** At full speed: at a steady one compilers would take minutes. */
    private static void warmUp(Bench bench, Load load, Map<String, Side> sides) {
        sides.values().forEach(side -> {
            Turn turn = new Turn(side.contender(), load, bench.effort());
            while (!turn.isWarm()) {
                load.write(bench.stage().bootstrapServers(), side.topic(), turn.next(), turn.next());
                turn.warmed(side.contender().round(turn.next()));
            }
            bench.stage().trim(List.of(side.topic()));
        });
    }

    private void turn(Bench bench, Pace pace, CommitWatch commits, Side side, int round) {
        long records = (long) PER_SECOND * (bench.effort().isQuick() ? SHORT_SECONDS : SECONDS);
        CompletableFuture<List<Pace.Sent>> written =
                CompletableFuture.supplyAsync(() -> pace.write(side.topic(), records, PER_SECOND));
        Round measured = Meter.round(bench.stage(), name(), "10000_per_second", side.contender(), round, records);
        List<Pace.Sent> sent = written.join();
        Histogram handler = decode(side.contender().notes().getOrDefault("latency", ""));
        Histogram commit = new Histogram(MOST_NS, DIGITS);
        commits.ages(side.topic(), sent.subList(0, sent.size() - LAST), commit);
        bench.stage()
                .tell("%-8s %-8s %-8s to the handler %.2f ms, 99%%: %.2f ms; to the commit %.0f ms, 99%%: %.0f ms"
                        .formatted(
                                name(),
                                side.contender().name(),
                                round == 0 ? "warm-up" : "round " + round,
                                handler.getValueAtPercentile(50) / 1e6,
                                handler.getValueAtPercentile(99) / 1e6,
                                commit.getValueAtPercentile(50) / 1e6,
                                commit.getValueAtPercentile(99) / 1e6));
        if (round > 0) {
            side.handler().add(handler);
            side.commit().add(commit);
            bench.results().add(List.of(measured));
        }
    }

    private static Histogram decode(String note) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(note)), MOST_NS);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a contender's ages cannot be read: " + note, e);
        }
    }

    private void report(Results results, Map<String, Side> sides) {
        sides.forEach((name, side) -> {
            curve(results, "append_to_handler", name, side.handler().all());
            curve(results, "append_to_commit", name, side.commit().all());
        });
        Side bareSide = Objects.requireNonNull(sides.get("bare"));
        Side sluiceSide = Objects.requireNonNull(sides.get("sluice"));
        for (double percentile : new double[] {50, 99}) {
            double bare = bareSide.handler().millis(percentile);
            double sluice = sluiceSide.handler().millis(percentile);
            String suffix = "_p%.0f_ms".formatted(percentile);
            results.value("latency_bare" + suffix, bare);
            results.value("latency_sluice" + suffix, sluice);
            results.value("latency_added" + suffix, sluice - bare);
            results.value("commit_bare" + suffix, bareSide.commit().millis(percentile));
            results.value("commit_sluice" + suffix, sluiceSide.commit().millis(percentile));
        }
    }

    private void curve(Results results, String plot, String series, Histogram ages) {
        List<Curve.Point> points = Arrays.stream(PERCENTILES)
                .mapToObj(p -> new Curve.Point(p, ages.getValueAtPercentile(p) / 1e6))
                .toList();
        results.curve(new Curve(name(), plot, series, "percentile", "ms", points));
    }
}
