package io.sluice.ingest.cli;

/** JVM-wide properties of Kafka clients. They only count if set before the first client is made. */
final class KafkaSafety {
    private static final String LOGIN_MODULES = "org.apache.kafka.common.security.plain.PlainLoginModule,"
            + "org.apache.kafka.common.security.scram.ScramLoginModule";

    private KafkaSafety() {}

    /** What the operator gave with {@code -D} stays. */
    static void apply() {
        // Values of properties must not be able to read files or variables: ours are resolved already.
        set("org.apache.kafka.automatic.config.providers", "none");
        // The others can be made to load code or to talk to a directory (CVE-2023-25194, CVE-2025-27818).
        set("org.apache.kafka.allowed.login.modules", LOGIN_MODULES);
    }

    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
