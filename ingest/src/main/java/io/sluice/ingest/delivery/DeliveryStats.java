package io.sluice.ingest.delivery;

import java.util.EnumMap;
import java.util.Map;

/** What a lane has done since it started. Written by the lane thread, read by any. */
public final class DeliveryStats {
    /** Why a verdict changed nothing. */
    public enum Stale {
        /** The batch's lease had run out, or its stream was given up. */
        BATCH_GONE,
        /** The record's partition was revoked or lost. */
        REVOKED,
        /** The record already had an outcome. */
        DUPLICATE
    }

    /** Why a record was delivered again. */
    public enum Redelivery {
        RETRY,
        LEASE_EXPIRED,
        STREAM_LOST,
        RELEASED
    }

    /** How a processor broke the contract; see PROTOCOL.md. */
    public enum Violation {
        UNKNOWN_BATCH,
        INDEX_RANGE,
        EMPTY_RANGE,
        OUTCOME_UNSPECIFIED,
        GROUP_ORDER,
        GROUP_FAILED,
        /** Found by the codec. */
        FRAME
    }

    public final Tally received = new Tally();
    /** Records that an earlier owner had settled, known from its last commit. */
    public final Tally skipped = new Tally();
    /** Times that not all completions fitted into the metadata of a commit. */
    public final Tally completionsCut = new Tally();

    public final Tally sentRecords = new Tally();
    public final Tally sentBatches = new Tally();
    public final Tally acked = new Tally();
    /** Records that are durable in a retry topic and settled here. */
    public final Tally delayed = new Tally();
    /** Records that are durable in a parking log and settled here. */
    public final Tally parked = new Tally();
    /** Records that were read back from a parking log. */
    public final Tally unparked = new Tally();

    public final Tally publishFailures = new Tally();
    public final Tally leasesExpired = new Tally();
    public final Tally ejections = new Tally();
    public final Tally streamsUp = new Tally();
    public final Tally streamsDown = new Tally();
    /** Times that dead letters stopped the sending. */
    public final Tally floods = new Tally();

    private final Map<Cause, Tally> deadLettered = tallies(Cause.class);
    private final Map<Stale, Tally> stale = tallies(Stale.class);
    private final Map<Redelivery, Tally> redelivered = tallies(Redelivery.class);
    private final Map<Violation, Tally> violations = tallies(Violation.class);

    /** Dead letters that are durable. */
    public Tally deadLettered(Cause cause) {
        return deadLettered.get(cause);
    }

    public Tally stale(Stale reason) {
        return stale.get(reason);
    }

    /** Records given back to be delivered again. */
    public Tally redelivered(Redelivery cause) {
        return redelivered.get(cause);
    }

    public Tally violations(Violation reason) {
        return violations.get(reason);
    }

    private static <E extends Enum<E>> Map<E, Tally> tallies(Class<E> type) {
        Map<E, Tally> map = new EnumMap<>(type);
        for (E value : type.getEnumConstants()) {
            map.put(value, new Tally());
        }
        return map;
    }
}
