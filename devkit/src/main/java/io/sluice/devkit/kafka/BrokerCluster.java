package io.sluice.devkit.kafka;

import io.sluice.devkit.proxy.FaultProxy;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several KRaft nodes, each a {@link BrokerProcess}; topics are replicated to three of them, two must be in sync.
 *
 * <p>Not thread-safe: one thread starts and stops nodes; clients may use it meanwhile from any thread.
 */
public final class BrokerCluster implements KafkaBroker {
    private final List<BrokerProcess> nodes;

    private BrokerCluster(List<BrokerProcess> nodes) {
        this.nodes = nodes;
    }

    /**
     * Starts the nodes on free ports and waits until all answer.
     *
     * @param size number of nodes
     * @param proxy gets a route to each node; null: nodes are only reached directly
     * @param overrides settings of every node that win over the ones chosen here
     */
    public static BrokerCluster start(int size, @Nullable FaultProxy proxy, Map<String, String> overrides) {
        return new BrokerCluster(BrokerProcess.start(NodeConfig.create(size, proxy, overrides)));
    }

    /** The nodes in the order of their ids, which begin at 1. */
    public List<BrokerProcess> nodes() {
        return nodes;
    }

    @Override
    public String bootstrapServers() {
        return nodes.stream().map(BrokerProcess::bootstrapServers).collect(Collectors.joining(","));
    }

    /** Value of {@code bootstrap.servers} for clients whose every connection is to go through the proxy. */
    public String proxiedServers() {
        return nodes.stream().map(BrokerProcess::proxiedServers).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.forEach(BrokerProcess::close);
    }
}
