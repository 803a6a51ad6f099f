package io.sluice.processor.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import io.sluice.processor.testkit.ProcessorTestKit;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreeterTest {
    @Test
    void aRecordWithoutAValueIsRejected() {
        List<Verdict> verdicts = ProcessorTestKit.of(Greeter.processor())
                .run(
                        Record.at("names", 0, 0).value("Ada").build(),
                        Record.at("names", 0, 1).build());

        assertThat(verdicts).containsExactly(Verdict.ack(), Verdict.reject("NO_NAME", "the record has no value"));
    }
}
