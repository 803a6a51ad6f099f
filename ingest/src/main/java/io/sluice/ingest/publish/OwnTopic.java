package io.sluice.ingest.publish;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a topic that the pipeline writes to is there. Asked before a producer hears of the topic: a producer's own look-up makes
 * a missing topic, with the broker's defaults, where the broker allows it. Owned by: publish thread.
 */
final class OwnTopic {
    static final String HELD = "the record is held and its offset is not committed";

    private static final long WAIT_S = 6;
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final String kind;
    private final String name;
    private final boolean create;
    private final Map<String, String> configs;
    private final Map<String, Object> adminProps;

    private boolean known;
    private long againNs;
    private @Nullable String problem;

    /**
     * @param kind for messages, such as {@code dead-letter topic}
     * @param create whether it is made when it is missing, with these configs and the partitions of the source
     */
    OwnTopic(String kind, String name, boolean create, Map<String, String> configs, Map<String, Object> adminProps) {
        this.kind = kind;
        this.name = name;
        this.create = create;
        this.configs = configs;
        this.adminProps = adminProps;
    }

    /** After a failed write: to be asked again. */
    void doubt() {
        known = false;
    }

    /**
     * Asks the cluster unless it is known; after a refusal at most once a second, so that a burst of letters fails
     * fast.
     *
     * @return null: ready; else one line saying why not
     */
    @Nullable
    String check(String sourceTopic, long nowNs) {
        if (known) {
            return null;
        }
        String last = problem;
        if (last != null && nowNs - againNs < 0) {
            return last;
        }
        problem = ask(sourceTopic);
        known = problem == null;
        againNs = System.nanoTime() + AGAIN_NS;
        return problem;
    }

    private @Nullable String ask(String sourceTopic) {
        try (CloseAtOnce client = new CloseAtOnce(Admin.create(adminProps))) {
            try {
                get(client.admin.describeTopics(List.of(name)).allTopicNames());
                return null;
            } catch (UnknownTopicOrPartitionException e) {
                return create ? make(client.admin, sourceTopic) : missing();
            }
        } catch (KafkaException e) {
            return "cannot look up " + kind + " " + name + ": " + Texts.clean(String.valueOf(e.getMessage())) + "; "
                    + HELD;
        }
    }

    private @Nullable String make(Admin admin, String sourceTopic) {
        var source = get(admin.describeTopics(List.of(sourceTopic)).allTopicNames());
        int partitions = source.values().iterator().next().partitions().size();
        try {
            get(admin.createTopics(
                            List.of(new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs)))
                    .all());
        } catch (TopicExistsException e) {
            return null;
        } catch (KafkaException e) {
            return kind + " " + name + " does not exist and cannot be created: "
                    + Texts.clean(String.valueOf(e.getMessage())) + "; " + HELD;
        }
        return null;
    }

    private String missing() {
        return kind + " " + name + " does not exist; " + HELD + "; create the topic";
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get(WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no answer from the cluster", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    /** An admin client's own close waits for what is outstanding. */
    private record CloseAtOnce(Admin admin) implements AutoCloseable {
        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }
}
