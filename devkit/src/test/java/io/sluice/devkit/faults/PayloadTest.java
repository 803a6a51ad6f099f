package io.sluice.devkit.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PayloadTest {
    @Test
    void aValueSaysWhatIsToBeDoneWithIt() {
        Payload payload = new Payload("17", 3, "retry:2", "xxx yyy");

        assertThat(Payload.parse(payload.bytes())).isEqualTo(payload);
    }

    @Test
    void aValueOfSomebodyElseIsAcked() {
        assertThat(Payload.parse("hello".getBytes(US_ASCII)).script()).isEqualTo("ack");
        assertThat(Payload.parse("a b c d".getBytes(US_ASCII)).script()).isEqualTo("ack");
        assertThat(Payload.parse(new byte[0]).script()).isEqualTo("ack");
    }

    @Test
    void recordsAreAFunctionOfSeedAndNumber() {
        Mix mix = Mix.plain(7, 6).script((index, key) -> index == 5 ? "reject" : "ack");

        assertThat(mix.value(5, mix.key(5), 0)).isEqualTo(mix.value(5, mix.key(5), 0));
        assertThat(Payload.parse(mix.value(5, mix.key(5), 9)).script()).isEqualTo("reject");
        assertThat(Payload.parse(mix.value(6, mix.key(6), 9)).keySeq()).isEqualTo(9);
        assertThat(mix.value(6, 0, 0)).hasSizeBetween(mix.minBytes(), mix.maxBytes());
    }
}
