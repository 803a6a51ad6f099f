package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cluster before the consumer joins: can it be reached, do the topics exist, where does the group stand. */
final class StartupCheck {
    private static final Logger log = LoggerFactory.getLogger(StartupCheck.class);

    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final long SLICE_MS = 200;
    private static final int PROBE_MS = 2_000;

    private final PipelineConfig pipeline;
    private final Map<String, Object> props;
    private final String bootstrap;
    private final BooleanSupplier stopped;
    private final Duration limit;
    private final long deadlineNs;

    /**
     * What was there before this member joined.
     *
     * @param partitions number of partitions of each topic
     * @param committedTopics topics of which the group has committed something
     */
    record Snapshot(Map<String, Integer> partitions, Set<String> committedTopics) {
        /** Whether a partition without a committed offset came to be after the group had begun with the topic. */
        boolean appearedLater(TopicPartition tp) {
            return committedTopics.contains(tp.topic()) || tp.partition() >= partitions.getOrDefault(tp.topic(), 0);
        }
    }

    StartupCheck(PipelineConfig pipeline, Map<String, Object> consumerProps, Duration limit, BooleanSupplier stopped) {
        this.pipeline = pipeline;
        this.props = ConsumerDefaults.admin(consumerProps);
        this.bootstrap = String.valueOf(props.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        this.stopped = stopped;
        this.limit = limit;
        this.deadlineNs = System.nanoTime() + limit.toNanos();
    }

    /**
     * Takes at most the limit given.
     *
     * @throws StartFailure with the reason, also when {@code stopped} turned true meanwhile
     */
    Snapshot run() throws StartFailure {
        Admin admin;
        try {
            admin = Admin.create(props);
        } catch (KafkaException e) {
            throw cannotConnect(e);
        }
        try {
            get(admin.describeCluster().nodes(), "reach the cluster");
            Map<String, Integer> partitions = partitions(admin);
            retryTopics(admin, partitions);
            parkingTopics(admin, partitions);
            return new Snapshot(partitions, committedTopics(admin));
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private Set<String> committedTopics(Admin admin) throws StartFailure {
        String group = pipeline.source().group();
        Set<String> topics = new HashSet<>();
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "read the offsets of group " + group)
                .forEach((tp, offset) -> {
                    if (offset != null) {
                        topics.add(tp.topic());
                    }
                });
        return topics;
    }

    private Map<String, Integer> partitions(Admin admin) throws StartFailure {
        List<String> topics = pipeline.source().topics();
        if (pipeline.source().pattern()) {
            var pattern = java.util.regex.Pattern.compile(topics.get(0));
            topics = get(admin.listTopics().names(), "list topics").stream()
                    .filter(name -> pattern.matcher(name).matches())
                    .toList();
        }
        Map<String, Integer> partitions = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(topics).topicNameValues().entrySet()) {
            TopicDescription description = get(topic.getValue(), "describe topic " + topic.getKey());
            partitions.put(topic.getKey(), description.partitions().size());
        }
        return partitions;
    }

    /** Makes missing retry topics, if that is wanted; without them the pipeline runs, and what fails is held. */
    private void retryTopics(Admin admin, Map<String, Integer> sources) throws StartFailure {
        PipelineConfig.RetryTopics topics = pipeline.retry().topics();
        if (topics.tiers().isEmpty()) {
            return;
        }
        List<String> missing = new ArrayList<>(topics.names());
        missing.removeAll(get(admin.listTopics().names(), "list topics"));
        if (missing.isEmpty()) {
            return;
        }
        int partitions = sources.values().stream().mapToInt(n -> n).max().orElse(1);
        if (!topics.create()) {
            log.atError()
                    .addKeyValue("pipeline", pipeline.name())
                    .log(
                            "retry topics do not exist: {}; records that fail are held until they do; create them, with"
                                    + " {} partitions as the source has, or set retry.topics_create",
                            missing,
                            partitions);
            return;
        }
        List<NewTopic> wanted = missing.stream()
                .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty())
                        .configs(PipelineConfig.RetryTopics.CONFIGS))
                .toList();
        try {
            get(admin.createTopics(wanted).all(), "create retry topics " + missing);
        } catch (StartFailure e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                log.atError()
                        .addKeyValue("pipeline", pipeline.name())
                        .log("{}; records that fail are held until they exist", e.getMessage());
            }
        }
    }

    /** Without them the pipeline cannot run: nobody would know what waits. */
    private void parkingTopics(Admin admin, Map<String, Integer> sources) throws StartFailure {
        PipelineConfig.Parking parking = pipeline.retry().parking();
        if (parking == null) {
            return;
        }
        Set<String> there = get(admin.listTopics().names(), "list topics");
        for (Map.Entry<String, Integer> source : sources.entrySet()) {
            String name = parking.topic(source.getKey());
            int partitions = source.getValue();
            if (there.contains(name)) {
                int has = get(admin.describeTopics(List.of(name)).allTopicNames(), "describe topic " + name)
                        .values()
                        .iterator()
                        .next()
                        .partitions()
                        .size();
                if (has < partitions) {
                    throw parkingTopic(name, "has " + has + " partitions", partitions);
                }
            } else if (!parking.create()) {
                throw parkingTopic(name, "does not exist", partitions);
            } else {
                createParking(admin, name, partitions);
            }
        }
    }

    private static StartFailure parkingTopic(String name, String what, int partitions) {
        return new StartFailure(
                "parking topic " + name + " " + what + "; allowed at least " + partitions
                        + " partitions, as its source has; nothing was read",
                true,
                new IllegalStateException("parking topic"));
    }

    private void createParking(Admin admin, String name, int partitions) throws StartFailure {
        try {
            get(
                    admin.createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())
                                    .configs(PipelineConfig.Parking.CONFIGS)))
                            .all(),
                    "create parking topic " + name);
        } catch (StartFailure e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /** Waits in slices, so that a stop is seen. */
    private <T> T get(KafkaFuture<T> future, String what) throws StartFailure {
        while (true) {
            try {
                return future.get(SLICE_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (stopped.getAsBoolean()) {
                    throw new StartFailure("stopped while starting", true, e);
                }
                if (System.nanoTime() - deadlineNs >= 0) {
                    throw unreachable(e);
                }
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                    throw unreachable(cause);
                }
                throw refused(what, cause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartFailure("interrupted while starting", true, e);
            }
        }
    }

    private StartFailure refused(String what, Throwable cause) {
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new StartFailure(
                    "cannot " + what + " at " + bootstrap
                            + ": it does not exist; create it or correct source.topics; nothing was read",
                    false,
                    cause);
        }
        return Failures.of("cannot " + what + " at " + bootstrap, cause, pipeline.source());
    }

    private StartFailure cannotConnect(KafkaException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        boolean unresolved = String.valueOf(cause.getMessage()).contains("resolvable");
        return unresolved
                ? new StartFailure("Kafka is unreachable: no address of " + bootstrap + " can be resolved", true, e)
                : new StartFailure("Kafka client refused its properties: " + Failures.line(cause), false, e);
    }

    /** No answer in time: a connection tells whether nobody is there, or somebody who speaks otherwise. */
    private StartFailure unreachable(Throwable cause) {
        String protocol = String.valueOf(props.getOrDefault(AdminClientConfig.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT"));
        for (String address : bootstrap.split(",")) {
            if (connects(address.trim())) {
                String hint =
                        protocol.equals("PLAINTEXT") ? "it may want TLS or SASL" : "it may speak another protocol";
                return new StartFailure(
                        "Kafka is unreachable: " + address.trim()
                                + " takes connections but does not answer to security.protocol " + protocol + "; "
                                + hint
                                + ", or be no Kafka broker",
                        true,
                        cause);
            }
        }
        return new StartFailure(
                "Kafka is unreachable: nothing takes connections at " + bootstrap + "; tried for " + limit.toSeconds()
                        + " s",
                true,
                cause);
    }

    private static boolean connects(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            return false;
        }
        String host = address.substring(0, colon).replace("[", "").replace("]", "");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), PROBE_MS);
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
