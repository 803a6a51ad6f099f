package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.Deliveries.Stream;
import io.sluice.devkit.oracle.LogRecord.Outcome;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A whole history, put in order: what rules look things up in. */
final class Facts {
    /** Time on the way: leases begin when the gateway sends. Never more than a quarter of the lease. */
    private static final long LEASE_SLACK_MS = 1_000;

    final Terms terms;
    final Deliveries rows;
    final List<Part> parts;
    final Disruptions disruptions;
    private final History history;
    private final Assignments assignments;

    /** Row numbers in order of time, by partition. */
    final int[][] byTime;

    /** Number of a row's record in its partition; -1: there is none. */
    final int[] recordOf;

    /** Which assignment a row belongs to. */
    final Epoch[] epochOf;

    /** Row numbers by partition and record, and for each in order of time; see {@link Part#firstRow}. */
    final int[][] byRecord;

    Facts(History history, Terms terms) {
        this.history = history;
        this.terms = terms;
        this.rows = history.deliveries;
        history.events.sort((a, b) -> Long.compare(a.t(), b.t()));
        this.disruptions = new Disruptions(history.events, terms.slackMs());
        this.assignments = new Assignments(history);
        this.parts = List.copyOf(history.parts);
        addDoubtful();
        parts.forEach(Part::freeze);
        this.recordOf = new int[rows.size()];
        this.epochOf = new Epoch[rows.size()];
        this.byTime = new int[parts.size()][];
        this.byRecord = new int[parts.size()][];
        sortRows();
        for (Part part : parts) {
            settle(part);
        }
        for (Part part : parts) {
            proveStreams(part);
        }
    }

    List<LogRecord.Event> events() {
        return history.events;
    }

    /** Whether a record of this hash was not written for certain. */
    boolean failed(long uid) {
        return history.failed.contains(uid);
    }

    boolean hasDoubtful() {
        return !history.doubtful.isEmpty();
    }

    /** A key as text, for messages. */
    String key(int number) {
        return number < 0 ? "(none)" : history.keys.text(number);
    }

    /** What was perhaps written and then delivered exists. */
    private void addDoubtful() {
        for (int row = 0; row < rows.size() && hasDoubtful(); row++) {
            long uid = rows.uid.get(row);
            History.Doubtful record = history.doubtful.get(uid);
            if (record != null) {
                parts.get(rows.part.getInt(row))
                        .produced(rows.offset.get(row), history.key(record.key()), uid, record.sha(), record.t());
            }
        }
    }

    private void sortRows() {
        long start =
                IntStream.range(0, rows.size()).mapToLong(rows.t::get).min().orElse(0);
        int[] count = new int[parts.size()];
        long[] order = new long[rows.size()];
        for (int row = 0; row < rows.size(); row++) {
            // Rows of one process grow with its own order, so that equal times stay in order.
            order[row] = (rows.t.get(row) - start) << 32 | row;
            count[rows.part.getInt(row)]++;
        }
        Arrays.sort(order);
        for (int p = 0; p < byTime.length; p++) {
            byTime[p] = new int[count[p]];
        }
        int[] filled = new int[parts.size()];
        for (long packed : order) {
            int row = (int) packed;
            int p = rows.part.getInt(row);
            byTime[p][filled[p]++] = row;
            recordOf[row] = Math.max(-1, parts.get(p).find(rows.offset.get(row)));
            epochOf[row] = assignments.of(rows.gateway(row), parts.get(p), rows.t.get(row));
            rows.streamOf(row).seen(rows.t.get(row));
            epochOf[row].firstDelivery = Math.min(epochOf[row].firstDelivery, rows.t.get(row));
        }
        Ties ties = new Ties(rows);
        for (int[] ofPart : byTime) {
            ties.settle(ofPart);
        }
        parts.forEach(this::groupByRecord);
    }

    private void groupByRecord(Part part) {
        int[] times = byTime[part.number];
        int[] starts = new int[part.size + 1];
        for (int row : times) {
            if (recordOf[row] >= 0) {
                starts[recordOf[row] + 1]++;
            }
        }
        for (int i = 0; i < part.size; i++) {
            starts[i + 1] += starts[i];
        }
        int[] grouped = new int[starts[part.size]];
        int[] next = Arrays.copyOf(starts, part.size);
        for (int row : times) {
            if (recordOf[row] >= 0) {
                grouped[next[recordOf[row]]++] = row;
            }
        }
        part.firstRow = starts;
        byRecord[part.number] = grouped;
    }

    private void settle(Part part) {
        int[] grouped = byRecord[part.number];
        for (int row : grouped) {
            if (rows.verdict(row) == Verdict.ACK) {
                int record = recordOf[row];
                part.settledAt[record] = Math.min(part.settledAt[record], rows.answeredAt(row));
            }
        }
        for (Outcome outcome : part.outcomes) {
            int record = part.find(outcome.origOffset());
            if (record >= 0) {
                part.settledAt[record] = Math.min(part.settledAt[record], outcome.t());
                part.lettered.set(record);
            }
        }
    }

    /**
     * What was settled and came never more, but for what a verdict had asked for, was taken by the gateway: so its stream was alive in the
     * gateway's eyes. Of several deliveries that were open at once nobody knows which was sent last: a log is written when a frame is read.
     */
    private void proveStreams(Part part) {
        for (int record = 0; record < part.size; record++) {
            int end = part.firstRow[record + 1];
            if (end > part.firstRow[record]) {
                int last = byRecord[part.number][end - 1];
                if (rows.done(last) && givenBack(part, record)) {
                    Stream stream = rows.streamOf(last);
                    stream.aliveUntil = Math.max(stream.aliveUntil, rows.answeredAt(last));
                }
            }
        }
    }

    /** Whether each delivery of a record but the last was answered by RETRY or RELEASE before the next. */
    private boolean givenBack(Part part, int record) {
        for (int i = part.firstRow[record]; i + 1 < part.firstRow[record + 1]; i++) {
            int row = byRecord[part.number][i];
            Verdict verdict = rows.verdict(row);
            boolean back = verdict == Verdict.RETRY || verdict == Verdict.RELEASE;
            if (!back || !rows.answeredBefore(row, byRecord[part.number][i + 1])) {
                return false;
            }
        }
        return true;
    }

    /** First delivery of a record within an assignment; -1: none. */
    int firstRowIn(Part part, int record, Epoch epoch) {
        for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
            int row = byRecord[part.number][i];
            if (epochOf[row] == epoch) {
                return row;
            }
        }
        return -1;
    }

    /** Whether a record was done within an assignment before {@code later} came. */
    boolean doneBefore(Part part, int record, Epoch epoch, int later) {
        for (int i = part.firstRow[record]; i < part.firstRow[record + 1]; i++) {
            int row = byRecord[part.number][i];
            if (epochOf[row] == epoch && rows.done(row) && rows.answeredBefore(row, later)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a gateway may rightly think that the delivery {@code row} has come to nothing, when {@code later} comes. */
    boolean givenUp(int row, int later) {
        long t = rows.t.get(later);
        return leaseOver(row, t) || streamOver(row, t);
    }

    /** Whether the lease ran out before an answer can have arrived. */
    boolean leaseOver(int row, long t) {
        long end = rows.t.get(row) + terms.leaseMs() - Math.min(LEASE_SLACK_MS, terms.leaseMs() / 4);
        return t >= end && rows.answeredAt(row) >= end;
    }

    /** Whether nothing proves that the gateway still had the row's stream then. */
    boolean streamOver(int row, long t) {
        Stream stream = rows.streamOf(row);
        return disruptions.ended(stream, t) || stream.aliveUntil <= t;
    }

    /** Whether the gateway is proved to have taken a verdict in time: a later one on its stream had an effect. */
    boolean taken(int row) {
        Stream stream = rows.streamOf(row);
        long t = rows.answeredAt(row);
        return stream.aliveUntil > t && !leaseOver(row, t) && !disruptions.ended(stream, t);
    }

    /** Whether its gateway opened another stream to the same processor later: so this one was over. */
    boolean replaced(int row) {
        Stream stream = rows.streamOf(row);
        for (Stream other : rows.streams) {
            if (other != stream
                    && other.gateway == stream.gateway
                    && other.processor.equals(stream.processor)
                    && other.firstSeen >= stream.lastSeen
                    && other.firstSeen != Part.NEVER) {
                return true;
            }
        }
        return false;
    }

    /** How many commits of a partition were surely visible when an assignment began. */
    int visibleCommits(Part part, Epoch epoch) {
        int n = 0;
        while (n < part.commitT.size() && part.commitT.get(n) < epoch.from - terms.visibleMs()) {
            n++;
        }
        return n;
    }

    /** The offset that a new owner surely saw; {@link Long#MIN_VALUE}: none. */
    long visible(Part part, Epoch epoch) {
        int n = epoch.known() ? visibleCommits(part, epoch) : 0;
        return n == 0 ? Long.MIN_VALUE : part.commitOffset.get(n - 1);
    }

    /** Below which offset nothing was asked of an assignment: the highest that it may have started at. */
    long startOf(Part part, Epoch epoch) {
        long start = part.waivedBelow(epoch.firstDelivery);
        for (int i = 0; i < part.commitT.size() && part.commitT.get(i) <= epoch.firstDelivery; i++) {
            start = Math.max(start, part.commitOffset.get(i));
        }
        return start;
    }

    /** Whether an assignment may have learned from a commit's metadata that a record above the committed offset is done. */
    boolean restored(Part part, int record, Epoch epoch) {
        for (int i = 0; i < part.commitT.size() && part.commitT.get(i) <= epoch.firstDelivery; i++) {
            if (part.withMetadata.get(i) && part.settledAt[record] <= part.commitT.get(i)) {
                return true;
            }
        }
        return false;
    }

    /** The last assignment that began before a time; null: none is known. */
    static @Nullable Epoch owner(Part part, long t) {
        Epoch owner = null;
        for (Epoch epoch : part.epochs) {
            if (epoch.from < t) {
                owner = epoch;
            }
        }
        return owner;
    }

    String who(Epoch epoch) {
        return rows.gatewayName(epoch.gateway) + (epoch.known() ? " epoch " + epoch.number : "");
    }
}
