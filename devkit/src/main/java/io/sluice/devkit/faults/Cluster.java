package io.sluice.devkit.faults;

import io.sluice.devkit.kafka.KafkaBroker;

/**
 * The brokers of a run, with two ways in: faults touch only the gateways' one, so that they never blind the judge.
 *
 * <p>As a {@link KafkaBroker} it is reached by the direct way. Methods may be called from any thread.
 */
interface Cluster extends KafkaBroker {
    /** Value of {@code bootstrap.servers} for producer, oracle and administration. */
    @Override
    String bootstrapServers();

    /** Value of {@code bootstrap.servers} for gateways. */
    String gatewayBootstrapServers();

    /** Resident memory of all brokers, in bytes. */
    long rssBytes();
}
