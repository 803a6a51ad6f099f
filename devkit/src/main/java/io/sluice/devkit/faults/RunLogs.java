package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.CommitReader;
import io.sluice.devkit.oracle.GatewayLog;
import io.sluice.devkit.oracle.LogReader;
import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogWriter;
import io.sluice.devkit.oracle.OutcomeReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All logs of a run that is over, each in the order of time. */
final class RunLogs {
    final List<Produced> produced = new ArrayList<>();
    final List<Delivered> delivered = new ArrayList<>();
    final List<Answered> answered = new ArrayList<>();
    final List<Committed> commits = new ArrayList<>();
    final List<Outcome> outcomes = new ArrayList<>();
    final List<Event> events = new ArrayList<>();

    private RunLogs() {}

    /** Completes the folder of logs with what broker and gateways know: commits, dead letters, rebalances. */
    static void complete(Rig rig) {
        String direct = rig.cluster().bootstrapServers();
        try (LogWriter broker = LogWriter.open(rig.logs(), "broker");
                LogWriter gateways = LogWriter.open(rig.logs(), "gateways")) {
            CommitReader.read(direct, rig.group(), broker::write);
            if (rig.hasDeadLetters()) {
                OutcomeReader.read(direct, rig.deadLetters(), broker::write);
            }
            gatewayLogs(rig)
                    .forEach(log -> GatewayLog.read(
                            log, event -> gateways.write(rig.notes().real(event))));
        }
    }

    static RunLogs read(Path folder) {
        RunLogs logs = new RunLogs();
        LogReader.logs(folder).forEach(file -> LogReader.read(file, logs::add));
        Comparator<LogRecord> byTime = Comparator.comparingLong(LogRecord::t);
        logs.produced.sort(byTime);
        logs.delivered.sort(byTime);
        logs.answered.sort(byTime);
        logs.commits.sort(byTime);
        logs.outcomes.sort(byTime);
        logs.events.sort(byTime);
        return logs;
    }

    /** Events alone, as if nothing else had been logged. */
    static RunLogs of(List<Event> events) {
        RunLogs logs = new RunLogs();
        logs.events.addAll(events);
        return logs;
    }

    private void add(LogRecord line) {
        if (line instanceof Delivered d) {
            delivered.add(d);
        } else if (line instanceof Answered a) {
            answered.add(a);
        } else if (line instanceof Produced p) {
            produced.add(p);
        } else if (line instanceof Committed c) {
            commits.add(c);
        } else if (line instanceof Outcome o) {
            outcomes.add(o);
        } else if (line instanceof Event e) {
            events.add(e);
        }
    }

    private static List<Path> gatewayLogs(Rig rig) {
        try (Stream<Path> files = Files.list(rig.folder())) {
            return files.filter(file -> rig.gateways().stream()
                            .anyMatch(g -> file.getFileName().toString().matches(g.name() + "-[0-9]+\\.log")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + rig.folder(), e);
        }
    }
}
