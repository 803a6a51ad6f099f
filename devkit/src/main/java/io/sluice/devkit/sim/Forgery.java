package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.BatchVerdicts;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Outcome;
import io.sluice.ingest.delivery.Scope;
import io.sluice.ingest.delivery.VerdictRange;
import java.util.List;

/**
 * A frame that breaks the contract, in one of several ways; with a good verdict before the bad one, which must not count
 * either. Whether it is one depends on what is still open when it arrives.
 *
 * @param index record that the bad verdict is about
 */
record Forgery(Kind kind, SentBatch batch, int index, List<BatchVerdicts> frame) {
    /** Ways to break the contract. */
    enum Kind {
        UNKNOWN_BATCH,
        BEYOND_THE_END,
        NEGATIVE_INDEX,
        EMPTY_RANGE,
        NO_OUTCOME,
        /** The second of a group before the first. */
        OUT_OF_ORDER,
        /** An acknowledgement after a failure in the same group. */
        AFTER_FAILURE
    }

    private static final Kind[] KINDS = Kind.values();

    static Forgery of(SentBatch batch, Dice dice) {
        Kind kind = KINDS[dice.below(KINDS.length)];
        int pair = firstOfPair(batch);
        if (pair < 0 && (kind == Kind.OUT_OF_ORDER || kind == Kind.AFTER_FAILURE)) {
            kind = Kind.NO_OUTCOME;
        }
        int n = batch.recs.length;
        VerdictRange good = VerdictRange.ack(0, 1);
        List<VerdictRange> ranges = switch (kind) {
            case UNKNOWN_BATCH -> List.of(good);
            case BEYOND_THE_END -> List.of(good, VerdictRange.ack(n - 1, 2));
            case NEGATIVE_INDEX -> List.of(good, VerdictRange.ack(-1, 1));
            case EMPTY_RANGE -> List.of(good, VerdictRange.ack(0, 0));
            case NO_OUTCOME -> List.of(good, verdict(n - 1, null));
            case OUT_OF_ORDER -> List.of(VerdictRange.ack(pair + 1, 1));
            case AFTER_FAILURE -> List.of(verdict(pair, Outcome.RELEASE), VerdictRange.ack(pair + 1, 1));
        };
        long id = kind == Kind.UNKNOWN_BATCH ? batch.id + 1_000_000 : batch.id;
        return new Forgery(kind, batch, pair, List.of(new BatchVerdicts(id, ranges)));
    }

    private static int firstOfPair(SentBatch batch) {
        for (int i = 0; i + 1 < batch.recs.length; i++) {
            if (batch.firstOfGroup(i) && batch.groups[i] == batch.groups[i + 1]) {
                return i;
            }
        }
        return -1;
    }

    private static VerdictRange verdict(int first, @org.jspecify.annotations.Nullable Outcome outcome) {
        return new VerdictRange(first, 1, outcome, "NO", "reason", -1, Scope.RECORD, Header.NONE);
    }

    /** Whether the contract is broken as things stand on the stream. */
    boolean isRefused(StreamJudge stream) {
        if (kind == Kind.UNKNOWN_BATCH) {
            return true;
        }
        if (stream.batch(batch.id) != batch) {
            return false;
        }
        if (kind != Kind.OUT_OF_ORDER && kind != Kind.AFTER_FAILURE) {
            return true;
        }
        byte first = batch.outcomes[index];
        boolean failed = first == SentBatch.OPEN || SentBatch.stops(first);
        return batch.outcomes[index + 1] == SentBatch.OPEN && failed;
    }
}
