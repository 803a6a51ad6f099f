package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.admin.PipelineStatus;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.DeliveryView.Blocker;
import io.sluice.ingest.delivery.Flood;
import io.sluice.ingest.delivery.Head;
import io.sluice.ingest.delivery.Head.Where;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamInfo;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WhyTextTest {
    private static final long S = 1_000_000_000L;
    private static final StreamInfo STREAM = new StreamInfo("10.0.0.7:9000", "triage", "2.1", "pod-4", 1);
    private static final Flood FLOOD =
            new Flood(Flood.State.OPEN, "dead-letter flood: 200 dead letters in a row", 5 * S);

    private static String text(Head head, long settledAbove, Blocker blocker) {
        PartitionEpoch partition = new PartitionEpoch("quakes", 3, 1);
        DeliveryView.PartitionView p =
                new DeliveryView.PartitionView(partition, 1, head.offset(), 0, 48 * S, settledAbove, head);
        DeliveryView view =
                new DeliveryView(1, 1, 1, 0, 1, "no topic", "too large", 0, blocker, FLOOD, List.of(p), List.of());
        return WhyText.of(p, head, 5, view);
    }

    private static Head head(Where where, String code, String reason, long dueNs) {
        return new Head(
                1042,
                "9f3a61c001122334",
                9,
                2,
                4,
                code,
                reason,
                where,
                STREAM,
                17,
                7 * S,
                23 * S,
                dueNs,
                9 * S,
                50 * S);
    }

    @Test
    void aWaitingRecordIsToldInOneSentence() {
        assertThat(text(
                        head(Where.WAITING, "UPSTREAM_DOWN", "no route", 12_300_000_000L),
                        5_210,
                        Blocker.RETRY_BACKOFF))
                .isEqualTo(
                        "quakes-3@1042 (key 9f3a61c0…) waits for attempt 3 of 5, due in 12.3 s, last said UPSTREAM_DOWN:"
                                + " no route; 5,210 records above it are done; the position has not moved for 48.0 s");
    }

    @Test
    void aRecordInABatchIsToldWithItsProcessorAndLease() {
        assertThat(text(head(Where.IN_BATCH, "", "", -1), 1, Blocker.PROCESSOR_BUSY))
                .isEqualTo(
                        "quakes-3@1042 (key 9f3a61c0…) is with triage/2.1 pod-4 at 10.0.0.7:9000 (batch 17, attempt 3 of"
                                + " 5) for 7.0 s, lease left 23.0 s; 1 record above it is done; the position has not moved for"
                                + " 48.0 s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HELD_BY_PROCESSOR | waits because a processor asked for it, for another 60.0 s|60",
                "SUSPECT | is tried apart from others because streams ended under it|-1",
                "DEAD_LETTER | is on its way to the dead-letter topic|-1",
                "DEAD_LETTER_HELD | waits for its dead letter, which could not be written: no topic|-1",
                "DEAD_LETTER_HELD | could not be written: no topic; tried again in 2.0 s|2",
                "RETRY_TOPIC | is being moved to its retry topic|-1",
                "RETRY_TOPIC_HELD | waits for its retry topic, which could not be written: no topic; tried again in 2.0 s|2",
                "DEAD_LETTER_FLOOD | is not sent: dead-letter flood: 200 dead letters in a row; nothing is sent for 5 s|5",
                "CLOSING | is not sent any more: the partition is being given up|-1"
            })
    void everyPlaceHasItsWords(Where where, String words, long dueS) {
        long dueNs = dueS < 0 ? -1 : dueS * S;
        String text = text(head(where, "", "", dueNs), 0, Blocker.NONE).replace("1 min 0 s", "60.0 s");
        assertThat(text)
                .startsWith("quakes-3@1042 (key 9f3a61c0…) ")
                .contains(words)
                .doesNotContain("last said")
                .endsWith("; no record above it is done; the position has not moved for 48.0 s");
    }

    @ParameterizedTest
    @EnumSource
    void aReadyRecordSaysWhatIsMissing(Blocker blocker) {
        assertThat(text(head(Where.READY, "", "", -1), 0, blocker))
                .matches(".*waits to be sent: [a-z ]{10,}; no record.*");
    }

    @Test
    void codeAloneReasonAloneAndLongReasonsAreShown() {
        assertThat(text(head(Where.WAITING, "BUSY", "", 0), 0, Blocker.NONE)).contains(", last said BUSY; no");
        assertThat(text(head(Where.WAITING, "", "too busy", 0), 0, Blocker.NONE))
                .contains(", last said too busy; no");
        assertThat(text(head(Where.WAITING, "X", "y".repeat(1_000), 0), 0, Blocker.NONE))
                .contains("X: " + "y".repeat(200) + "…;");
    }

    @Test
    void aRecordWithoutAKeySaysSo() {
        Head head = new Head(7, "", 9, 0, 0, "", "", Where.READY, null, 0, -1, -1, -1, -1, 0);
        assertThat(text(head, 0, Blocker.NO_STREAM))
                .startsWith("quakes-3@7 (no key) waits to be sent: no processor is connected;");
    }

    @Test
    void aPartitionWithNothingInMemorySaysWhatItWaitsFor() {
        assertThat(WhyText.withoutHead(partition(0, false), false)).isEqualTo("quakes-3: everything is settled");
        assertThat(WhyText.withoutHead(partition(-1, false), false))
                .isEqualTo("quakes-3: nothing is in memory, and Kafka has not told the end of the partition yet");
        assertThat(WhyText.withoutHead(partition(1_200, false), false))
                .isEqualTo(
                        "quakes-3: 1,200 records wait in Kafka from offset 40 on; none of them has been fetched yet");
        assertThat(WhyText.withoutHead(partition(1, true), false))
                .isEqualTo("quakes-3: 1 record waits in Kafka from offset 40 on; fetching is paused until what is in"
                        + " memory of other partitions is settled");
        assertThat(WhyText.withoutHead(partition(7, true), true))
                .isEqualTo(
                        "quakes-3: 7 records wait in Kafka from offset 40 on; the first of them is read when it is due");
        assertThat(WhyText.unknown(partition(1, true))).isEqualTo("quakes-3: the lane does not answer; see /livez");
    }

    private static PipelineStatus.Partition partition(long lag, boolean paused) {
        return new PipelineStatus.Partition("quakes", 3, 0, 40, 40, 40 + lag, lag, 0, 0, paused, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.0 s",
        "59940,59.9 s",
        "60000,1 min 0 s",
        "3599999,59 min 59 s",
        "3600000,1 h 0 min",
        "90061000,25 h 1 min"
    })
    void timesAreReadable(long ms, String text) {
        assertThat(WhyText.time(ms * 1_000_000)).isEqualTo(text);
    }
}
