package io.sluice.ingest.delivery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a record carries while it is in a retry topic: strings in headers behind its own, always all of them and in the
 * same order, so that they can be told from headers with such names that the record came with. Pure.
 *
 * <p>Times are written by the wall clock, in milliseconds, and read back onto the lane's clock. Nothing written can
 * make a record wait for longer than its tier's delay, or a day if a processor asked for it.
 */
public final class RetryHeaders {
    private static final String PREFIX = "sluice.retry.";
    private static final String FORMAT = "1";
    private static final int MOST_TEXT = 1_000;
    private static final long NS = 1_000_000L;

    /** The order in which they are written. */
    private enum Name {
        FORMAT,
        PIPELINE,
        TOPIC,
        PARTITION,
        OFFSET,
        TIMESTAMP,
        TIMESTAMP_TYPE,
        ATTEMPTS,
        DELIVERIES,
        STREAMS_ENDED,
        FIRST_FAILED_AT,
        NOT_BEFORE,
        DUE_AT,
        HOPS,
        CODE,
        REASON;

        static final Name[] ALL = values();

        final String text = PREFIX + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /**
     * A moment on both clocks.
     *
     * @param ns on the lane's
     * @param wallMs since the epoch
     */
    public record Moment(long ns, long wallMs) {
        long toWallMs(long thenNs) {
            return wallMs + (thenNs - ns) / NS;
        }

        /** Rounded up, and a millisecond for what {@code wallMs} is cut off by: a record never comes before its time. */
        long toDueMs(long thenNs) {
            return wallMs + 1 + Math.floorDiv(thenNs - ns + NS - 1, NS);
        }

        /** Never 0, and never later than {@code latestNs} from now. */
        long toNs(long thenWallMs, long latestNs) {
            long aheadMs = Math.max(-PAST_MS, Math.min(latestNs / NS, thenWallMs - wallMs));
            long then = ns + aheadMs * NS;
            return then == 0 ? 1 : then;
        }
    }

    /** What was failing for longer than a year counts as a year. */
    private static final long PAST_MS = 366L * 86_400_000L;

    /**
     * A record read from a retry topic.
     *
     * @param own its own headers
     * @param dueNs when it may be taken up, on the lane's clock
     */
    public record Returned(Header[] own, Origin origin, long dueNs) {}

    private RetryHeaders() {}

    /**
     * All headers for the retry topic.
     *
     * @param delayNs of the tier
     * @param withReason false: without the texts, for a record that would be too large with them
     */
    public static List<Header> write(Delayed delayed, String pipeline, long delayNs, Moment now, boolean withReason) {
        Entry entry = delayed.entry();
        List<Header> all = new ArrayList<>(List.of(entry.headers()));
        for (Name name : Name.ALL) {
            all.add(new Header(
                    name.text,
                    switch (name) {
                        case FORMAT -> bytes(FORMAT);
                        case PIPELINE -> bytes(pipeline);
                        case TOPIC -> bytes(entry.topic());
                        case PARTITION -> bytes(entry.partitionNumber());
                        case OFFSET -> bytes(entry.offset());
                        case TIMESTAMP -> bytes(entry.timestampMs());
                        case TIMESTAMP_TYPE -> bytes(entry.timestampType());
                        case ATTEMPTS -> bytes(entry.attempts());
                        case DELIVERIES -> bytes(entry.deliveries());
                        case STREAMS_ENDED -> bytes(entry.streamsEnded());
                        case FIRST_FAILED_AT -> bytes(now.toWallMs(entry.firstFailedNs()));
                        case NOT_BEFORE ->
                            delayed.notBeforeNs() == 0 ? bytes("") : bytes(now.toDueMs(delayed.notBeforeNs()));
                        case DUE_AT -> bytes(now.toDueMs(now.ns() + delayNs));
                        case HOPS -> bytes(entry.hops() + 1);
                        case CODE -> text(entry.lastCode(), withReason);
                        case REASON -> text(entry.lastReason(), withReason);
                    }));
        }
        return all;
    }

    /**
     * Reads them back.
     *
     * @param delayNs of the tier
     * @return null: this pipeline has not written them
     */
    public static Returned read(Header[] all, String pipeline, long delayNs, Moment now) {
        int own = all.length - Name.ALL.length;
        if (own < 0) {
            return null;
        }
        String[] texts = new String[Name.ALL.length];
        for (Name name : Name.ALL) {
            Header header = all[own + name.ordinal()];
            if (!header.name().equals(name.text) || header.value() == null) {
                return null;
            }
            texts[name.ordinal()] = new String(header.value(), StandardCharsets.UTF_8);
        }
        if (!texts[Name.FORMAT.ordinal()].equals(FORMAT) || !texts[Name.PIPELINE.ordinal()].equals(pipeline)) {
            return null;
        }
        try {
            Header[] rest = own == 0 ? Header.NONE : java.util.Arrays.copyOf(all, own);
            return new Returned(rest, origin(texts, now), now.toNs(number(texts, Name.DUE_AT), delayNs));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Origin origin(String[] texts, Moment now) {
        boolean asked = !texts[Name.NOT_BEFORE.ordinal()].isEmpty();
        return new Origin(
                texts[Name.TOPIC.ordinal()],
                count(texts, Name.PARTITION),
                number(texts, Name.OFFSET),
                number(texts, Name.TIMESTAMP),
                (int) number(texts, Name.TIMESTAMP_TYPE),
                count(texts, Name.ATTEMPTS),
                count(texts, Name.DELIVERIES),
                count(texts, Name.STREAMS_ENDED),
                now.toNs(number(texts, Name.FIRST_FAILED_AT), 0),
                asked ? now.toNs(number(texts, Name.NOT_BEFORE), RetryPolicy.MAX_RETRY_AFTER_NS) : 0,
                count(texts, Name.HOPS),
                texts[Name.CODE.ordinal()],
                texts[Name.REASON.ordinal()],
                "");
    }

    private static long number(String[] texts, Name name) {
        return Long.parseLong(texts[name.ordinal()]);
    }

    private static int count(String[] texts, Name name) {
        int n = Integer.parseInt(texts[name.ordinal()]);
        if (n < 0) {
            throw new NumberFormatException(name + " is negative");
        }
        return n;
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] text(String text, boolean wanted) {
        return bytes(wanted ? text.substring(0, Math.min(MOST_TEXT, text.length())) : "");
    }
}
