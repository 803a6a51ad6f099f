package io.sluice.devkit.oracle;

/** Kinds of {@link LogRecord.Event} that rules know. Any other kind is a mark that means nothing to them. */
public final class EventKind {
    /** A gateway got partitions: {@code topic-partition@epoch,...}. Said before their positions are asked for. */
    public static final String ASSIGNED = "assigned";

    /** A gateway begins to give partitions up: {@code topic-partition@epoch,...}. */
    public static final String REVOKED = "revoked";

    /** A gateway has given partitions up and committed for the last time: {@code topic-partition@epoch,...}. */
    public static final String RELEASED = "released";

    /** A gateway heard that partitions are no longer its own: {@code topic-partition@epoch,...}. */
    public static final String LOST = "lost";

    /** A gateway was killed, or found dead. {@code who} is the id without the lane, or with it. */
    public static final String GATEWAY_KILL = "gateway-kill";

    /** A processor was killed, or found dead. {@code who} as in {@link LogRecord.Delivered#processor}. */
    public static final String PROCESSOR_KILL = "processor-kill";

    /** A processor saw a stream end. {@code who} is the processor, {@code detail} the stream. */
    public static final String STREAM_END = "stream-end";

    /** A fault begins: {@code who} names it. It lasts until the next {@link #FAULT_END} of the same {@code who}. */
    public static final String FAULT_START = "fault-start";

    /** A fault is over. */
    public static final String FAULT_END = "fault-end";

    /** From now on nothing disturbs: what is not settled within the time allowed is unseen (G3). */
    public static final String HEAL = "heal";

    /** An operator sets the group's offsets: {@code topic-partition@offset,...}. Written before it is done. */
    public static final String OPERATOR_RESET = "operator-reset";

    /** The broker deleted records below these offsets: {@code topic-partition@offset,...}: nobody can deliver them. */
    public static final String RECORDS_DELETED = "records-deleted";

    /** The group begins here: {@code topic-partition@offset,...}; records below are not its own. Without: at the beginning. */
    public static final String START_POSITION = "start-position";

    /** A process was asked to end; it finishes what it holds. */
    public static final String GATEWAY_TERM = "gateway-term";

    /** As {@link #GATEWAY_TERM}. */
    public static final String PROCESSOR_TERM = "processor-term";

    /** A process runs. */
    public static final String GATEWAY_START = "gateway-start";

    /** As {@link #GATEWAY_START}. */
    public static final String PROCESSOR_START = "processor-start";

    private EventKind() {}
}
