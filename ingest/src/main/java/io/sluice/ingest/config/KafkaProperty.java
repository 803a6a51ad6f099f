package io.sluice.ingest.config;

import io.sluice.ingest.config.Types.Choice;
import io.sluice.ingest.config.Types.Flag;
import io.sluice.ingest.config.Types.Text;
import io.sluice.ingest.config.Types.Whole;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka client property that a configuration may set. What is not listed here is refused; {@link KafkaRefusals} says why.
 *
 * @param roles kinds of clients that know it
 * @param secret whether its value is never printed, and never written in clear in the file
 */
record KafkaProperty(String name, Type type, Set<Role> roles, boolean secret) {
    /** Kinds of clients. */
    enum Role {
        CONSUMER,
        PRODUCER,
        ADMIN
    }

    private static final Map<String, KafkaProperty> ALL = new LinkedHashMap<>();
    private static final Set<Role> EVERY = EnumSet.allOf(Role.class);
    private static final Set<Role> CONSUMER = EnumSet.of(Role.CONSUMER);
    private static final Set<Role> PRODUCER = EnumSet.of(Role.PRODUCER);

    private static final Type BYTES = new Whole(1, Integer.MAX_VALUE);
    private static final Type MILLIS = new Whole(0, Integer.MAX_VALUE);
    private static final Type ANY = new Text("text", "[\\s\\S]+", "text");
    private static final Type PATH = new Text("an absolute path", "/.+", "an absolute path");
    private static final Type STORE = new Choice("JKS", "PKCS12", "PEM");

    static {
        String address = "[A-Za-z0-9._\\[\\]:-]+:[0-9]{1,5}";
        String addresses = address + "(?: *, *" + address + ")*";
        put(
                EVERY,
                new Text("a list of host:port", addresses, "host:port, several separated by commas"),
                "bootstrap.servers");
        put(EVERY, new Choice("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"), "security.protocol");
        put(EVERY, new Choice("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"), "sasl.mechanism");
        secret("sasl.jaas.config", new Jaas());
        put(EVERY, PATH, "ssl.truststore.location", "ssl.keystore.location");
        put(EVERY, STORE, "ssl.truststore.type", "ssl.keystore.type");
        put(EVERY, ANY, "ssl.truststore.certificates", "ssl.keystore.certificate.chain");
        secret("ssl.truststore.password", ANY);
        secret("ssl.keystore.password", ANY);
        secret("ssl.keystore.key", ANY);
        secret("ssl.key.password", ANY);
        put(
                EVERY,
                new Text("TLS versions", "TLSv1\\.[23](?: *, *TLSv1\\.[23])*", "TLSv1.2, TLSv1.3"),
                "ssl.enabled.protocols");
        put(EVERY, ANY, "ssl.cipher.suites");
        put(EVERY, new Choice("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"), "client.dns.lookup");
        put(EVERY, MILLIS, "request.timeout.ms", "reconnect.backoff.ms", "reconnect.backoff.max.ms");
        put(EVERY, MILLIS, "retry.backoff.ms", "retry.backoff.max.ms", "metadata.max.age.ms");
        put(EVERY, MILLIS, "connections.max.idle.ms");
        put(EVERY, MILLIS, "socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.max.ms");
        put(EVERY, new Whole(-1, Integer.MAX_VALUE), "send.buffer.bytes", "receive.buffer.bytes");
        put(EnumSet.of(Role.CONSUMER, Role.ADMIN), MILLIS, "default.api.timeout.ms");

        put(CONSUMER, BYTES, "fetch.min.bytes", "fetch.max.bytes", "max.partition.fetch.bytes");
        put(CONSUMER, MILLIS, "fetch.max.wait.ms");
        put(CONSUMER, new Whole(1, 1_000_000), "max.poll.records");
        put(CONSUMER, new Whole(1_000, Integer.MAX_VALUE), "session.timeout.ms", "max.poll.interval.ms");
        put(CONSUMER, new Whole(100, Integer.MAX_VALUE), "heartbeat.interval.ms");
        put(CONSUMER, new Choice("read_uncommitted", "read_committed"), "isolation.level");
        put(CONSUMER, new Flag(), "check.crcs");
        put(CONSUMER, ANY, "client.rack", "group.instance.id", "group.remote.assignor");

        put(PRODUCER, new Choice("none", "gzip", "snappy", "lz4", "zstd"), "compression.type");
        put(PRODUCER, MILLIS, "linger.ms", "delivery.timeout.ms", "max.block.ms", "metadata.max.idle.ms");
        put(PRODUCER, BYTES, "batch.size", "max.request.size");
        put(PRODUCER, new Whole(1, Long.MAX_VALUE), "buffer.memory");
    }

    static @Nullable KafkaProperty named(String name) {
        return ALL.get(name);
    }

    static Collection<KafkaProperty> all() {
        return ALL.values();
    }

    boolean isFor(Set<Role> clients) {
        return roles.stream().anyMatch(clients::contains);
    }

    private static void put(Set<Role> roles, Type type, String... names) {
        for (String name : names) {
            ALL.put(name, new KafkaProperty(name, type, roles, false));
        }
    }

    private static void secret(String name, Type type) {
        ALL.put(name, new KafkaProperty(name, type, EVERY, true));
    }

    /** Login modules that reach no directory and no file: the others can be made to load what a stranger sends. */
    private record Jaas() implements Type {
        private static final String MODULES = "org.apache.kafka.common.security.";

        @Override
        public String allowed() {
            return "PlainLoginModule or ScramLoginModule with options, ending with \";\"";
        }

        @Override
        public Object read(String text) throws Refused {
            if (!text.startsWith(MODULES + "plain.PlainLoginModule ")
                    && !text.startsWith(MODULES + "scram.ScramLoginModule ")) {
                throw new Refused("not an allowed login module");
            }
            if (!text.stripTrailing().endsWith(";")) {
                throw new Refused("a login module without \";\" at the end");
            }
            return text;
        }

        @Override
        public Map<String, Object> schema() {
            return Types.ordered("type", "string");
        }
    }
}
