package io.sluice.ingest.delivery;

import net.bytebuddy.asm.Advice;

/** Code that simulated defects put into methods of the core; it stands here because it uses what only the core sees. */
public final class Sabotage {
    private Sabotage() {}

    /** A queue that a batch takes is ready for another one at once. */
    public static final class TakesAndLists {
        @Advice.OnMethodExit
        static void exit(@Advice.This Queues self, @Advice.Argument(0) KeyQueue queue) {
            queue.state = KeyQueue.State.READY;
            self.ready.addLast(queue);
        }
    }

    /** What failed before does not count. */
    public static final class ResetsAttempts {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(0) Entry entry) {
            entry.attempts = 0;
        }
    }

    /** What a retry topic tells of a record is not listened to. */
    public static final class ForgetsItsPast {
        @Advice.OnMethodExit
        static void exit(@Advice.This Entry self) {
            self.attempts = 0;
        }
    }

    /** What is written for this pipeline is marked as another's. */
    public static final class NamesAnother {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 1, readOnly = false) String pipeline) {
            pipeline = "another";
        }
    }

    /** The record is done although its letter is not durable. */
    public static final class TreatsAsPublished {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.This DeadLetterDesk self,
                @Advice.Argument(0) Outgoing content,
                @Advice.Argument(2) long nowNs) {
            self.published(content, nowNs);
            return true;
        }
    }
}
