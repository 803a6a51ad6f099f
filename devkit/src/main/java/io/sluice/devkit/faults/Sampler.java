package io.sluice.devkit.faults;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Looks at the run four times a second, on a thread of its own, and asks the broker how far the group has committed. */
final class Sampler implements AutoCloseable {
    private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Rig rig;
    private final Admin admin;
    private final Thread thread = new Thread(this::run, "sampler");
    private volatile long lag = -1;
    private volatile boolean closed;

    Sampler(Rig rig) {
        this.rig = rig;
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, rig.cluster().bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "1000",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "1500",
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500"));
    }

    Sampler start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** Records in the topic that were not committed at the last look; -1 if the broker did not say. */
    long lag() {
        return lag;
    }

    private void run() {
        long dueNs = System.nanoTime();
        while (!closed) {
            dueNs += EVERY_NS;
            look();
            // Late looks are left out, not made up for.
            dueNs = Math.max(dueNs, System.nanoTime());
            while (!closed && dueNs - System.nanoTime() > 0) {
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
        }
    }

    private void look() {
        lag = askForLag();
        rig.notes().timeline().sample(rig.produced(), rig.progress().settled(), lag);
        rig.children().forEach(Child::rssBytes);
    }

    private long askForLag() {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int p = 0; p < rig.partitions(); p++) {
            wanted.put(new TopicPartition(rig.topic(), p), OffsetSpec.latest());
        }
        // Committed before ends: the other way round a record produced in between could hide a lag.
        ListConsumerGroupOffsetsResult commits = admin.listConsumerGroupOffsets(rig.group());
        try {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    commits.partitionsToOffsetAndMetadata().get(2, TimeUnit.SECONDS);
            ListOffsetsResult ends = admin.listOffsets(wanted);
            long sum = 0;
            for (TopicPartition partition : wanted.keySet()) {
                OffsetAndMetadata at = committed.get(partition);
                sum += ends.partitionResult(partition).get(2, TimeUnit.SECONDS).offset()
                        - (at == null ? 0 : at.offset());
            }
            return sum;
        } catch (ExecutionException | TimeoutException notNow) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(java.time.Duration.ofSeconds(1));
    }
}
