package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Sabotage;
import net.bytebuddy.asm.Advice;

/**
 * Defects of the core, as they were made elsewhere or could be made here: a class, a method, and what goes wrong in it.
 * The code of an advice is copied into the method, so it uses nothing of its own.
 */
enum Defect {
    COMMITS_WHAT_WAS_RECEIVED("OffsetLedger", "committable", CommitsPosition.class),
    COMMITS_FROM_ABOVE("OffsetLedger", "committable", OneMore.class),
    COMMITS_NOTHING_ANY_MORE("Partitions", "markNews", Skipped.class),
    TAKES_RECORDS_OF_A_CLOSING_PARTITION("OffsetLedger", "maySend", Always.class),
    CLOSES_WITHOUT_WAITING("Partitions", "nothingToWaitFor", Always.class),
    SENDS_A_KEY_THAT_IS_BUSY("Queues", "take", Sabotage.TakesAndLists.class),
    FORGETS_ATTEMPTS("Settlement", "charge", Sabotage.ResetsAttempts.class),
    RETRIES_AT_ONCE("RetryPolicy", "delayNs", Zero.class),
    RELEASES_IN_A_HOT_LOOP("RetryPolicy", "releaseDelayNs", Zero.class),
    NEVER_ENDS_A_LEASE("Deadlines", "pollDue", Nothing.class),
    SLEEPS_TOO_LONG("Deadlines", "untilNext", SleepsOn.class),
    IGNORES_CREDIT("StreamState", "roomRecords", Plenty.class),
    SENDS_TO_WHO_DRAINS("StreamState", "usable", Always.class),
    TAKES_BAD_FRAMES("ResultsCheck", "stageRange", Nothing.class),
    SETTLES_A_LETTER_THAT_FAILED("DeadLetterDesk", "failed", Sabotage.TreatsAsPublished.class),
    LEAVES_A_LETTER_IN_THE_HEAP("DeadLetterDesk", "forget", Skipped.class),
    KEEPS_A_DRAINED_STREAM("Delivery", "recordsTaken", Skipped.class),
    LEAKS_WHAT_A_REVOCATION_TAKES("Partitions", "abandon", Skipped.class),
    FORGETS_COUNTS_ON_RESTORE("Arrivals", "recall", Skipped.class),
    RESTORES_TOO_MUCH("Restored", "done", Always.class),
    TRUSTS_AN_OLD_LEADER("OffsetLedger", "latestLeaderEpoch", Huge.class),
    TELLS_TOO_MUCH("CompletionEncoder", "addRun", OneLonger.class),
    BLAMES_THE_INNOCENT("Suspects", "holds", Always.class),
    LETS_SUSPECTS_SHARE("Suspects", "reserve", Nothing.class),
    SENDS_INTO_A_FLOOD("FloodBreaker", "allowance", Huge.class),
    TRIES_MANY_BATCHES_AT_A_TIME("FloodBreaker", "sent", Skipped.class),
    OVERLOOKS_A_FLOOD("FloodBreaker", "open", Skipped.class),
    NEVER_BELIEVES_A_FLOOD_IS_OVER("FloodBreaker", "close", Skipped.class),
    GIVES_UP_TOO_SOON("AgeLimit", "isOver", Always.class),
    NEVER_GIVES_UP_WHAT_WAITS("AgeLimit", "due", Skipped.class),
    BEGINS_NO_AGE("AgeLimit", "watch", Skipped.class),
    LOSES_WHAT_COMES_BACK("Arrivals", "returned", Skipped.class),
    COUNTS_ANEW_WHAT_COMES_BACK("Entry", "carryOn", Sabotage.ForgetsItsPast.class),
    FORGETS_HOW_LONG_TO_WAIT("Delays", "nonZero", Zero.class),
    DISOWNS_WHAT_IT_MOVED("RetryHeaders", "write", Sabotage.NamesAnother.class);

    final String type;
    final String method;
    final Class<?> advice;

    Defect(String type, String method, Class<?> advice) {
        this.type = type;
        this.method = method;
        this.advice = advice;
    }

    /** Does not happen. */
    static final class Skipped {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    /** Says yes. */
    static final class Always {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean result) {
            result = true;
        }
    }

    /** Gives null. */
    static final class Nothing {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    static final class Zero {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long result) {
            result = 0;
        }
    }

    static final class Plenty {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long result) {
            result = 1_000;
        }
    }

    static final class Huge {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) int result) {
            result = 1_000;
        }
    }

    static final class OneMore {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long result) {
            result = result < 0 ? result : result + 1;
        }
    }

    static final class CommitsPosition {
        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue("position") long position, @Advice.Return(readOnly = false) long result) {
            result = position;
        }
    }

    /** Later than what is due. */
    static final class SleepsOn {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(1) long maxNs, @Advice.Return(readOnly = false) long result) {
            result = maxNs;
        }
    }

    static final class OneLonger {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 1, readOnly = false) long to) {
            to = to + 1;
        }
    }
}
