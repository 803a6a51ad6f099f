package io.sluice.bench;

import io.sluice.bench.Axis.Point;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/** What a record costs the gateway when there is more of something. */
final class ScaleSuite implements Suite {
    private static final int PARTITIONS = 12;
    private static final int KEYS = 100_000;
    private static final int BYTES = 100;
    /** The default. */
    private static final long IN_FLIGHT = 20_000;
    /** No less than a batch. */
    private static final long LEAST_IN_FLIGHT = 1_000;

    private static final String SIZE = "bytes";
    private static final Load USUAL = Load.of(PARTITIONS, KEYS, BYTES);
    private static final GatewaySetup KEY = GatewaySetup.of("key");
    private static final GatewaySetup NONE = GatewaySetup.of("none");

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String description() {
        return "processor time for a record along partitions, keys, streams, pipelines, lanes, record size, window holes";
    }

    @Override
    public void run(Bench bench) {
        List.of(
                        axis(
                                "partitions",
                                "partitions",
                                n -> new Point(n, Load.of((int) n, KEYS, BYTES), KEY),
                                1,
                                12,
                                50,
                                200),
                        axis(
                                "keys",
                                "distinct keys",
                                n -> new Point(n, Load.of(PARTITIONS, (int) n, BYTES), KEY),
                                1,
                                1_000,
                                100_000,
                                1_000_000),
                        axis(
                                "streams",
                                "streams",
                                n -> new Point(n, USUAL, KEY.with("processor.streams", n)),
                                1,
                                4,
                                16,
                                64),
                        axis("pipelines", "pipelines", ScaleSuite::pipelines, 1, 10, 100),
                        axis("lanes", "lanes", n -> new Point(n, USUAL, KEY.with("lanes", n)), 1, 2),
                        axis(
                                SIZE,
                                "bytes of a record's value",
                                n -> new Point(n, Load.of(PARTITIONS, KEYS, (int) n), NONE),
                                100,
                                1_000,
                                10_000,
                                100_000,
                                1_000_000),
                        axis(
                                "holes",
                                "records settled behind one that is not",
                                ScaleSuite::holes,
                                0,
                                100,
                                10_000,
                                100_000))
                .forEach(axis -> bench.scenario(axis.name(), () -> axis.measure(bench, name())));
    }

    private static Axis axis(String name, String x, LongFunction<Point> point, long... places) {
        return new Axis(
                name,
                x,
                name.equals(SIZE),
                Arrays.stream(places).mapToObj(point).toList());
    }

    /**
     * Each with a topic of its own. Together they get as many records as one alone, and may have as many in flight, or a hundred would hold
     * more than a round has. What consumers have fetched each holds for itself: so with the heap that a hundred take.
     */
    private static Point pipelines(long n) {
        Load load = new Load((int) n, n == 1 ? PARTITIONS : 1, KEYS, 0, BYTES);
        return new Point(n, load, KEY.heap("3g").with("in_flight.records", Math.max(LEAST_IN_FLIGHT, IN_FLIGHT / n)));
    }

    /** In one partition, so that all that is settled lies behind the one record that is not. */
    private static Point holes(long n) {
        return new Point(n, Load.of(1, KEYS, BYTES), NONE, "hold", Long.toString(n));
    }
}
