package io.sluice.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.kafka.common.utils.internals.AppInfoParser;
import org.junit.jupiter.api.Test;

/** What the Kafka client on the class path must at least be. */
class ClientVersionTest {
    @Test
    void theClientIsNewEnoughNotToSendARecordToAnotherTopic() {
        // As in apache/kafka#21065 (CVE-2026-35554): before 4.2.0 the buffer of an expired batch was used again.
        int[] version = Arrays.stream(AppInfoParser.getVersion().split("[.-]"))
                .limit(2)
                .mapToInt(Integer::parseInt)
                .toArray();

        assertThat(version[0] * 1000 + version[1]).isGreaterThanOrEqualTo(4002);
    }
}
