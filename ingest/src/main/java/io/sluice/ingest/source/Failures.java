package io.sluice.ingest.source;

import io.sluice.ingest.config.PipelineConfig;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Turns the client's exceptions into one line: what, where, what was given, what to do. Pure. */
final class Failures {
    private static final int MOST_NAMED = 3;
    private static final int MAX_LINE = 500;

    private Failures() {}

    /** @param what what was tried and where, such as {@code cannot poll} */
    static StartFailure of(String what, Throwable e, PipelineConfig.Source source) {
        if (e instanceof SslAuthenticationException) {
            return fatal(what + ": wrong protocol or certificate: TLS handshake failed: " + line(e), e);
        }
        if (e instanceof AuthenticationException) {
            return fatal(what + ": authentication failed: " + line(e), e);
        }
        if (e instanceof AuthorizationException) {
            return fatal(
                    what + ": not authorized" + subject(e) + "; grant Read and Describe on the topics and group "
                            + source.group(),
                    e);
        }
        if (e instanceof UnsupportedVersionException) {
            return fatal(
                    what + ": the broker does not support what group.protocol " + source.protocol() + " needs: "
                            + line(e),
                    e);
        }
        if (e instanceof InconsistentGroupProtocolException) {
            return fatal(
                    what + ": group " + source.group() + " has members with another protocol or assignor than "
                            + source.protocol(),
                    e);
        }
        if (e instanceof FencedInstanceIdException) {
            return fatal(what + ": another member uses the same group.instance.id: " + line(e), e);
        }
        if (e instanceof RecordDeserializationException record) {
            return corrupt(record.topicPartition() + "@" + record.offset() + " cannot be decoded", e);
        }
        if (e instanceof CorruptRecordException || isCorrupt(e)) {
            return corrupt("corrupt data in the log: " + line(e), e);
        }
        return new StartFailure(what + ": " + line(e), e instanceof RetriableException, e);
    }

    /**
     * As {@link #of}, and for damage that the client says only the partition of, with the offset.
     *
     * @param partitions with their positions: where the client stands when it cannot read on
     */
    static StartFailure polling(KafkaException e, List<PartitionState> partitions, PipelineConfig.Source source) {
        if (isCorrupt(e)) {
            String text = line(e);
            for (PartitionState p : partitions) {
                if (text.contains(" " + p.tp + ".") || text.contains(" " + p.tp + " ")) {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    return corrupt(p.tp + "@" + p.position + " cannot be read: " + line(cause), e);
                }
            }
        }
        return of("cannot poll", e, source);
    }

    /**
     * A record, or what a batch becomes when it is decompressed, did not fit the heap. Brokers limit the size of a batch as it
     * is sent, so a megabyte of zeros compressed may be gigabytes, and the client decompresses before it hands anything out.
     *
     * @param partitions with their positions: one of them it is
     */
    static StartFailure tooLarge(List<PartitionState> partitions, OutOfMemoryError e) {
        return fatal(
                "what comes next in " + places(partitions) + " is larger, when decompressed, than the heap of "
                        + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB has room for; nothing of it was read, its offset is not committed; start with a larger -Xmx or"
                        + " move the group's offset past it",
                e);
    }

    /** The first of some partitions with their positions, and how many more there are. */
    static String places(List<PartitionState> partitions) {
        String named = partitions.stream()
                .limit(MOST_NAMED)
                .map(p -> p.tp + "@" + p.position)
                .collect(Collectors.joining(", "));
        int more = partitions.size() - MOST_NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }

    /** An exception as one line without control characters. */
    static String line(Throwable e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String clean = text.replaceAll("\\p{Cc}+", " ").strip();
        return clean.length() <= MAX_LINE ? clean : clean.substring(0, MAX_LINE) + "...";
    }

    /** A short name for counters, such as {@code RebalanceInProgress}. */
    static String reason(Throwable e) {
        Throwable cause = e instanceof KafkaException && e.getCause() instanceof KafkaException inner ? inner : e;
        String name = cause.getClass().getSimpleName();
        return name.endsWith("Exception") ? name.substring(0, name.length() - "Exception".length()) : name;
    }

    private static StartFailure corrupt(String text, Throwable e) {
        return fatal(
                text + "; nothing after it was read, its offset is not committed; repair the log or move the group's "
                        + "offset past it",
                e);
    }

    /** The client reports some damage as a plain KafkaException. */
    private static boolean isCorrupt(Throwable e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return e.getClass() == KafkaException.class
                && (text.contains("corrupt")
                        || text.contains("is invalid")
                        || text.contains("received exception when"));
    }

    private static String subject(Throwable e) {
        if (e instanceof TopicAuthorizationException topic) {
            return " for topics " + topic.unauthorizedTopics();
        }
        return e instanceof GroupAuthorizationException group ? " for group " + group.groupId() : "";
    }

    private static StartFailure fatal(String text, Throwable e) {
        return new StartFailure(text, false, e);
    }
}
