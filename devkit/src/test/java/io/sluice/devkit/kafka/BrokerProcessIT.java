package io.sluice.devkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerProcessIT {

    @Test
    void acknowledgedRecordsAreThereAfterAKillAndAPause() {
        RecordGenerator generator = new RecordGenerator(1, 1_000, 20, 3, 10, 50);
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createTopic("t", 3);
            Producing.all(broker.bootstrapServers(), generator.records("t"), count -> {});

            broker.kill();
            broker.restart();
            broker.pause();
            broker.resume();

            List<String> seen = new ArrayList<>();
            Topics.forEach(
                    broker.bootstrapServers(),
                    "t",
                    r -> seen.add(new String(r.value(), java.nio.charset.StandardCharsets.US_ASCII)));
            assertThat(seen).hasSize(1_000).doesNotHaveDuplicates();
            assertThat(broker.rssBytes()).isPositive();
        }
    }
}
