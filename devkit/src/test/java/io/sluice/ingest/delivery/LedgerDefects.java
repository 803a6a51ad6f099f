package io.sluice.ingest.delivery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Advice for the ledger of offsets; see {@code io.sluice.devkit.defects.Defect}. One lane only: it all runs on its thread. */
final class LedgerDefects {
    private static final Map<OffsetLedger, Long> HIGHEST = new IdentityHashMap<>();
    private static final Map<String, Place> OPEN = new HashMap<>();
    private static final Set<Place> LATE = new HashSet<>();

    record Place(String partition, long offset) {}

    private LedgerDefects() {}

    static final class CommitAtDispatch {
        @Advice.OnMethodExit
        static void exit(
                @Advice.FieldValue("highestSent") long sent, @Advice.Return(readOnly = false) long committable) {
            committable = Math.max(committable, sent + 1);
        }
    }

    static final class SkipOnRevoke {
        @Advice.OnMethodExit
        static void exit(
                @Advice.FieldValue("closing") boolean closing,
                @Advice.FieldValue("highestSent") long sent,
                @Advice.Return(readOnly = false) long committable) {
            committable = closing ? Math.max(committable, sent + 1) : committable;
        }
    }

    static final class NoteHighest {
        @Advice.OnMethodEnter
        static void enter(@Advice.This OffsetLedger ledger, @Advice.Argument(0) Entry entry) {
            settled(ledger, entry.offset);
        }
    }

    static final class CommitHighest {
        @Advice.OnMethodExit
        static void exit(@Advice.This OffsetLedger ledger, @Advice.Return(readOnly = false) long committable) {
            committable = Math.max(committable, highest(ledger) + 1);
        }
    }

    static final class RememberOpen {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) OffsetLedger ledger, @Advice.Argument(1) Entry entry) {
            remember(ledger, entry);
        }
    }

    static final class TakeLateAcks {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) StreamState stream, @Advice.Argument(1) List<BatchVerdicts> frame) {
            late(stream, frame);
        }
    }

    static final class PassLateAcks {
        @Advice.OnMethodExit
        static void exit(@Advice.This OffsetLedger ledger, @Advice.Return(readOnly = false) long committable) {
            committable = passLate(ledger, committable);
        }
    }

    static void settled(OffsetLedger ledger, long offset) {
        HIGHEST.merge(ledger, offset, Math::max);
    }

    static long highest(OffsetLedger ledger) {
        return HIGHEST.getOrDefault(ledger, -1L);
    }

    static void remember(OffsetLedger ledger, Entry entry) {
        if (entry.batch != null) {
            OPEN.put(
                    id(entry.batch.stream, entry.batch.id, entry.index),
                    new Place(ledger.partition.toString(), entry.offset));
        }
    }

    static void late(StreamState stream, List<BatchVerdicts> frame) {
        for (BatchVerdicts batch : frame) {
            for (VerdictRange range : batch.verdicts()) {
                for (int i = range.first(); i < range.first() + range.count(); i++) {
                    Place place = OPEN.get(id(stream, batch.batchId(), i));
                    if (place != null && range.outcome() == Outcome.ACK) {
                        LATE.add(place);
                    }
                }
            }
        }
    }

    static long passLate(OffsetLedger ledger, long committable) {
        long passed = committable;
        for (Entry e = ledger.oldest();
                e != null && LATE.contains(new Place(ledger.partition.toString(), e.offset));
                e = e.newer) {
            passed = e.newer == null ? e.offset + 1 : e.newer.offset;
        }
        return passed;
    }

    private static String id(StreamState stream, long batch, int index) {
        return System.identityHashCode(stream) + " " + batch + " " + index;
    }
}
