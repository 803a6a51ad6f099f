package io.sluice.ingest.publish;

import io.sluice.ingest.delivery.Outgoing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What a failed write means, and how to say it in one line. Pure. */
final class ProducerFailures {
    private static final int MAX_BYTES = 500;

    private ProducerFailures() {}

    /** Whether the producer is of no use after this. */
    static boolean fatal(Exception e) {
        if (e instanceof TopicAuthorizationException) {
            return false;
        }
        return e instanceof OutOfOrderSequenceException
                || e instanceof ProducerFencedException
                || e instanceof InvalidProducerEpochException
                || e instanceof AuthenticationException
                || e instanceof AuthorizationException
                || e instanceof UnsupportedVersionException
                || e instanceof IllegalStateException
                || e.getClass() == KafkaException.class;
    }

    static String line(Destination to, Outgoing letter, Exception e) {
        return "cannot write " + letter.entry() + " to " + to.kind() + " " + to.topicName() + ": " + what(letter, e)
                + "; " + OwnTopic.HELD;
    }

    private static String what(Outgoing letter, Exception e) {
        if (e instanceof RecordTooLargeException) {
            return "too large also without custom headers and with its reason cut ("
                    + letter.entry().bytes() + " bytes); raise max.message.bytes of the topic";
        }
        if (e instanceof AuthorizationException) {
            return "not authorized; grant Write and Describe on the topic";
        }
        if (e instanceof AuthenticationException) {
            return "authentication failed: " + text(e);
        }
        if (e instanceof NotEnoughReplicasException || e instanceof NotEnoughReplicasAfterAppendException) {
            return "fewer replicas in sync than min.insync.replicas of the topic";
        }
        if (e instanceof TimeoutException) {
            return "no success in time, the brokers are away or have fewer replicas in sync than the topic wants ("
                    + text(e) + ")";
        }
        if (e.getCause() instanceof ConfigException cause) {
            return "the producer refused its properties: " + text(cause);
        }
        return text(e);
    }

    private static String text(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new String(Texts.utf8(message, MAX_BYTES), java.nio.charset.StandardCharsets.UTF_8);
    }
}
