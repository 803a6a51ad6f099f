package io.sluice.devkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.devkit.proxy.FaultProxy;
import io.sluice.devkit.proxy.Toxics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.TimeoutException;
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

    @Test
    void aClientThatComesByTheProxyStaysOnIt() throws Exception {
        try (FaultProxy proxy = new FaultProxy(1);
                BrokerProcess broker = BrokerProcess.start(Map.of(), proxy)) {
            broker.createTopic("t", 1);
            assertThat(broker.route().counts().accepted()).isZero();

            RecordGenerator generator = new RecordGenerator(1, 100, 5, 1, 1_000, 1_000);
            Producing.all(broker.proxiedServers(), generator.records("t"), count -> {});

            assertThat(broker.route().counts().bytesUp()).isGreaterThan(100_000);
            List<byte[]> seen = new ArrayList<>();
            Topics.forEach(broker.bootstrapServers(), "t", r -> seen.add(r.value()));
            assertThat(seen).hasSize(100);

            broker.route().toxics(Toxics.NONE.stall());
            assertThatThrownBy(() -> {
                        try (Admin admin = admin(broker.proxiedServers())) {
                            admin.describeCluster().nodes().get();
                        }
                    })
                    .hasRootCauseInstanceOf(TimeoutException.class);
            assertThat(Topics.endOffsets(broker.bootstrapServers(), "t").values())
                    .containsExactly(100L);
        }
    }

    @Test
    void aClusterOutlivesOneOfItsNodes() throws Exception {
        try (FaultProxy proxy = new FaultProxy(1);
                BrokerCluster cluster = BrokerCluster.start(3, proxy, Map.of())) {
            cluster.createTopic("t", 3);

            cluster.nodes().get(2).kill();
            RecordGenerator generator = new RecordGenerator(1, 1_000, 20, 3, 10, 50);
            Producing.all(cluster.proxiedServers(), generator.records("t"), count -> {});

            List<byte[]> seen = new ArrayList<>();
            Topics.forEach(cluster.bootstrapServers(), "t", r -> seen.add(r.value()));
            assertThat(seen).hasSize(1_000);
            cluster.nodes().get(2).restart();
            assertThat(cluster.nodes().get(2).nodeId()).isEqualTo(3);
        }
    }

    private static Admin admin(String servers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "1000",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "1000"));
    }
}
