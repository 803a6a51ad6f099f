package io.sluice.ingest.delivery;

import java.util.Arrays;
import java.util.Base64;

/**
 * Writes what is done above a ledger's committable position, and the counts of its failed records. What does not fit is
 * left out from the top: that costs duplicates after a crash, never a record.
 *
 * <p>[L3] What is told as done never covers a live entry.
 *
 * <p>Cost: one walk over the live entries, so callers do it a few times a second at most. Owned by: lane thread. The form:
 * {@link CompletionCodec}.
 */
final class CompletionEncoder {
    /** Notes take at most this part of the room. */
    private static final int NOTES_SHARE = 4;
    /** Bits of the two orders and the number of runs. */
    private static final int RUNS_HEAD_BITS = 32;

    private final String pipeline;
    private final long epochMsAtZero;
    private final byte[] bytes;
    private final byte[] trial;

    // What is being written: lengths of runs, open and done in turns, and the notes.
    private final long[] open = new long[CompletionCodec.MOST_RUNS];
    private final long[] done = new long[CompletionCodec.MOST_RUNS];
    private final Completions.Note[] notes = new Completions.Note[CompletionCodec.MOST_NOTES];
    private int runs;
    private int noted;
    private long runsEnd;
    private boolean cut;

    /**
     * @param epochMsAtZero wall-clock milliseconds when the lane's clock stood at 0
     * @param maxChars longest metadata, at least 256
     */
    CompletionEncoder(String pipeline, long epochMsAtZero, int maxChars) {
        this.pipeline = pipeline;
        this.epochMsAtZero = epochMsAtZero;
        this.bytes = new byte[maxChars / 4 * 3];
        this.trial = new byte[bytes.length / NOTES_SHARE];
    }

    /** Whether the last {@link #encode} had to leave something out. */
    boolean cut() {
        return cut;
    }

    /** What a commit of the ledger's committable position has to say; empty: nothing. */
    String encode(OffsetLedger ledger, long nowNs) {
        long base = ledger.committable();
        cut = false;
        collectRuns(ledger, base);
        collectNotes(ledger, nowNs);
        if (base < 0 || (runs == 0 && noted == 0)) {
            return "";
        }
        long nowS = wallMs(nowNs) / 1000;
        Bits out = new Bits(bytes, CompletionCodec.BODY_AT, bytes.length);
        out.putVarint(base);
        out.putVarint(nowS);
        out.putVarint(ledger.latestLeaderEpoch() + 1L);
        putNotes(out, base, nowS);
        putRuns(out);
        int size = out.endByte();
        bytes[0] = 'S';
        bytes[1] = 'L';
        bytes[2] = CompletionCodec.VERSION;
        int scope = CompletionCodec.scope(pipeline, ledger.partition.topic(), ledger.partition.partition());
        CompletionCodec.putInt(bytes, CompletionCodec.SCOPE_AT, scope);
        CompletionCodec.putInt(bytes, CompletionCodec.CRC_AT, CompletionCodec.crc(bytes, size));
        return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes, size));
    }

    /** When a record first failed, on the lane's clock, from what {@link CompletionCodec} has of it. */
    static long laneNs(long wallMs, long epochMsAtZero, long nowNs) {
        long ns = (wallMs - epochMsAtZero) * 1_000_000;
        // A wall clock that was put back must not make it fail in the future.
        return ns - nowNs > 0 ? nowNs : ns == 0 ? 1 : ns;
    }

    private long wallMs(long laneNs) {
        return Math.max(0, laneNs / 1_000_000 + epochMsAtZero);
    }

    private void collectRuns(OffsetLedger ledger, long base) {
        runs = 0;
        runsEnd = base;
        long next = base;
        for (Entry e = ledger.oldest(); e != null && !cut; e = e.newer) {
            addRun(next, e.offset);
            next = e.offset + 1;
        }
        long received = Math.max(base, ledger.lastOffset() + 1);
        addRun(next, received);
        Restored restored = ledger.restored();
        if (restored != null) {
            Completions before = restored.completions();
            for (int i = 0; i < before.from.length; i++) {
                addRun(Math.max(before.from[i], received), before.to[i]);
            }
        }
    }

    private void addRun(long from, long to) {
        if (from >= to || cut) {
            return;
        }
        if (from == runsEnd && runs > 0) {
            done[runs - 1] += to - from;
        } else if (runs == open.length) {
            cut = true;
        } else {
            open[runs] = from - runsEnd;
            done[runs++] = to - from;
        }
        runsEnd = to;
    }

    private void collectNotes(OffsetLedger ledger, long nowNs) {
        noted = 0;
        for (Entry e = ledger.oldest(); e != null && noted < notes.length; e = e.newer) {
            if (e.failedHere()) {
                long firstMs = wallMs(e.firstFailedNs == 0 ? nowNs : e.firstFailedNs);
                notes[noted++] = new Completions.Note(e.offset, e.attempts, e.lonelyDeaths, firstMs);
            }
        }
        Restored restored = ledger.restored();
        if (restored != null) {
            for (Completions.Note note : restored.completions().notes) {
                if (note.offset() > ledger.lastOffset() && noted < notes.length) {
                    notes[noted++] = note;
                }
            }
        }
    }

    private void putNotes(Bits out, long base, long nowS) {
        Bits sizing = new Bits(trial, 0, trial.length);
        int fit = 0;
        while (fit < noted && !sizing.broken()) {
            putNote(sizing, fit, base, nowS);
            fit += sizing.broken() ? 0 : 1;
        }
        cut |= fit < noted;
        out.putVarint(fit);
        for (int i = 0; i < fit; i++) {
            putNote(out, i, base, nowS);
        }
    }

    private void putNote(Bits out, int i, long base, long nowS) {
        Completions.Note note = notes[i];
        out.putVarint(note.offset() - (i == 0 ? base : notes[i - 1].offset()));
        out.putVarint(note.attempts());
        out.putVarint(note.lonelyDeaths());
        out.putVarint(Math.max(0, nowS - note.firstFailedMs() / 1000));
    }

    private void putRuns(Bits out) {
        int openOrder = bestOrder(open);
        int doneOrder = bestOrder(done);
        int room = out.left() - RUNS_HEAD_BITS;
        int fit = 0;
        while (fit < runs) {
            room -= Bits.golombBits(openCode(fit), openOrder) + Bits.golombBits(done[fit] - 1, doneOrder);
            if (room < 0) {
                cut = true;
                break;
            }
            fit++;
        }
        out.put(openOrder, 4);
        out.put(doneOrder, 4);
        out.putVarint(fit);
        for (int i = 0; i < fit; i++) {
            out.putGolomb(openCode(i), openOrder);
            out.putGolomb(done[i] - 1, doneOrder);
        }
    }

    /** Only before the first run may nothing be open. */
    private long openCode(int i) {
        return i == 0 ? open[0] : open[i] - 1;
    }

    /** The order in which the lengths take the fewest bits. */
    private int bestOrder(long[] lengths) {
        int best = 0;
        long bestBits = Long.MAX_VALUE;
        for (int order = 0; order <= Bits.MAX_ORDER; order++) {
            long bits = 0;
            for (int i = 0; i < runs; i++) {
                bits += Bits.golombBits(Math.max(0, lengths[i] - 1), order);
            }
            if (bits < bestBits) {
                bestBits = bits;
                best = order;
            } else {
                break;
            }
        }
        return best;
    }
}
