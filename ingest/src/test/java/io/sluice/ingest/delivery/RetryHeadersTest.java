package io.sluice.ingest.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ingest.delivery.RetryHeaders.Moment;
import io.sluice.ingest.delivery.RetryHeaders.Returned;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryHeadersTest {
    private static final long MS = 1_000_000L;
    private static final long DELAY_NS = 10_000 * MS;
    private static final Moment WRITTEN = new Moment(500 * MS, 1_700_000_000_000L);

    private final Entry entry = new Entry();

    RetryHeadersTest() {
        entry.fill(new PartitionEpoch("quakes", 3, 1), 1042, null, new byte[] {1}, Header.NONE, "quakes");
        entry.timestampMs = -1;
        entry.timestampType = 1;
        entry.attempts = 2;
        entry.deliveries = 4;
        entry.lonelyDeaths = 1;
        entry.firstFailedNs = 100 * MS;
        entry.lastCode = "BUSY";
        entry.lastReason = "geo\u00e4ndert";
    }

    @Test
    void whatIsWrittenIsReadBackByAnotherClock() {
        Header[] all = write(0);

        Returned returned = RetryHeaders.read(all, "p", DELAY_NS, new Moment(7_000 * MS, WRITTEN.wallMs() + 1_000));

        assertThat(returned.own()).isSameAs(Header.NONE);
        assertThat(returned.dueNs()).as("a millisecond late rather than early").isEqualTo(7_000 * MS + 9_001 * MS);
        assertThat(returned.origin())
                .isEqualTo(new Origin(
                        "quakes",
                        3,
                        1042,
                        -1,
                        1,
                        2,
                        4,
                        1,
                        7_000 * MS - 1_400 * MS,
                        0,
                        1,
                        "BUSY",
                        "geo\u00e4ndert",
                        ""));
    }

    @Test
    void ownHeadersKeepTheirBytesAndPlaceAlsoWithOurNames() {
        entry.headers = new Header[] {
            new Header("a", null),
            new Header("sluice.retry.attempts", "0".getBytes(UTF_8)),
            new Header("a", new byte[] {(byte) 0xff, 0}),
            new Header("sluice.retry.format", "1".getBytes(UTF_8))
        };

        Returned returned = RetryHeaders.read(write(0), "p", DELAY_NS, WRITTEN);

        assertThat(returned.own()).containsExactly(entry.headers);
        assertThat(returned.origin().attempts()).isEqualTo(2);
    }

    @Test
    void aClockThatIsAheadCannotMakeARecordWaitForLongerThanTheTier() {
        Moment yearsEarlier = new Moment(0, 0);

        Returned returned = RetryHeaders.read(write(WRITTEN.ns() + 99_000 * MS), "p", DELAY_NS, yearsEarlier);

        assertThat(returned.dueNs()).isEqualTo(DELAY_NS);
        assertThat(returned.origin().notBeforeNs()).isEqualTo(RetryPolicy.MAX_RETRY_AFTER_NS);
        assertThat(returned.origin().firstFailedNs()).as("not in the future").isEqualTo(1);
    }

    @Test
    void aLongerWaitIsReadBack() {
        long until = WRITTEN.ns() + 60_000 * MS + 1;
        Returned returned = RetryHeaders.read(write(until), "p", DELAY_NS, WRITTEN);

        assertThat(returned.origin().notBeforeNs())
                .as("rounded up, and a millisecond for the wall clock's")
                .isEqualTo(WRITTEN.ns() + 60_002 * MS);
    }

    @Test
    void headersOfAnotherPipelineOrFormatAreNotRead() {
        Header[] all = write(0);
        assertThat(RetryHeaders.read(all, "other", DELAY_NS, WRITTEN)).isNull();
        assertThat(RetryHeaders.read(Header.NONE, "p", DELAY_NS, WRITTEN)).isNull();
        Header[] newer = all.clone();
        newer[0] = new Header(newer[0].name(), "2".getBytes(UTF_8));
        assertThat(RetryHeaders.read(newer, "p", DELAY_NS, WRITTEN)).isNull();
        Header[] behind = Arrays.copyOf(all, all.length + 1);
        behind[all.length] = new Header("x", new byte[0]);
        assertThat(RetryHeaders.read(behind, "p", DELAY_NS, WRITTEN)).isNull();
    }

    @Test
    void nothingInThemMakesTheReaderThrow() {
        SplittableRandom random = new SplittableRandom(42);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            Header[] all = write(random.nextBoolean() ? 0 : 1).clone();
            int at = random.nextInt(all.length);
            byte[] value = all[at].value().clone();
            switch (random.nextInt(4)) {
                case 0 -> value = null;
                case 1 -> value = new byte[random.nextInt(12)];
                case 2 ->
                    value = "-9223372036854775809"
                            .substring(0, 1 + random.nextInt(19))
                            .getBytes(UTF_8);
                default -> {
                    if (value.length > 0) {
                        value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
            all[at] = new Header(all[at].name(), value);
            Returned returned = RetryHeaders.read(all, "p", DELAY_NS, WRITTEN);
            if (returned != null) {
                read++;
                assertThat(returned.dueNs() - WRITTEN.ns()).isLessThanOrEqualTo(DELAY_NS);
                assertThat(returned.origin().attempts()).isNotNegative();
            }
        }
        assertThat(read).as("of damaged ones some are still readable").isBetween(1_000, 19_000);
    }

    private Header[] write(long notBeforeNs) {
        List<Header> all = RetryHeaders.write(new Delayed(entry, 0, notBeforeNs), "p", DELAY_NS, WRITTEN, true);
        return all.toArray(new Header[0]);
    }
}
