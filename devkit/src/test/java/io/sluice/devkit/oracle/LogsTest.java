package io.sluice.devkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    private static final List<LogRecord> ALL = List.of(
            new Produced(1, "t", 2, 1L << 40, null, 3, "u\"1\n", LogRecord.sha(new byte[] {1}), Result.INFO),
            new Delivered(2, "p", "g/0", "s", 1, 2, 3, 4, "t", 2, 5, "schlüssel", "u", ""),
            new Answered(3, "p", "g/0", "s", 1, 0, 7, Verdict.RETRY, 200, true),
            new Answered(3, "p", "g/0", "s", 1, 7, 1, Verdict.ACK, -1, false),
            new Committed(4, "group", "t", 2, 9, "meta"),
            new Outcome(5, "dlq", 0, 1, "t", 2, 8, "REJECT", 1, "abc"),
            new Event(6, "assigned", "g/0", "t-2@1"));

    @Test
    void everyLineComesBackAsItWasWritten(@TempDir Path folder) {
        try (LogWriter writer = LogWriter.open(folder.resolve("new"), "p/1")) {
            writer.write(ALL);
        }
        List<LogRecord> read = new ArrayList<>();
        LogReader.logs(folder.resolve("new")).forEach(log -> LogReader.read(log, read::add));
        assertThat(read).isEqualTo(ALL);
    }

    @Test
    void theLineThatAKilledProcessDidNotFinishIsLeftOut(@TempDir Path folder) throws IOException {
        try (LogWriter writer = LogWriter.open(folder, "p")) {
            writer.write(ALL.get(6));
        }
        Path log = LogReader.logs(folder).get(0);
        Files.writeString(log, "{\"l\":\"E\",\"t\":6", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        List<LogRecord> read = new ArrayList<>();
        LogReader.read(log, read::add);
        assertThat(read).containsExactly(ALL.get(6));
    }

    @Test
    void aLineThatIsNoneIsNamedWithItsPlace(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("x.jsonl"), "{\"l\":\"E\",\"t\":1,\"ki\":\"k\",\"w\":\"w\"}\n");
        assertThatThrownBy(() -> LogReader.read(log, line -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(log + ":1: not a line of a log: no text d");
    }

    @Test
    void aNameIsUsedOnce(@TempDir Path folder) {
        LogWriter.open(folder, "p").close();
        assertThatThrownBy(() -> LogWriter.open(folder, "p")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aGatewaysLogTellsWhoHadWhat(@TempDir Path folder) throws IOException {
        Path output = Files.writeString(folder.resolve("gateway.log"), """
                {"@timestamp":"2026-01-02T03:04:05.678Z","message":"gateway is starting","thread_name":"main","gateway":"sluice-1"}
                not json
                {"@timestamp":"2026-01-02T03:04:06.678+00:00","message":"partitions assigned","thread_name":"poll-a-b-3","which":"t-0@1,t-1@2"}
                {"@timestamp":"2026-01-02T03:04:07.678Z","message":"partitions rel""");
        List<Event> events = new ArrayList<>();
        assertThat(GatewayLog.read(output, events::add)).isEqualTo("sluice-1");
        assertThat(events).containsExactly(new Event(1767323046678L, EventKind.ASSIGNED, "sluice-1/3", "t-0@1,t-1@2"));
    }
}
