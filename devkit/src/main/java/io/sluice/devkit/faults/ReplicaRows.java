package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.BrokerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;

/** Rows that strike where the log is kept. */
final class ReplicaRows {
    private static final int DISK_MIB = 64;

    private ReplicaRows() {}

    static List<Row> rows() {
        return List.of(
                Row.of(
                        "F17",
                        "leaders change, partitions move between three brokers",
                        "nothing is skipped, nothing comes twice",
                        ReplicaRows::moveLeaders),
                Row.of(
                        "F23",
                        "broker's disk full",
                        "commits fail, and go on after there is room; the gateway is not restarted",
                        ReplicaRows::fullDisk));
    }

    private static void moveLeaders(Rig rig) throws Exception {
        ProxiedCluster cluster = rig.use(ProxiedCluster.start(rig.seed(), 3, Map.of()));
        rig.open();
        rig.start(rig.processor("p1"), rig.processor("p2"));
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        rig.feed();
        rig.flows(rig.records() / 20);
        double moved = gateway.metric("sluice_rebalances_total");
        int rounds = rig.isShort() ? 4 : 12;
        try (Admin admin = cluster.admin()) {
            for (int round = 0; round < rounds; round++) {
                rig.mark(round % 3 == 2 ? "replicas move" : "leaders move");
                reassign(admin, rig, round);
                rig.flows(rig.records() / 40);
            }
        }
        rig.figure("partitions_moved", (long) (gateway.metric("sluice_rebalances_total") - moved));
        rig.notes().afterwards(logs -> rig.figure("acked_twice", Figures.ackedTwice(logs)));
    }

    /** Gives each partition another order of replicas, every third time only two of them, and has the first one lead. */
    private static void reassign(Admin admin, Rig rig, int round) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new HashMap<>();
        for (int p = 0; p < rig.partitions(); p++) {
            List<Integer> replicas = new ArrayList<>(List.of(1, 2, 3));
            Collections.rotate(replicas, p + round + 1);
            wanted.put(
                    new TopicPartition(rig.topic(), p),
                    Optional.of(new NewPartitionReassignment(round % 3 == 2 ? replicas.subList(0, 2) : replicas)));
        }
        admin.alterPartitionReassignments(wanted).all().get();
        rig.await("reassignments are done", () -> ongoing(admin) == 0);
        Set<TopicPartition> partitions = new HashSet<>(wanted.keySet());
        admin.electLeaders(ElectionType.PREFERRED, partitions)
                .partitions()
                .get()
                .forEach((partition, error) -> {
                    if (error.isPresent() && !(error.get() instanceof ElectionNotNeededException)) {
                        throw new IllegalStateException("no election for " + partition + ": " + error.get());
                    }
                });
    }

    private static int ongoing(Admin admin) {
        try {
            return admin.listPartitionReassignments().reassignments().get().size();
        } catch (ExecutionException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private static void fullDisk(Rig rig) throws Exception {
        SmallDisk disk = rig.closing(SmallDisk.mount(rig.folder().resolve("disk"), DISK_MIB));
        SoloCluster cluster = rig.use(SoloCluster.start(Map.of(
                "log.dirs", disk.folder().resolve("data").toString(),
                "metadata.log.dir", rig.folder().resolve("metadata").toString(),
                "log.segment.bytes", "1048576",
                "log.retention.bytes", "4194304",
                "log.retention.check.interval.ms", "1000",
                "log.index.size.max.bytes", "65536")));
        rig.open(Map.of("retention.bytes", "-1"), true);
        rig.processor("p1").start();
        GatewayChild gateway = rig.gateway("g1");
        gateway.start();
        // Slow enough that the records themselves do not fill it.
        rig.feed();
        rig.flows(rig.records() / 10);
        long pid = gateway.process().pid();

        BrokerProcess broker = cluster.broker();
        rig.mark("disk full");
        rig.notes().faultBegins("disk full");
        disk.fill();
        rig.await("the broker gives up its disk and ends", () -> !broker.isAlive());
        rig.runFor(Duration.ofSeconds(5));
        disk.makeRoom();
        rig.mark("room again, broker started");
        broker.restart();
        rig.notes().faultEnds("disk full");
        long backNs = System.nanoTime();
        rig.flows(rig.records() / 10);
        rig.figure("resume_ms", (System.nanoTime() - backNs) / 1_000_000);
        Checks.require(gateway.process().pid() == pid && gateway.isUp(), "the gateway was not restarted");
    }

    /** A file system of so many MiB in memory. Needs to be root. */
    private record SmallDisk(Path folder, Path ballast) implements AutoCloseable {
        static SmallDisk mount(Path folder, int mib) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make " + folder, e);
            }
            run("mount", "-t", "tmpfs", "-o", "size=" + mib + "m", "sluice-faults", folder.toString());
            return new SmallDisk(folder, folder.resolve("ballast"));
        }

        /** Takes what is left. */
        void fill() {
            byte[] block = new byte[4096];
            try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
                while (true) {
                    file.write(block);
                }
            } catch (IOException full) {
                // That is how it ends.
            }
        }

        void makeRoom() {
            try {
                Files.delete(ballast);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete " + ballast, e);
            }
        }

        @Override
        public void close() {
            run("umount", folder.toString());
        }

        private static void run(String... command) {
            try {
                Process process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String said =
                        new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("cannot " + String.join(" ", command) + ": " + said.strip());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot run " + command[0], e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
