package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects logs, in columns: about 250 bytes for a record that was produced, delivered and settled. Give it the lines of each log in their
 * order, one log after the other. One consumer group for each topic. Not thread-safe.
 */
public final class History {
    /** What is known of a record of which it is not known whether it was written. */
    record Doubtful(@Nullable String key, long sha, long t) {}

    final Names keys = new Names();
    final Names gateways = new Names();
    final Deliveries deliveries = new Deliveries(gateways);
    final List<Part> parts = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final Map<Long, Doubtful> doubtful = new HashMap<>();
    final Set<Long> failed = new HashSet<>();
    private final Map<String, Part> byName = new HashMap<>();
    private final Map<String, String[]> partNames = new HashMap<>();

    /** Reads all logs in a folder. */
    public static History read(Path folder) {
        History history = new History();
        LogReader.logs(folder).forEach(log -> LogReader.read(log, history::accept));
        return history;
    }

    /** Takes one line. */
    public void accept(LogRecord line) {
        if (line instanceof Delivered d) {
            deliveries.add(d, part(d.topic(), d.partition()).number, key(d.key()));
        } else if (line instanceof Answered a) {
            deliveries.answer(a);
        } else if (line instanceof Produced p) {
            produced(p);
        } else if (line instanceof Committed c) {
            part(c.topic(), c.partition())
                    .committed(c.t(), c.offset(), !c.metadata().isEmpty());
        } else if (line instanceof Outcome o) {
            part(o.origTopic(), o.origPartition()).outcomes.add(o);
        } else if (line instanceof Event e) {
            events.add(e);
        }
    }

    private void produced(Produced p) {
        long uid = Hashes.of(p.uid());
        if (p.result() == Result.OK) {
            part(p.topic(), p.partition()).produced(p.offset(), key(p.key()), uid, Hashes.of(p.sha()), p.t());
        } else if (p.result() == Result.INFO) {
            doubtful.put(uid, new Doubtful(p.key(), Hashes.of(p.sha()), p.t()));
        } else {
            failed.add(uid);
        }
    }

    /** Number of a key; -1: none. */
    int key(@Nullable String key) {
        return key == null ? -1 : keys.of(key);
    }

    Part part(String topic, int partition) {
        String[] names = partNames.computeIfAbsent(topic, t -> new String[0]);
        if (partition >= names.length) {
            int from = names.length;
            names = Arrays.copyOf(names, partition + 1);
            for (int i = from; i < names.length; i++) {
                names[i] = topic + "-" + i;
            }
            partNames.put(topic, names);
        }
        return part(names[partition]);
    }

    Part part(String name) {
        return byName.computeIfAbsent(name, n -> {
            Part part = new Part(n, parts.size());
            parts.add(part);
            return part;
        });
    }
}
