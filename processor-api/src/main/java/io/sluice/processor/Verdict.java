package io.sluice.processor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a handler says about a record. Immutable; make one with the factories. */
public final class Verdict {
    /** Code of a RETRY that stands for an exception, a null or a wrong number of verdicts from the handler. */
    public static final String HANDLER_EXCEPTION = "HANDLER_EXCEPTION";

    static final int MAX_CODE_BYTES = 100;
    static final int MAX_REASON_BYTES = 1000;
    private static final Duration MAX_RETRY_AFTER = Duration.ofDays(1);

    private static final Verdict ACK = new Verdict(Outcome.ACK, "", "", null, Scope.RECORD, List.of());
    private static final Verdict RELEASE = new Verdict(Outcome.RELEASE, "", "", null, Scope.RECORD, List.of());

    private final Outcome outcome;
    private final String code;
    private final String reason;
    private final @Nullable Duration retryAfter;
    private final Scope scope;
    private final List<Header> headers;

    private Verdict(
            Outcome outcome,
            String code,
            String reason,
            @Nullable Duration retryAfter,
            Scope scope,
            List<Header> headers) {
        this.outcome = outcome;
        this.code = code;
        this.reason = reason;
        this.retryAfter = retryAfter;
        this.scope = scope;
        this.headers = headers;
    }

    /**
     * Done.
     *
     * @return always the same object
     */
    public static Verdict ack() {
        return ACK;
    }

    /**
     * Not attempted: the record, and the later ones of its group in this batch, come again. Counts nothing.
     *
     * @return always the same object
     */
    public static Verdict release() {
        return RELEASE;
    }

    /**
     * Failed for now: the record comes again after the pipeline's backoff, and the later ones of its group in this batch
     * with it. Counts an attempt; past the pipeline's {@code max_attempts} the record is dead-lettered.
     *
     * @param code short stable name for machines, such as {@code DB_TIMEOUT}; at most 100 bytes are kept
     * @param reason one line for people, no payload and no secret; at most 1,000 bytes are kept
     * @return the verdict
     * @throws IllegalArgumentException if the code is blank
     */
    public static Verdict retry(String code, String reason) {
        return new Verdict(Outcome.RETRY, code(code), reason(reason), null, Scope.RECORD, List.of());
    }

    /**
     * Will never work: the record is dead-lettered with code and reason, its group goes on.
     *
     * @param code short stable name for machines, such as {@code NOT_AN_ORDER}; at most 100 bytes are kept
     * @param reason one line for people, no payload and no secret; at most 1,000 bytes are kept
     * @return the verdict
     * @throws IllegalArgumentException if the code is blank
     */
    public static Verdict reject(String code, String reason) {
        return reject(code, reason, List.of());
    }

    /**
     * As {@link #reject(String, String)}, with headers for the dead letter.
     *
     * @param code short stable name for machines; at most 100 bytes are kept
     * @param reason one line for people; at most 1,000 bytes are kept
     * @param headers added to the dead letter under the prefix {@code sluice.dlq.x.}; dropped, with a warning in the
     *     log, if they do not fit into a frame
     * @return the verdict
     * @throws IllegalArgumentException if the code is blank
     */
    public static Verdict reject(String code, String reason, List<Header> headers) {
        return new Verdict(Outcome.REJECT, code(code), reason(reason), null, Scope.RECORD, List.copyOf(headers));
    }

    /** A RETRY for whatever went wrong in a handler: class and message in one line, never the stack. */
    static Verdict failed(Throwable error) {
        String message = error.getMessage();
        String name = error.getClass().getName();
        return retry(HANDLER_EXCEPTION, message == null ? name : name + ": " + message);
    }

    /**
     * This RETRY, due no earlier than a time from now.
     *
     * @param delay the time; more than a day counts as a day
     * @return a new verdict
     * @throws IllegalStateException if this is no RETRY
     * @throws IllegalArgumentException if the delay is negative
     */
    public Verdict withRetryAfter(Duration delay) {
        requireRetry("withRetryAfter");
        if (delay.isNegative()) {
            throw new IllegalArgumentException("retry after " + delay + ": must not be negative");
        }
        Duration kept = delay.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : delay;
        return new Verdict(outcome, code, reason, kept, scope, headers);
    }

    /**
     * This RETRY, holding back more than the record.
     *
     * @param wider what waits
     * @return a new verdict
     * @throws IllegalStateException if this is no RETRY
     */
    public Verdict withScope(Scope wider) {
        requireRetry("withScope");
        return new Verdict(outcome, code, reason, retryAfter, Objects.requireNonNull(wider, "scope"), headers);
    }

    /**
     * This REJECT with one more header for the dead letter.
     *
     * @param header the header
     * @return a new verdict
     * @throws IllegalStateException if this is no REJECT
     */
    public Verdict withHeader(Header header) {
        if (outcome != Outcome.REJECT) {
            throw new IllegalStateException("withHeader on " + outcome + ": only a REJECT has headers");
        }
        List<Header> more = new ArrayList<>(headers);
        more.add(header);
        return new Verdict(outcome, code, reason, retryAfter, scope, List.copyOf(more));
    }

    Verdict withoutHeaders() {
        return new Verdict(outcome, code, reason, retryAfter, scope, List.of());
    }

    private void requireRetry(String what) {
        if (outcome != Outcome.RETRY) {
            throw new IllegalStateException(what + " on " + outcome + ": only a RETRY can wait");
        }
    }

    private static String code(String code) {
        if (code.isBlank()) {
            throw new IllegalArgumentException("a verdict's code must not be blank");
        }
        return Text.oneLine(code, MAX_CODE_BYTES);
    }

    private static String reason(String reason) {
        return Text.oneLine(reason, MAX_REASON_BYTES);
    }

    /**
     * What became of the record.
     *
     * @return the outcome
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * Short stable name of what went wrong.
     *
     * @return the code; empty for ACK and RELEASE
     */
    public String code() {
        return code;
    }

    /**
     * One line for people.
     *
     * @return the reason; may be empty
     */
    public String reason() {
        return reason;
    }

    /**
     * Earliest next attempt, from now.
     *
     * @return the delay, or null for the pipeline's backoff
     */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /**
     * What a RETRY holds back.
     *
     * @return the scope; {@link Scope#RECORD} unless set
     */
    public Scope scope() {
        return scope;
    }

    /**
     * Headers for the dead letter.
     *
     * @return an immutable list
     */
    public List<Header> headers() {
        return headers;
    }

    /** Whether the later records of the group in the batch must be released. */
    boolean stopsGroup() {
        return outcome == Outcome.RETRY || outcome == Outcome.RELEASE;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Verdict v
                        && outcome == v.outcome
                        && scope == v.scope
                        && code.equals(v.code)
                        && reason.equals(v.reason)
                        && Objects.equals(retryAfter, v.retryAfter)
                        && headers.equals(v.headers));
    }

    @Override
    public int hashCode() {
        return Objects.hash(outcome, code, reason, retryAfter, scope, headers);
    }

    @Override
    public String toString() {
        return code.isEmpty() ? outcome.name() : outcome + " " + code + " (" + reason + ")";
    }
}
