package io.sluice.devkit.faults;

import io.sluice.devkit.faults.Figures.Window;
import io.sluice.devkit.oracle.LogRecord.Produced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import tools.jackson.databind.JsonNode;

/** Rows with more than one pipeline in a gateway. */
final class TenantRows {
    private TenantRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "F11",
                        "one tenant of many stuck, one rejecting all, one with 10 MB records",
                        "the others keep their latency within 5 %; no rebalance in their groups",
                        TenantRows::badNeighbours),
                Row.of(
                        "F20",
                        "partitions added; topic deleted and made anew; offsets expired",
                        "a defined state for each, said in one line; nothing of another topic's life is taken for its own",
                        TenantRows::topicsChange));
    }

    private static void badNeighbours(Rig rig) {
        // Each has a consumer, a lane and rings of its own. Two cores carry 50 of them idle, not 50 JVMs with
        // processors beside them.
        int quiet = rig.isShort() ? 5 : 17;
        rig.open();
        rig.processor("p1").start();
        rig.pipeline().set("processor", "{ targets: [\"" + rig.processor("p1").target() + "\"] }");
        Tenant stuck = Tenant.join(rig, "stuck", 2, Map.of(), "", "--mute");
        Tenant rejecting = Tenant.join(rig, "rejecting", 2, Map.of(), "", "--reject");
        Tenant large = Tenant.join(
                rig,
                "large",
                2,
                Map.of("max.message.bytes", "11534336"),
                "in_flight: { bytes: 64MiB }",
                "--max-frame",
                "16777216");
        for (int i = 0; i < quiet; i++) {
            Tenant.join(rig, "quiet" + i, 1, Map.of(), "");
        }
        GatewayChild gateway = rig.gateway("g1").flags("-Xmx1g");
        gateway.start();
        rig.figure("pipelines", quiet + 4);
        rig.feed();
        rig.flows(rig.records() / 10);
        double moved = gateway.metric("sluice_rebalances_total", "pipeline=\"p\"");
        Duration time = Duration.ofSeconds(rig.isShort() ? 8 : 30);
        Window alone = window(rig, time);
        rig.mark("bad neighbours");
        stuck.feed(5_000, 2, 200);
        rejecting.feed(5_000, 2, 200);
        large.feed(10, 2, 10_000_000);
        Window beside = window(rig, time);
        rig.figure("partitions_moved", (long) (gateway.metric("sluice_rebalances_total", "pipeline=\"p\"") - moved));
        rig.figure("rejected", (long) gateway.metric("sluice_records_dead_lettered_total", "pipeline=\"rejecting\""));
        rig.await("the stuck one says so", () -> gateway.metric("sluice_stalled", "pipeline=\"stuck\"") > 0);
        rig.figure("large_delivered", large.delivered());
        rig.figure("large_dead_letters", (long)
                gateway.metric("sluice_records_dead_lettered_total", "pipeline=\"large\""));
        rig.notes().afterwards(logs -> {
            rig.figure("p99_ms_alone", p99(logs, alone));
            rig.figure("p99_ms_beside", p99(logs, beside));
            rig.figure("records_per_s_alone", Figures.countIn(logs.delivered, alone) / alone.seconds());
            rig.figure("records_per_s_beside", Figures.countIn(logs.delivered, beside) / beside.seconds());
        });
        // The end of the run must not wait for leases of the stuck one.
        stuck.close();
    }

    private static Window window(Rig rig, Duration time) {
        long fromMs = System.currentTimeMillis();
        rig.runFor(time);
        return new Window(fromMs, System.currentTimeMillis());
    }

    /** Time from a record's write to its first delivery, of those written in the window. */
    private static long p99(RunLogs logs, Window window) {
        Map<String, Long> written = new HashMap<>();
        for (Produced p : logs.produced) {
            if (p.t() >= window.fromMs() && p.t() <= window.toMs()) {
                written.put(p.partition() + "@" + p.offset(), p.t());
            }
        }
        List<Long> took = new ArrayList<>();
        logs.delivered.forEach(d -> {
            Long at = written.remove(d.partition() + "@" + d.offset());
            if (at != null) {
                took.add(Math.max(0, d.t() - at));
            }
        });
        took.sort(null);
        return took.isEmpty() ? -1 : took.get((int) (took.size() * 0.99));
    }

    private static void topicsChange(Rig rig) throws Exception {
        rig.use(SoloCluster.start(
                Map.of("offsets.retention.minutes", "1", "offsets.retention.check.interval.ms", "3000")));
        rig.pipeline().kafka("metadata.max.age.ms", "2000");
        rig.open();
        rig.processor("p1").start();
        rig.pipeline().set("processor", "{ targets: [\"" + rig.processor("p1").target() + "\"] }");
        Tenant grows = Tenant.join(rig, "grows", 1, Map.of(), "");
        Tenant anew = Tenant.join(rig, "anew", 1, Map.of(), "");
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 10);

        grows.feed(100, 1, 100);
        rig.await("100 records before it grows", () -> grows.committed() == 100);
        rig.mark("partitions added");
        try (Admin admin = rig.cluster().admin()) {
            admin.createPartitions(Map.of(grows.topic(), NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
        grows.feed(300, 3, 100);
        rig.await("all records of the new partitions too", () -> grows.committed() == 400);
        rig.figure("partitions_added", "all 400 records settled");

        deletedAndMadeAnew(rig, gateway, anew);
        if (!rig.isShort()) {
            expired(rig, gateway, grows);
        }
        rig.flows(rig.records() / 10);
    }

    private static void deletedAndMadeAnew(Rig rig, GatewayChild gateway, Tenant anew) {
        anew.feed(200, 1, 100);
        rig.await("200 records of the first life", () -> anew.committed() == 200);
        rig.mark("topic deleted");
        rig.cluster().deleteTopic(anew.topic());
        rig.await("its partition is gone", () -> partitions(gateway, anew) == 0);
        rig.figure("topic_deleted", state(gateway, anew));
        rig.mark("topic made anew");
        rig.cluster().createTopic(anew.topic(), 1);
        anew.feed(300, 1, 100);
        rig.await("all 300 records of the second life are delivered", () -> anew.delivered() == 500);
        rig.figure("topic_made_anew", state(gateway, anew) + ", read from its beginning");
        rig.await("they are committed", () -> anew.committed() == 300);

        // Nobody sees it missing: what was read of the old one must not be taken for read of the new one.
        rig.mark("topic swapped for a longer one");
        rig.cluster().deleteTopic(anew.topic());
        rig.cluster().createTopic(anew.topic(), 1);
        anew.feed(400, 1, 100);
        rig.runFor(Duration.ofSeconds(15));
        rig.figure("topic_swapped", state(gateway, anew) + ", " + (anew.delivered() - 500) + " of 400 delivered");
    }

    private static void expired(Rig rig, GatewayChild gateway, Tenant tenant) {
        long before = tenant.delivered();
        gateway.term();
        rig.mark("gateway away until its offsets expire");
        rig.await("the broker forgets the offsets", () -> tenant.committed() == 0);
        gateway.start();
        rig.runFor(Duration.ofSeconds(10));
        rig.figure(
                "offsets_expired",
                state(gateway, tenant) + ", start: earliest, " + (tenant.delivered() - before) + " of 400 read again");
    }

    private static int partitions(GatewayChild gateway, Tenant tenant) {
        return gateway.status(tenant.name()).path("partitions").size();
    }

    /** State and reason of a tenant's pipeline. */
    private static String state(GatewayChild gateway, Tenant tenant) {
        JsonNode status = gateway.status(tenant.name());
        String reason = status.path("reason").asString("");
        return status.path("state").asString("?") + (reason.isEmpty() ? "" : ": " + reason);
    }
}
