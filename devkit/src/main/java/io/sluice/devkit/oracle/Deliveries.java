package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Answered;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All deliveries with the verdicts on them: a row for each. A row's number grows with the order within its process. */
final class Deliveries {
    /** Where the deliveries of a batch are, by index. */
    private static final class Batch {
        int[] rows = {};
        int open;
    }

    private record BatchKey(int stream, long batch) {}

    /** A stream, as its processor names it. */
    static final class Stream {
        final String processor;
        final int gateway;
        final String name;

        /** The last answer on it that the gateway is proved to have taken. */
        long aliveUntil = Long.MIN_VALUE;

        /** First and last delivery on it. */
        long firstSeen = Part.NEVER;

        long lastSeen = Long.MIN_VALUE;

        Stream(String processor, int gateway, String name) {
            this.processor = processor;
            this.gateway = gateway;
            this.name = name;
        }

        void seen(long t) {
            firstSeen = Math.min(firstSeen, t);
            lastSeen = Math.max(lastSeen, t);
        }
    }

    final Column t = new Column();
    final Column stream = new Column();
    final Column batch = new Column();
    final Column index = new Column();
    final Column group = new Column();
    final Column attempt = new Column();
    final Column part = new Column();
    final Column offset = new Column();
    final Column key = new Column();
    final Column uid = new Column();
    final Column sha = new Column();
    private final Column seq = new Column();
    private final Column answeredAt = new Column();
    private final Column answeredSeq = new Column();
    private final Column verdict = new Column();
    private final Column retryAfter = new Column();

    final List<Stream> streams = new ArrayList<>();
    private final Names streamNames = new Names();
    private final Names gateways;
    private final Map<BatchKey, Batch> batches = new HashMap<>();
    private long lines;

    Deliveries(Names gateways) {
        this.gateways = gateways;
    }

    int size() {
        return t.size();
    }

    void add(Delivered d, int partNumber, int keyNumber) {
        int row = t.size();
        int streamNumber = stream(d.processor(), d.gateway(), d.stream());
        t.add(d.t());
        stream.add(streamNumber);
        batch.add(d.batch());
        index.add(d.index());
        group.add(d.group());
        attempt.add(d.attempt());
        part.add(partNumber);
        offset.add(d.offset());
        key.add(keyNumber);
        uid.add(Hashes.of(d.uid()));
        sha.add(Hashes.of(d.sha()));
        seq.add(lines++);
        answeredAt.add(Long.MAX_VALUE);
        answeredSeq.add(Long.MAX_VALUE);
        verdict.add(-1);
        retryAfter.add(-1);
        Batch b = batches.computeIfAbsent(new BatchKey(streamNumber, d.batch()), k -> new Batch());
        if (d.index() >= b.rows.length) {
            int from = b.rows.length;
            b.rows = Arrays.copyOf(b.rows, Math.max(d.index() + 1, from * 2));
            Arrays.fill(b.rows, from, b.rows.length, -1);
        }
        b.rows[d.index()] = row;
        b.open++;
    }

    /** Verdicts on what was not delivered, or has one, change nothing: the first counts. */
    void answer(Answered a) {
        long line = lines++;
        BatchKey where = new BatchKey(stream(a.processor(), a.gateway(), a.stream()), a.batch());
        Batch b = batches.get(where);
        if (b == null) {
            return;
        }
        for (int i = a.first(); i < Math.min(a.first() + a.count(), b.rows.length); i++) {
            int row = b.rows[i];
            if (row >= 0 && !answered(row)) {
                answeredAt.set(row, a.t());
                answeredSeq.set(row, line);
                verdict.set(row, a.verdict().ordinal());
                retryAfter.set(row, a.wide() ? -2 : a.retryAfterMs());
                b.open--;
            }
        }
        if (b.open == 0) {
            batches.remove(where);
        }
    }

    Stream streamOf(int row) {
        return streams.get(stream.getInt(row));
    }

    int gateway(int row) {
        return streamOf(row).gateway;
    }

    boolean answered(int row) {
        return verdict.get(row) >= 0;
    }

    /** When it was answered; {@link Long#MAX_VALUE}: never. */
    long answeredAt(int row) {
        return answeredAt.get(row);
    }

    @Nullable
    Verdict verdict(int row) {
        int v = verdict.getInt(row);
        return v < 0 ? null : Verdict.values()[v];
    }

    /** Whether its verdict is one after which the processor is done with the record. */
    boolean done(int row) {
        Verdict v = verdict(row);
        return v == Verdict.ACK || v == Verdict.REJECT;
    }

    /** Whether it was a RETRY that counts no attempt. */
    boolean wide(int row) {
        return retryAfter.get(row) == -2;
    }

    /** -1: the verdict asked for no delay. */
    long retryAfterMs(int row) {
        return Math.max(-1, retryAfter.get(row));
    }

    /** Whether {@code row} was answered before {@code later} came; what one clock cannot tell apart is taken as before. */
    boolean answeredBefore(int row, int later) {
        if (streamOf(row).processor.equals(streamOf(later).processor)) {
            return answeredSeq.get(row) < seq.get(later);
        }
        return answeredAt.get(row) <= t.get(later);
    }

    boolean sameRun(int a, int b) {
        return stream.get(a) == stream.get(b) && batch.get(a) == batch.get(b) && group.get(a) == group.get(b);
    }

    String gatewayName(int gateway) {
        return gateways.text(gateway);
    }

    private int stream(String processor, String gateway, String name) {
        int before = streamNames.size();
        int number = streamNames.of(processor + '\n' + gateway + '\n' + name);
        if (number == before) {
            streams.add(new Stream(processor, gateways.of(gateway), name));
        }
        return number;
    }
}
