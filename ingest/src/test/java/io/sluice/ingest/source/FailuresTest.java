package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.config.PipelineConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final PipelineConfig.Source SOURCE = new PipelineConfig.Source(
            List.of("quakes"), false, "g", "consumer", new PipelineConfig.Start.Earliest(), Map.of());

    @Test
    void eachKindOfRefusalIsNamed() {
        assertThat(line(new SslAuthenticationException("bad certificate"))).contains("wrong protocol or certificate");
        assertThat(line(new SaslAuthenticationException("bad password"))).contains("authentication failed");
        assertThat(line(new TopicAuthorizationException(Set.of("quakes"))))
                .contains("not authorized for topics [quakes]");
        assertThat(line(GroupAuthorizationException.forGroupId("g"))).contains("not authorized for group g");
        assertThat(line(new UnsupportedVersionException("no"))).contains("group.protocol consumer");
        assertThat(line(new KafkaException("Record batch for partition quakes-3 at offset 7 is invalid")))
                .contains("quakes-3 at offset 7");
    }

    @Test
    void onlyWhatMayPassByItselfIsRetriable() {
        assertThat(Failures.of("x", new TimeoutException("t"), SOURCE).retriable())
                .isTrue();
        assertThat(Failures.of("x", new SaslAuthenticationException("t"), SOURCE)
                        .retriable())
                .isFalse();
    }

    @Test
    void aMessageIsOneLineOfBoundedLength() {
        String line = Failures.line(new KafkaException("a\nb\u001b[31m" + "x".repeat(5000)));
        assertThat(line).startsWith("a b [31m").hasSizeLessThan(600).doesNotContain("\n");
    }

    @Test
    void aCommitFailureIsCountedByItsCause() {
        assertThat(Failures.reason(new RebalanceInProgressException())).isEqualTo("RebalanceInProgress");
        assertThat(Failures.reason(new RetriableCommitFailedException(new TimeoutException("t"))))
                .isEqualTo("Timeout");
    }

    private static String line(Exception e) {
        return String.valueOf(Failures.of("cannot poll", e, SOURCE).getMessage());
    }
}
