package io.sluice.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressingTest {
    @ParameterizedTest
    @CsvSource({
        "static://triage:9000, false, triage, 9000, triage:9000",
        "dns:///triage.default.svc:1, true, triage.default.svc, 1, triage.default.svc:1",
        "dns://triage:65535, true, triage, 65535, triage:65535",
        "static://[::1]:9000, false, ::1, 9000, [::1]:9000",
        "static://127.0.0.1:9000, false, 127.0.0.1, 9000, 127.0.0.1:9000"
    })
    void aTargetIsRead(String text, boolean lookup, String host, int port, String authority) {
        TargetUri target = TargetUri.parse(text);

        assertThat(target).isEqualTo(new TargetUri(lookup, host, port));
        assertThat(target.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "triage:9000",
                "http://triage:9000",
                "static://triage",
                "static://:9000",
                "static://triage:0",
                "static://triage:65536",
                "static://triage:9000/path",
                "static://user@triage:9000",
                "dns:////triage:9000",
                "dns:///triage:9000?x=y"
            })
    void anythingElseIsRefusedInOneLineThatSaysWhatIsAllowed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TargetUri.parse(text))
                .withMessage("processor target \"" + text
                        + "\" is not understood; allowed are static://host:port and dns:///host:port, port 1 to 65535");
    }

    @Test
    void ofAHostWithBothFamiliesOnlyIpv4IsTaken() throws Exception {
        InetAddress six = InetAddress.getByName("2001:db8::1");
        InetAddress b = InetAddress.getByName("192.0.2.200");
        InetAddress a = InetAddress.getByName("192.0.2.7");

        assertThat(Lookup.oneFamily(List.of(six, b, a, b))).containsExactly(a, b);
        assertThat(Lookup.oneFamily(List.of(six))).containsExactly(six);
    }

    @Test
    void pausesDoubleUpToTenSecondsAndStartAgainAfterAReset() {
        Backoff backoff = new Backoff(new SplittableRandom(1));

        for (long whole = Backoff.FIRST_NS; whole < 4 * Backoff.LONGEST_NS; whole *= 2) {
            long most = Math.min(whole, Backoff.LONGEST_NS);
            assertThat(backoff.nextNs()).isBetween(most / 2, most);
        }
        backoff.reset();
        assertThat(backoff.nextNs()).isLessThanOrEqualTo(Backoff.FIRST_NS);
        backoff.slow();
        assertThat(backoff.nextNs()).isGreaterThanOrEqualTo(Backoff.LONGEST_NS / 2);
    }
}
