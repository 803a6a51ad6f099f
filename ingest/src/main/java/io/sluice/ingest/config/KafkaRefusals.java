package io.sluice.ingest.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Kafka client properties that are refused on purpose, each with its reason: what people know and will try. */
final class KafkaRefusals {
    private static final Map<List<String>, String> REASONS = new LinkedHashMap<>();

    static {
        refuse("Sluice commits what processors settled", "enable.auto.commit", "auto.commit.*");
        refuse("use source.start; an offset out of range stops the pipeline", "auto.offset.reset");
        refuse("use source.group", "group.id");
        refuse("use source.protocol", "group.protocol");
        refuse("Sluice names its clients after pipeline and lane", "client.id");
        refuse(
                "classic groups are cooperative-sticky; with protocol: consumer the broker assigns, see"
                        + " group.remote.assignor",
                "partition.assignment.strategy");
        refuse(
                "records travel as bytes",
                "key.serializer",
                "value.serializer",
                "key.deserializer",
                "value.deserializer");
        refuse(
                "dead letters are written with acks=all, idempotent, in order",
                "acks",
                "enable.idempotence",
                "retries",
                "max.in.flight.requests.*");
        refuse("there are no transactions yet", "transactional.id", "transaction.*");
        refuse("use ${env:NAME} and ${file:/path}", "config.providers*");
        refuse("host names of brokers are always verified", "ssl.endpoint.identification.algorithm");
        refuse("use ssl.enabled.protocols", "ssl.protocol");
        refuse(
                "it would load code into the gateway",
                "*.class",
                "*.classes",
                "*.class.*",
                "metric.reporters",
                "security.providers",
                "ssl.provider");
        refuse("OAUTHBEARER is not supported yet", "sasl.oauthbearer.*", "sasl.login.*");
        refuse("GSSAPI is not supported", "sasl.kerberos.*");
        refuse("source topics are never created", "allow.auto.create.topics");
    }

    private KafkaRefusals() {}

    /** Why the property may not be set; null if it is merely not known. */
    static @Nullable String reason(String name) {
        for (Map.Entry<List<String>, String> refusal : REASONS.entrySet()) {
            if (refusal.getKey().stream().anyMatch(pattern -> matches(pattern, name))) {
                return refusal.getValue();
            }
        }
        return null;
    }

    /** Names, with {@code *} for any text, and the reason. */
    static Map<List<String>, String> all() {
        return REASONS;
    }

    private static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        return name.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }

    private static void refuse(String reason, String... names) {
        REASONS.put(List.of(names), reason);
    }
}
