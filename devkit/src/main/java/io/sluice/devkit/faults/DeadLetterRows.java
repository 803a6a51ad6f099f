package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.BrokerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/** Rows that strike the dead-letter topic. */
final class DeadLetterRows {
    private static final Map<String, String> AUTHORIZER = Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true");

    private static final String HELD = "sluice_dead_letters_held_records";

    private static final Duration SLOW = Duration.ofSeconds(30);
    private static final Duration SLOW_SHORT = Duration.ofSeconds(4);

    private DeadLetterRows() {}

    static List<Row> rows() {
        return List.of(
                Row.inShortLane(
                        "F22",
                        "dead-letter topic missing, denied, refusing the size, slow",
                        "only the keys concerned wait; no offset is committed before its letter is written; all goes on once it can be",
                        DeadLetterRows::strike),
                Row.of(
                        "F22b",
                        "dead-letter topic with too few replicas in sync: one of its two brokers is stopped",
                        "the same: letters wait, other keys go on, nothing is committed before its letter is written",
                        DeadLetterRows::tooFewReplicas));
    }

    private static void tooFewReplicas(Rig rig) {
        ProxiedCluster cluster = rig.use(ProxiedCluster.start(rig.seed(), 3, Map.of()));
        rig.pipeline().set("retry", "{ initial_backoff: 100ms, max_backoff: 500ms }");
        rig.open(Map.of(), false);
        // Two of three brokers, both wanted; the records' own topic can do without one.
        rig.createDeadLetters(Map.of("min.insync.replicas", "2"), List.of(2, 3));
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"));
        rig.feed(lettersOfSomeKeys(rig));
        GatewayChild gateway = rig.gateway("g1");
        rig.await("there are letters", () -> letters(gateway) > 5);
        int rounds = rig.isShort() ? 1 : 2;
        long mostHeld = 0;
        long meanwhile = 0;
        for (int round = 0; round < rounds; round++) {
            int id = 2 + rig.schedule().pick(round, 2);
            BrokerProcess broker = cluster.nodes().get(id - 1);
            String what = "broker " + id + " is stopped";
            rig.mark(what);
            rig.notes().faultBegins(what);
            broker.stop();
            rig.await("letters are held", () -> gateway.metric(HELD) > 0);
            long letters = letters(gateway);
            long settled = rig.progress().settled();
            held(rig);
            mostHeld = Math.max(mostHeld, Math.round(gateway.metric(HELD)));
            meanwhile += rig.progress().settled() - settled;
            Checks.require(letters(gateway) == letters, "no letter counts as written by one replica");
            broker.restart();
            rig.notes().faultEnds(what);
            goesOn(rig);
            rig.flows(rig.records() / 50);
        }
        rig.figure("held_records", mostHeld);
        rig.figure("settled_meanwhile", meanwhile);
        rig.notes().afterwards(logs -> rig.figure("dead_letters", logs.outcomes.size()));
    }

    /** Twenty of two hundred keys have letters; the others must not notice. */
    private static Mix lettersOfSomeKeys(Rig rig) {
        return Mix.plain(rig.seed(), rig.partitions())
                .script((index, key) -> key % 10 == 3 && index % 4 == 0 ? "reject" : "ack");
    }

    private static void strike(Rig rig) throws Exception {
        SoloCluster cluster = rig.use(SoloCluster.start(AUTHORIZER));
        rig.pipeline().set("retry", "{ initial_backoff: 100ms, max_backoff: 500ms }");
        rig.open(Map.of(), false);
        rig.start(rig.processor("p1"), rig.processor("p2"), rig.gateway("g1"));
        rig.feed(lettersOfSomeKeys(rig));
        try (Admin admin = cluster.admin()) {
            rig.mark("topic is missing");
            held(rig);
            rig.createDeadLetters(Map.of());
            goesOn(rig);
            during(rig, "topic is denied", () -> deny(rig, admin), () -> permit(rig, admin));
            during(
                    rig,
                    "letters are too large",
                    () -> set(rig, admin, "max.message.bytes", "120"),
                    () -> set(rig, admin, "max.message.bytes", "1048588"));
            slow(rig, admin);
        }
        rig.notes().afterwards(logs -> rig.figure("dead_letters", logs.outcomes.size()));
    }

    private interface Change {
        void make() throws Exception;
    }

    private static void during(Rig rig, String what, Change breaks, Change heals) throws Exception {
        rig.flows(rig.records() / 50);
        rig.mark(what);
        rig.notes().faultBegins(what);
        breaks.make();
        held(rig);
        heals.make();
        rig.notes().faultEnds(what);
        goesOn(rig);
    }

    /** Letters are neither written nor refused for a while, and other keys go on. */
    private static void slow(Rig rig, Admin admin) throws Exception {
        String what = "topic is slow";
        rig.flows(rig.records() / 50);
        rig.mark(what);
        rig.notes().faultBegins(what);
        quota(admin, 2_000.0);
        rig.runFor(rig.isShort() ? SLOW_SHORT : SLOW);
        rig.flows(rig.records() / 20);
        quota(admin, null);
        rig.notes().faultEnds(what);
        goesOn(rig);
    }

    /** Letters wait, and meanwhile other keys go on. */
    private static void held(Rig rig) {
        GatewayChild gateway = rig.gateway("g1");
        rig.await("letters are held", () -> gateway.metric(HELD) > 0);
        rig.flows(rig.records() / 20);
        rig.runFor(Duration.ofMillis(500));
    }

    private static void goesOn(Rig rig) {
        GatewayChild gateway = rig.gateway("g1");
        rig.mark("topic is sound");
        long letters = letters(gateway);
        rig.await("held letters are written", () -> letters(gateway) > letters + 5);
    }

    private static long letters(GatewayChild gateway) {
        return Math.round(gateway.metric("sluice_records_dead_lettered_total"));
    }

    private static void set(Rig rig, Admin admin, String name, String value) throws Exception {
        done(admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, rig.deadLetters()),
                        List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                .all());
    }

    /** Bytes a second that any client may write. The feed's own client is exempt. */
    private static void quota(Admin admin, @Nullable Double bytesPerSecond) throws Exception {
        ClientQuotaEntity everybody = new ClientQuotaEntity(java.util.Collections.singletonMap("client-id", null));
        ClientQuotaEntity feed = new ClientQuotaEntity(Map.of("client-id", Feed.CLIENT));
        Double feedsOwn = bytesPerSecond == null ? null : Double.valueOf(1e9);
        done(admin.alterClientQuotas(List.of(
                        new ClientQuotaAlteration(
                                feed, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", feedsOwn))),
                        new ClientQuotaAlteration(
                                everybody,
                                List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
                .all());
    }

    private static void deny(Rig rig, Admin admin) throws Exception {
        done(admin.createAcls(List.of(
                        acl(rig, AclOperation.ALL, AclPermissionType.ALLOW),
                        acl(rig, AclOperation.WRITE, AclPermissionType.DENY)))
                .all());
    }

    private static void permit(Rig rig, Admin admin) throws Exception {
        done(admin.deleteAcls(List.of(
                        acl(rig, AclOperation.WRITE, AclPermissionType.DENY).toFilter()))
                .all());
    }

    private static AclBinding acl(Rig rig, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, rig.deadLetters(), PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    private static void done(KafkaFuture<?> future) throws ExecutionException, InterruptedException, TimeoutException {
        future.get(60, TimeUnit.SECONDS);
    }
}
