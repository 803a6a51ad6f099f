package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Committed;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A history written by hand, of partition {@code t-0} unless another is chosen. Every step takes a millisecond. Streams are named
 * {@code processor/number}; whatever is not said is as it would be in a run without faults.
 */
final class Story {
    static final String GATEWAY = "gw/0";
    static final String STREAM = "p1/1";

    private final List<LogRecord> lines = new ArrayList<>();
    private final Map<Long, String> keys = new HashMap<>();
    private long t = 1_000_000;
    private long letters;
    private String gateway = GATEWAY;
    private String metadata = "";
    private int attempt = 1;

    /** Records 0, 1, 2 ... with these keys; {@code -}: none. */
    Story produce(String... keysInOrder) {
        for (int i = 0; i < keysInOrder.length; i++) {
            produce(i, keysInOrder[i]);
        }
        return this;
    }

    Story produce(long offset, String key) {
        keys.put(offset, key);
        return add(new Produced(t++, "t", 0, offset, name(key), 0, "u" + offset, "s" + offset, Result.OK));
    }

    /** A record of which the producer knows no offset. */
    Story produceUnsure(String uid, Result result) {
        return add(new Produced(t++, "t", 0, -1, "k", 0, uid, "s" + uid, result));
    }

    Story deliver(String stream, long batch, long... offsets) {
        for (int i = 0; i < offsets.length; i++) {
            one(stream, batch, i, 0, offsets[i]);
        }
        t++;
        return this;
    }

    /** One record at an index and in a group of a batch. */
    Story one(String stream, long batch, int index, int group, long offset) {
        return one(stream, batch, index, group, offset, "u" + offset, "s" + offset);
    }

    Story one(String stream, long batch, int index, int group, long offset, String uid, String sha) {
        String key = name(keys.getOrDefault(offset, "k"));
        return add(new Delivered(
                t, processor(stream), gateway, stream, batch, index, group, attempt, "t", 0, offset, key, uid, sha));
    }

    Story ack(String stream, long batch, int first, int count) {
        return answer(stream, batch, first, count, Verdict.ACK, -1);
    }

    Story answer(String stream, long batch, int first, int count, Verdict verdict, long retryAfterMs) {
        return add(new Answered(
                t++, processor(stream), gateway, stream, batch, first, count, verdict, retryAfterMs, false));
    }

    Story answerWide(String stream, long batch, int first, int count) {
        return add(new Answered(t++, processor(stream), gateway, stream, batch, first, count, Verdict.RETRY, -1, true));
    }

    Story commit(long offset) {
        return add(new Committed(t++, "g", "t", 0, offset, metadata));
    }

    Story letter(long origin, String cause, int attempts) {
        return letter(origin, cause, attempts, "s" + origin);
    }

    Story letter(long origin, String cause, int attempts, String sha) {
        return add(new Outcome(t++, "dlq", 0, letters++, "t", 0, origin, cause, attempts, sha));
    }

    Story assigned(long epoch) {
        return event(EventKind.ASSIGNED, gateway, "t-0@" + epoch);
    }

    Story revoked(long epoch) {
        return event(EventKind.REVOKED, gateway, "t-0@" + epoch);
    }

    Story released(long epoch) {
        return event(EventKind.RELEASED, gateway, "t-0@" + epoch);
    }

    Story lost(long epoch) {
        return event(EventKind.LOST, gateway, "t-0@" + epoch);
    }

    Story event(String kind, String who, String detail) {
        return add(new Event(t++, kind, who, detail));
    }

    /** From now on it is this gateway that delivers and is assigned. */
    Story gateway(String id) {
        gateway = id;
        return this;
    }

    /** From now on deliveries say this attempt. */
    Story attempt(int number) {
        attempt = number;
        return this;
    }

    /** From now on commits carry this. */
    Story metadata(String text) {
        metadata = text;
        return this;
    }

    Story pause(long ms) {
        t += ms;
        return this;
    }

    /** Goes back in time, for lines of a log that is read later. */
    Story at(long ms) {
        t = ms;
        return this;
    }

    long now() {
        return t;
    }

    Findings judge() {
        return judge(Terms.defaults());
    }

    Findings judge(Terms terms) {
        History history = new History();
        lines.forEach(history::accept);
        return Oracle.judge(history, terms);
    }

    List<LogRecord> lines() {
        return lines;
    }

    private Story add(LogRecord line) {
        lines.add(line);
        return this;
    }

    private static String name(String key) {
        return key.equals("-") ? null : key;
    }

    private static String processor(String stream) {
        return stream.substring(0, stream.indexOf('/'));
    }
}
