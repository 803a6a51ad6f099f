package io.sluice.devkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.kafka.Producing;
import io.sluice.devkit.kafka.RecordGenerator;
import io.sluice.devkit.kafka.Topics;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@WithKafka
class KafkaExtensionIT {

    @Test
    void aTopicIsReadFromBeginningToEnd(TestKafka kafka) {
        RecordGenerator generator = new RecordGenerator(7, 500, 10, 4, 5, 20);
        String topic = kafka.topic("read", 4);

        long written = Producing.all(kafka.bootstrapServers(), generator.records(topic), count -> {});

        assertThat(written).isEqualTo(500);
        assertThat(Topics.readAll(kafka.bootstrapServers(), topic)).hasSize(500).allSatisfy(record -> {
            long index = Long.parseLong(
                    new String(record.value(), java.nio.charset.StandardCharsets.US_ASCII).split(":")[0]);
            assertThat(record.value()).isEqualTo(generator.value(index));
            assertThat(record.partition()).isEqualTo(generator.partition(index));
        });
    }

    @Test
    void lagCountsWhatAGroupHasNotCommitted(TestKafka kafka) throws Exception {
        String topic = kafka.topic("lag", 2);
        String group = kafka.name("group");
        Producing.all(kafka.bootstrapServers(), new RecordGenerator(1, 100, 10, 2, 5, 5).records(topic), count -> {});
        Map<TopicPartition, Long> ends = Topics.endOffsets(kafka.bootstrapServers(), topic);
        assertThat(Topics.lag(ends, Topics.committed(kafka.bootstrapServers(), group)))
                .isEqualTo(100);

        TopicPartition first = new TopicPartition(topic, 0);
        try (Admin admin = kafka.broker().admin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(first, new OffsetAndMetadata(3)))
                    .all()
                    .get();
        }

        assertThat(Topics.committed(kafka.bootstrapServers(), group)).containsExactly(Map.entry(first, 3L));
        assertThat(Topics.lag(ends, Topics.committed(kafka.bootstrapServers(), group)))
                .isEqualTo(97);
    }

    @Test
    void twoTestsGetDifferentNamesAndTheSameBroker(TestKafka kafka, TestKafka again) {
        assertThat(again).isSameAs(kafka);
        assertThat(kafka.name("x")).isNotEqualTo(again.name("x"));
    }
}
