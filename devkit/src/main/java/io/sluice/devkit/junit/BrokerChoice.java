package io.sluice.devkit.junit;

import io.sluice.devkit.kafka.EmbeddedKafka;
import io.sluice.devkit.kafka.KafkaBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka in a container when a Docker engine answers and the image can be had, else in this JVM. One log line says which.
 *
 * <p>The image is the system property or environment variable {@code SLUICE_KAFKA_IMAGE}, by default Apache's of a fixed version;
 * {@code none} means: do not try Docker. A local image must be laid out as {@code apache/kafka} is.
 */
final class BrokerChoice {
    static final String IMAGE = "SLUICE_KAFKA_IMAGE";
    private static final String DEFAULT_IMAGE = "apache/kafka:4.1.0";
    private static final Logger LOG = LoggerFactory.getLogger(BrokerChoice.class);

    private BrokerChoice() {}

    static KafkaBroker start() {
        String image = Optional.ofNullable(System.getProperty(IMAGE))
                .or(() -> Optional.ofNullable(System.getenv(IMAGE)))
                .orElse(DEFAULT_IMAGE);
        if (image.equals("none")) {
            return embedded(IMAGE + "=none");
        }
        if (!dockerAnswers()) {
            return embedded("no Docker engine answers");
        }
        try {
            KafkaContainer container =
                    new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
            container.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
            container.withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
            container.start();
            LOG.atInfo().addKeyValue("image", image).log("Kafka for tests: container");
            return new ContainerKafka(container);
        } catch (RuntimeException e) {
            return embedded("image " + image + " cannot be run: " + e.getMessage());
        }
    }

    private static KafkaBroker embedded(String why) {
        LOG.atInfo().addKeyValue("why", why).log("Kafka for tests: in this JVM");
        return EmbeddedKafka.start();
    }

    /** Looks for a socket first, because Testcontainers logs a page when there is none. */
    private static boolean dockerAnswers() {
        boolean configured = System.getenv("DOCKER_HOST") != null
                || Files.exists(Path.of("/var/run/docker.sock"))
                || Files.exists(Path.of(System.getProperty("user.home"), ".testcontainers.properties"));
        return configured && DockerClientFactory.instance().isDockerAvailable();
    }

    private record ContainerKafka(KafkaContainer container) implements KafkaBroker {
        @Override
        public String bootstrapServers() {
            return container.getBootstrapServers();
        }

        @Override
        public void close() {
            container.stop();
        }
    }
}
