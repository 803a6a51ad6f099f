package io.sluice.devkit.faults;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.databind.JsonNode;

/** The row in which topics are not what they were. */
final class TopicRows {
    private TopicRows() {}

    static List<Row> rows() {
        return List.of(Row.of(
                "F20",
                "partitions added; topic deleted and made anew; offsets expired",
                "a defined state for each, said in one line; nothing of another topic's life is taken for its own",
                TopicRows::topicsChange));
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
        Tenant swapped = Tenant.join(rig, "swapped", 1, Map.of(), "");
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
        swapped(rig, gateway, swapped);
        expired(rig, gateway, grows);
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
    }

    /** Nobody sees it missing: what was read of the old one must not be taken for read of the new one. */
    private static void swapped(Rig rig, GatewayChild gateway, Tenant swapped) {
        swapped.feed(300, 1, 100);
        rig.await("300 records of the first life", () -> swapped.committed() == 300);
        rig.mark("topic swapped for a longer one");
        try (Admin admin = rig.cluster().admin()) {
            // Both at once, so that no refresh of metadata falls in between.
            var deleted = admin.deleteTopics(List.of(swapped.topic())).all();
            deleted.get();
            admin.createTopics(List.of(new NewTopic(swapped.topic(), 1, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot swap " + swapped.topic() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        swapped.feed(400, 1, 100);
        rig.await(
                "it stops, or reads all of the new topic",
                () -> state(gateway, swapped).startsWith("FAILED") || swapped.delivered() >= 700);
        String state = state(gateway, swapped);
        rig.figure("topic_swapped", state);
        rig.mark(state.split(";", 2)[0]);
        if (state.startsWith("FAILED")) {
            Checks.require(
                    state.contains("made anew"), "the pipeline says that the topic was made anew, not: " + state);
            rig.mark("operator begins at the new topic's first record");
            gateway.term();
            reset(rig, swapped);
            gateway.start();
        }
        rig.await("all 400 records of the new topic are settled", () -> swapped.committed() == 400);
    }

    private static void reset(Rig rig, Tenant tenant) {
        try (Admin admin = rig.cluster().admin()) {
            admin.alterConsumerGroupOffsets(
                            tenant.group(), Map.of(new TopicPartition(tenant.topic(), 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot reset " + tenant.group() + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void expired(Rig rig, GatewayChild gateway, Tenant tenant) {
        long before = tenant.delivered();
        // The run's own group is kept alive, and with it its offsets: a member of it stays.
        try (Intruder keeper = new Intruder(rig, "classic")) {
            rig.await("somebody keeps the run's own group", () -> keeper.partitions() > 0);
            rig.mark("gateway away until its offsets expire");
            gateway.term();
            rig.await("the broker forgets the offsets", () -> tenant.committed() == 0);
            gateway.start();
        }
        rig.await("all records are delivered again", () -> tenant.delivered() - before >= 400);
        rig.await("they are committed", () -> tenant.committed() == 400);
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
