package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.BrokerCluster;
import io.sluice.devkit.kafka.BrokerProcess;
import io.sluice.devkit.proxy.FaultProxy;
import io.sluice.devkit.proxy.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Brokers that gateways reach through the fault proxy only, and everybody else directly: what is done to gateways never blinds the judge. */
final class ProxiedCluster implements Cluster {
    private final FaultProxy proxy;
    private final BrokerCluster brokers;

    private ProxiedCluster(FaultProxy proxy, BrokerCluster brokers) {
        this.proxy = proxy;
        this.brokers = brokers;
    }

    /**
     * Starts it.
     *
     * @param seed of what the proxy draws
     * @param overrides broker settings that win
     */
    static ProxiedCluster start(long seed, int nodes, Map<String, String> overrides) {
        Map<String, String> settings =
                new HashMap<>(Map.of("group.consumer.session.timeout.ms", Integer.toString(Pipeline.SESSION_MS)));
        settings.putAll(overrides);
        FaultProxy proxy = new FaultProxy(seed);
        try {
            return new ProxiedCluster(proxy, BrokerCluster.start(nodes, proxy, settings));
        } catch (RuntimeException e) {
            proxy.close();
            throw e;
        }
    }

    List<BrokerProcess> nodes() {
        return brokers.nodes();
    }

    /** Does something to the way to each broker. */
    void routes(Consumer<Route> what) {
        brokers.nodes().forEach(node -> what.accept(node.route()));
    }

    /** Gives a processor a way through the proxy; before gateways start. */
    Route inFrontOf(ProcessorChild processor) {
        Route route = proxy.route(processor.port());
        processor.reachedBy("static://" + route.address());
        return route;
    }

    @Override
    public String bootstrapServers() {
        return brokers.bootstrapServers();
    }

    @Override
    public String gatewayBootstrapServers() {
        return brokers.proxiedServers();
    }

    @Override
    public long rssBytes() {
        return brokers.nodes().stream().mapToLong(BrokerProcess::rssBytes).sum();
    }

    @Override
    public void close() {
        brokers.close();
        proxy.close();
    }
}
