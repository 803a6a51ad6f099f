package io.sluice.devkit.faults;

import io.sluice.devkit.faults.Figures.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The row with many pipelines in a gateway, three of which are bad.
 *
 * <p>Rounds without and with the bad ones take turns, because a machine is never equally busy for minutes; medians are compared. Of the
 * good ones, the run's own is fed at a steady pace and shows the latency; {@code busy} always has more waiting than its processor may
 * hold, so its rate is window over latency, and shows what is lost of that. The rest have little to do.
 */
final class TenantRows {
    private static final int PIPELINES = 50;
    /** Records a second of {@code busy} and of the one that rejects: 100 at a time, 100 ms each. */
    private static final int RATE = 1_000;

    private static final String[] WINDOW = {"--delay", "100:100", "--credit", "100"};
    private static final int LARGE_BYTES = 10_000_000;
    private static final int LARGE_PER_S = 2;
    private static final int TRICKLE = 20;

    private TenantRows() {}

    static List<Row> rows() {
        return List.of(Row.of(
                "F11",
                "three tenants of fifty: one stuck, one rejecting all, one with 10 MB records",
                "the others keep latency (p99) and rate within 5 %; no rebalance in any group",
                rig -> new Run(rig).strike()));
    }

    /** Medians of what rounds of one kind have shown. */
    private static final class Rounds {
        private final List<Window> windows = new ArrayList<>();
        private final List<Long> perSecond = new ArrayList<>();

        long rate() {
            return Takeovers.quantile(perSecond, 0.5);
        }

        /** Median of the rounds' 99 percentiles of the time from a record's write to its verdict, in milliseconds. */
        long p99Ms(RunLogs logs, List<Handling> handlings) {
            return Takeovers.quantile(
                    windows.stream()
                            .map(window -> Figures.writtenToAnswered(logs.produced, handlings, window))
                            .map(times -> Takeovers.quantile(times, 0.99))
                            .toList(),
                    0.5);
        }
    }

    /** One run. */
    private static final class Run {
        private final Rig rig;
        private final int rounds;
        private final Duration time;
        private final GatewayChild gateway;
        private final List<Tenant> quiet;
        private final Tenant busy;
        private final Tenant stuck;
        private final Tenant rejecting;
        private final Tenant large;
        private final Rounds alone = new Rounds();
        private final Rounds beside = new Rounds();
        /** Records that were fed to the bad ones and are to be settled when a round with them is over. */
        private long fedStuck;

        private long fedRejecting;
        private long fedLarge;

        Run(Rig rig) {
            this.rig = rig;
            rounds = rig.isShort() ? 3 : 5;
            time = Duration.ofSeconds(rig.isShort() ? 4 : 5);
            rig.open();
            rig.processor("p1").behaviour("--delay", "20:20").start();
            rig.pipeline()
                    .set("processor", "{ targets: [\"" + rig.processor("p1").target() + "\"] }");
            String anyOrder = "ordering: none\nin_flight: { records: 1000, bytes: 64MiB }\n";
            busy = Tenant.join(rig, "busy", 2, Map.of(), anyOrder, WINDOW);
            stuck = Tenant.join(rig, "stuck", 2, Map.of(), "", "--mute");
            rejecting = Tenant.join(
                    rig,
                    "rejecting",
                    2,
                    Map.of(),
                    anyOrder + "dead_letter: { topic: $DLQ, breaker: { enabled: false } }",
                    "--reject",
                    WINDOW[0],
                    WINDOW[1],
                    WINDOW[2],
                    WINDOW[3]);
            large = Tenant.join(
                    rig,
                    "large",
                    2,
                    Map.of("max.message.bytes", "11534336"),
                    anyOrder,
                    "--max-frame",
                    "16777216",
                    "--credit",
                    "1",
                    "--delay",
                    1_000 / LARGE_PER_S + ":" + 1_000 / LARGE_PER_S);
            quiet = Tenant.crowd(rig, "quiet", PIPELINES - 5);
            gateway = rig.gateway("g1").flags("-Xmx1g");
        }

        void strike() {
            gateway.start();
            Tenant.feed(rig, quiet, TRICKLE, 1, 100);
            // More than it can have done when the last round is over.
            busy.feed(RATE * (2 * rounds * (int) time.toSeconds() + 120), 2, 100);
            // A pace that leaves the machine time: this is about neighbours, not about its limits.
            rig.feed(
                    Mix.plain(rig.seed(), rig.partitions()),
                    Math.min(1_000, Math.max(200, rig.records() / 25)),
                    20_000);
            rig.flows(rig.records() / 20);
            rig.await(
                    "all pipelines run",
                    () -> settled("busy") > RATE && settled("quiet") == (long) quiet.size() * TRICKLE);
            double moved = moved();
            for (int round = 1; round <= rounds; round++) {
                measure(alone);
                rig.mark("bad neighbours");
                misbehave(round);
                measure(beside);
                if (round < rounds) {
                    behave();
                }
            }
            rig.await("the stuck one says so", () -> gateway.metric("sluice_stalled", of("stuck")) > 0);
            behave();
            Tenant.feed(rig, quiet, TRICKLE, 1, 100);
            rig.await("quiet ones go on", () -> settled("quiet") == 2L * quiet.size() * TRICKLE);
            report((long) (moved() - moved));
        }

        /** Fills the bad ones with what keeps them at it for a round. */
        private void misbehave(int round) {
            if (round > 1) {
                stuck.becomes("--mute");
            }
            int seconds = (int) time.toSeconds() + 1;
            stuck.feed(2_000, 2, 200);
            fedStuck += 2_000;
            rejecting.feed(RATE * seconds, 2, 200);
            fedRejecting += (long) RATE * seconds;
            large.feed(LARGE_PER_S * seconds, 2, LARGE_BYTES);
            fedLarge += (long) LARGE_PER_S * seconds;
            rig.await("one is stuck", () -> gateway.metric("sluice_in_flight_records", of("stuck")) > 0);
        }

        /** Lets the bad ones finish. */
        private void behave() {
            stuck.becomes();
            rig.await(
                    "the bad ones have finished",
                    () -> settled("stuck") >= fedStuck
                            && settled("rejecting") >= fedRejecting
                            && settled("large") >= fedLarge);
            rig.mark("good neighbours");
        }

        private void measure(Rounds into) {
            long before = settled("busy");
            long startNs = System.nanoTime();
            long fromMs = System.currentTimeMillis();
            rig.runFor(time);
            into.windows.add(new Window(fromMs, System.currentTimeMillis()));
            into.perSecond.add(Math.round((settled("busy") - before) / ((System.nanoTime() - startNs) / 1e9)));
        }

        private void report(long moved) {
            rig.figure("pipelines", PIPELINES);
            rig.figure("partitions_moved", moved);
            rig.figure("rejected", letters("rejecting"));
            rig.figure("large_delivered", large.delivered());
            rig.figure("large_dead_letters", letters("large"));
            rig.figure("records_per_s_alone", alone.rate());
            rig.figure("records_per_s_beside", beside.rate());
            rig.figure("rate_share", share(beside.rate(), alone.rate()));
            rig.figure("rate_share_target", 0.95);
            rig.notes().afterwards(logs -> {
                List<Handling> handlings = Handling.of(logs);
                long without = alone.p99Ms(logs, handlings);
                long with = beside.p99Ms(logs, handlings);
                rig.figure("p99_ms_alone", without);
                rig.figure("p99_ms_beside", with);
                rig.figure("p99_share", share(with, without));
                rig.figure("p99_share_target", 1.05);
            });
            Checks.require(moved == 0, "bad neighbours cost nobody a partition, not " + moved);
            Checks.require(letters("rejecting") == fedRejecting, "all that was rejected is dead-lettered");
            Checks.require(letters("large") == 0, "large records are delivered");
        }

        private static double share(long of, long whole) {
            return whole == 0 ? 0 : Math.round(100.0 * of / whole) / 100.0;
        }

        private double moved() {
            return gateway.metric("sluice_rebalances_total");
        }

        private long letters(String tenant) {
            return Math.round(gateway.metric("sluice_records_dead_lettered_total", of(tenant)));
        }

        /** Records of all tenants whose name begins so that have their outcome. */
        private long settled(String tenants) {
            return Math.round(gateway.metric("sluice_records_settled_total", "pipeline=\"" + tenants));
        }

        private static String of(String tenant) {
            return "pipeline=\"" + tenant + "\"";
        }
    }
}
