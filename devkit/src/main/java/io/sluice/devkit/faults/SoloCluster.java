package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.BrokerProcess;
import java.util.HashMap;
import java.util.Map;

/** One broker in a child JVM, which gateways reach as everybody does. {@link #broker()} can be killed and paused. */
final class SoloCluster implements Cluster {
    private final BrokerProcess broker;

    private SoloCluster(BrokerProcess broker) {
        this.broker = broker;
    }

    /**
     * Starts it.
     *
     * @param overrides broker settings that win
     */
    static SoloCluster start(Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>(Map.of(
                // Members of the consumer protocol cannot choose their own.
                "group.consumer.session.timeout.ms", Integer.toString(Pipeline.SESSION_MS)));
        settings.putAll(overrides);
        return new SoloCluster(BrokerProcess.start(settings));
    }

    BrokerProcess broker() {
        return broker;
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public String gatewayBootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public long rssBytes() {
        return broker.rssBytes();
    }

    @Override
    public void close() {
        broker.close();
    }
}
