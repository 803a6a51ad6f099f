package io.sluice.ingest.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParkingHeadersTest {
    private static final ParkingEntry.Owner OWNER = new ParkingEntry.Owner(7, -3);
    private static final byte[] KEY = {0, 1};
    private static final Header OWN = new Header(ParkingHeaders.NAME, "1 owner 99 99".getBytes(UTF_8));

    @Test
    void aParkedRecordKeepsItsOwnHeadersAlsoThoseThatLookLikeOurs() {
        Entry entry = entry(OWN, new Header("empty", null));
        entry.timestampMs = 1_234;
        entry.timestampType = 1;
        ParkingEntry.Parked parked = new ParkingEntry.Parked(OWNER, ByteBuffer.wrap(KEY), 42);

        ParkingHeaders.Read read = ParkingHeaders.read(KEY, ParkingHeaders.write(new ParkingWrite(entry, parked)));

        assertThat(read.entry()).isEqualTo(parked);
        assertThat(read.own()).containsExactly(entry.headers());
        assertThat(read.timestampMs()).isEqualTo(1_234);
        assertThat(read.timestampType()).isEqualTo(1);
    }

    @Test
    void claimsAndMarksComeBackAsTheyWere() {
        ParkingEntry.Done done = new ParkingEntry.Done(OWNER, ByteBuffer.wrap(KEY), 41);

        assertThat(ParkingHeaders.read(KEY, ParkingHeaders.write(new ParkingWrite(entry(), done)))
                        .entry())
                .isEqualTo(done);
        assertThat(ParkingHeaders.read(null, ParkingHeaders.write(new ParkingWrite(entry(), OWNER)))
                        .entry())
                .isEqualTo(OWNER);
    }

    @Test
    void whatIsKnownOfFailuresComesBackAndNoHeadersStayNone() {
        ParkingEntry.Tries tries = new ParkingEntry.Tries(3, 1, 99);
        ParkingEntry.Tried tried = new ParkingEntry.Tried(OWNER, ByteBuffer.wrap(KEY), 41, tries);
        ParkingEntry.Parked parked = new ParkingEntry.Parked(OWNER, ByteBuffer.wrap(KEY), 42, tries);

        assertThat(ParkingHeaders.read(KEY, ParkingHeaders.write(new ParkingWrite(entry(), tried)))
                        .entry())
                .isEqualTo(tried);
        ParkingHeaders.Read read = ParkingHeaders.read(KEY, ParkingHeaders.write(new ParkingWrite(entry(), parked)));
        assertThat(read.entry()).isEqualTo(parked);
        assertThat(read.own()).isEmpty();
        assertThat(ParkingHeaders.read(KEY, new Header[] {new Header(ParkingHeaders.NAME, null)}))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1", "2 owner 1 1", "1 owner 1", "1 owner x 1", "1 parked 1 1 5", "1 else 1 1", "1 done 1 1"
            })
    void whatNoGatewayHasWrittenIsNoEntry(String text) {
        Header[] headers = {new Header(ParkingHeaders.NAME, text.getBytes(UTF_8))};

        assertThat(ParkingHeaders.read(KEY, headers)).isNull();
        assertThat(ParkingHeaders.read(
                        null, new Header[] {new Header(ParkingHeaders.NAME, "1 done 1 1 5".getBytes(UTF_8))}))
                .as("a mark without a key")
                .isNull();
        assertThat(ParkingHeaders.read(KEY, new Header[] {OWN, new Header("other", null)}))
                .isNull();
        assertThat(ParkingHeaders.read(KEY, Header.NONE)).isNull();
    }

    private static Entry entry(Header... headers) {
        Entry entry = new Entry();
        entry.fill(new PartitionEpoch("t", 0, 1), 42, KEY, null, headers, "t");
        return entry;
    }
}
