package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import io.sluice.proto.processor.v1.Record;
import java.util.SplittableRandom;

/** What the test processor does with a record: a function of the record, its attempt and the flags. Immutable. */
final class Behaviour {
    /** A record that never gets an answer. */
    static final long NEVER_MS = Long.MAX_VALUE;

    private final long seed;
    private final long leastMs;
    private final long mostMs;
    private final double tailShare;
    private final long tailMs;
    private final boolean mute;
    private final boolean reject;
    private final boolean letGo;

    /**
     * What comes of a record.
     *
     * @param delayMs time it takes; {@link #NEVER_MS}: no answer comes
     * @param dies whether the process ends instead
     */
    record Act(Verdict verdict, long delayMs, boolean dies) {}

    Behaviour(long seed, String delay, String tail, boolean mute, boolean reject, boolean letGo) {
        this.seed = seed;
        this.leastMs = Long.parseLong(delay.split(":", 2)[0]);
        this.mostMs = Long.parseLong(delay.split(":", 2)[1]);
        this.tailShare = Double.parseDouble(tail.split(":", 2)[0]);
        this.tailMs = Long.parseLong(tail.split(":", 2)[1]);
        this.mute = mute;
        this.reject = reject;
        this.letGo = letGo;
    }

    Act on(Record record, Payload payload) {
        long delayMs = delayMs(record);
        if (mute) {
            return new Act(Verdict.ACK, NEVER_MS, false);
        }
        if (reject) {
            return new Act(Verdict.REJECT, delayMs, false);
        }
        String[] script = payload.script().split(":", 2);
        String number = script.length < 2 ? "" : script[1];
        return switch (script[0]) {
            case "retry" ->
                new Act(
                        number.equals("*") || record.getAttempt() <= Long.parseLong(number)
                                ? Verdict.RETRY
                                : Verdict.ACK,
                        delayMs,
                        false);
            case "reject" -> new Act(Verdict.REJECT, delayMs, false);
            case "hold" -> new Act(Verdict.ACK, letGo ? delayMs : NEVER_MS, false);
            case "hang" -> new Act(Verdict.ACK, NEVER_MS, false);
            case "die" -> new Act(Verdict.ACK, 0, true);
            case "ack" -> new Act(Verdict.ACK, delayMs + (number.isEmpty() ? 0 : Long.parseLong(number)), false);
            default -> throw new IllegalArgumentException("no script of a record: " + payload.script());
        };
    }

    private long delayMs(Record record) {
        SplittableRandom random =
                new SplittableRandom(seed ^ (record.getOffset() * 64 + record.getPartition()) * 0x9E3779B97F4A7C15L);
        long drawn = leastMs == mostMs ? leastMs : random.nextLong(leastMs, mostMs + 1);
        return random.nextDouble() < tailShare ? drawn + tailMs : drawn;
    }
}
