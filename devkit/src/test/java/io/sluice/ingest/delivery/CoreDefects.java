package io.sluice.ingest.delivery;

import net.bytebuddy.asm.Advice;

/** Advice for the rest of the core; see {@code io.sluice.devkit.defects.Defect}. */
final class CoreDefects {
    private CoreDefects() {}

    static final class FireAndForget {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.This DeadLetterDesk desk, @Advice.Argument(0) Outgoing letter, @Advice.Argument(2) long nowNs) {
            desk.published(letter, nowNs);
            return true;
        }
    }

    /** Once for each record, or a record that fails until its third attempt would fail for ever. */
    static final class ForgetAttempt {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) Entry entry) {
            if (entry.deliveries == 1) {
                entry.attempts = 0;
            }
        }
    }

    static final class BehindTheRest {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) Entry entry, @Advice.Argument(1) KeyQueue queue) {
            if (queue.size > 1 && queue.head == entry) {
                queue.removeFirst();
                queue.addLast(entry);
            }
        }
    }

    /** A key of four is not found, and gets another queue for each of its records. */
    static final class LoseKey {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(2) int hash, @Advice.Return(readOnly = false) KeyQueue found) {
            found = (hash & 3) == 0 ? null : found;
        }
    }

    static final class OneMore {
        @Advice.OnMethodExit
        static void exit(@Advice.Return Completions completions) {
            for (int i = 0; i < completions.to.length; i++) {
                completions.to[i]++;
            }
        }
    }

    static final class NoDelay {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) long delayNs) {
            delayNs = 0;
        }
    }
}
