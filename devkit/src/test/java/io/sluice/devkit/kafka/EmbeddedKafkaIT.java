package io.sluice.devkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedKafkaIT {

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupReadsWhatWasWrittenBeforeTheBrokerWasRestarted(String protocol) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("t", 3, Map.of("max.message.bytes", "2000000"));
            String before = kafka.bootstrapServers();
            produce(kafka, "t", 10);

            kafka.stop();
            kafka.restart();

            assertThat(kafka.bootstrapServers()).isEqualTo(before);
            assertThat(read(kafka, protocol, "t", 10)).isEqualTo(10);
        }
    }

    @Test
    void aClosedBrokerLeavesNoFolderBehind() {
        EmbeddedKafka kafka = EmbeddedKafka.start();
        NodeConfig config = kafka.config();
        assertThat(config.folder()).exists();

        kafka.close();
        kafka.close();

        assertThat(config.folder()).doesNotExist();
    }

    private static void produce(KafkaBroker kafka, String topic, int count) throws Exception {
        Map<String, Object> props = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var producer = new KafkaProducer<>(props, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                var unused = producer.send(new ProducerRecord<>(topic, "k" + i, "v" + i))
                        .get(60, TimeUnit.SECONDS);
            }
        }
    }

    private static int read(KafkaBroker kafka, String protocol, String topic, int atLeast) {
        Map<String, Object> props = Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                "g",
                "group.protocol",
                protocol,
                "auto.offset.reset",
                "earliest");
        int count = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (var consumer = new KafkaConsumer<>(props, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (count < atLeast && System.nanoTime() - deadline < 0) {
                ConsumerRecords<String, String> polled = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<String, String> record : polled) {
                    assertThat(record.topic()).isEqualTo(topic);
                    count++;
                }
            }
        }
        return count;
    }
}
