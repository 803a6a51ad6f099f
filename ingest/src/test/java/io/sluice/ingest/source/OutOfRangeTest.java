package io.sluice.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OutOfRangeTest {
    private static final TopicPartition TP = new TopicPartition("quakes", 3);

    @Test
    void aDeletedOffsetIsReportedWithTheNumberOfRecordsMissed() {
        assertThat(OutOfRange.line(TP, 1234, 5000, 9000))
                .isEqualTo("quakes-3@1234 is out of range [5000, 9000): 3766 records were deleted before delivery");
    }

    @Test
    void anOffsetBeyondTheEndIsReportedAsATruncatedLog() {
        assertThat(OutOfRange.line(TP, 9500, 0, 9000))
                .isEqualTo("quakes-3@9500 is out of range [0, 9000): the log ends 500 records before the group's"
                        + " offset; the topic was truncated or made anew");
    }
}
