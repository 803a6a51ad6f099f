package io.sluice.devkit.defects;

import io.sluice.devkit.oracle.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A mistake that a gateway could have, put into the shipped classes of a test's JVM by {@link DefectAgent}. What catches none of them proves
 * nothing.
 */
public enum Defect {
    COMMIT_AT_DISPATCH(
            "commits what was sent",
            EnumSet.of(Rule.G1),
            new Change("delivery.OffsetLedger", "committable", "delivery.LedgerDefects$CommitAtDispatch")),
    COMMIT_HIGHEST_ACK(
            "commits the highest ack, whatever is open below",
            EnumSet.of(Rule.G1),
            new Change("delivery.OffsetLedger", "settle", "delivery.LedgerDefects$NoteHighest"),
            new Change("delivery.OffsetLedger", "committable", "delivery.LedgerDefects$CommitHighest")),
    NO_EPOCH_CHECK(
            "takes acks of an assignment that is over for the next one's",
            EnumSet.of(Rule.G8),
            new Change("delivery.Partitions", "abandon", "delivery.LedgerDefects$RememberOpen"),
            new Change("delivery.Settlement", "apply", "delivery.LedgerDefects$TakeLateAcks"),
            new Change("delivery.OffsetLedger", "committable", "delivery.LedgerDefects$PassLateAcks")),
    ACK_LOSES_LAST_BIT(
            "loses the last bit of an acked batch's id",
            EnumSet.of(Rule.G1, Rule.G9),
            new Change("stream.ResultsCodec", "batch", "stream.StreamDefects$LoseLastBit")),
    SLOT_REUSED_EARLY(
            "reuses a ring slot while it is being read",
            EnumSet.of(Rule.G5),
            new Change("source.RingWriter", "fill", "source.SourceDefects$StaleSlot")),
    LETTER_FORGOTTEN(
            "takes a failed dead letter for written",
            EnumSet.of(Rule.G1, Rule.G2, Rule.G13),
            new Change("delivery.DeadLetterDesk", "failed", "delivery.CoreDefects$FireAndForget")),
    ATTEMPTS_RESET(
            "forgets attempts",
            EnumSet.of(Rule.G12),
            new Change("delivery.Settlement", "charge", "delivery.CoreDefects$ForgetAttempt")),
    PAUSE_FLAG_LOST(
            "forgets which partitions it has paused",
            EnumSet.of(Rule.G3),
            new Change("source.Pauses", "apply", "source.SourceDefects$ForgetPaused")),
    CLEAN_ON_SEND(
            "takes a commit for confirmed when it is sent",
            EnumSet.of(Rule.G9),
            new Change("source.Committer", "send", "source.SourceDefects$CleanOnSend")),
    KEY_IN_TWO_QUEUES(
            "sends a key that is in a batch already",
            EnumSet.of(Rule.G6),
            new Change("delivery.KeyTable", "find", "delivery.CoreDefects$LoseKey")),
    RETRY_OVERTAKEN(
            "lets a key go on behind a record that waits for its retry",
            EnumSet.of(Rule.G6),
            new Change("delivery.Settlement", "charge", "delivery.CoreDefects$BehindTheRest")),
    SKIP_ON_REVOKE(
            "commits what is still open when a partition goes",
            EnumSet.of(Rule.G1),
            new Change("delivery.OffsetLedger", "committable", "delivery.LedgerDefects$SkipOnRevoke")),
    NO_COMMIT_ON_REVOKE(
            "gives partitions up without a last commit",
            EnumSet.of(Rule.G9),
            new Change("source.Committer", "commitFinal", "source.SourceDefects$NoFinalCommit")),
    COMMIT_AFTER_RELEASE(
            "commits for partitions that it has given up",
            EnumSet.of(Rule.G7, Rule.G8),
            new Change("source.Committer", "commitFinal", "source.SourceDefects$KeepFinalCommit"),
            new Change("source.Committer", "tick", "source.SourceDefects$CommitLate")),
    COMPLETIONS_TOO_LONG(
            "takes one record too many for done when it restores completions",
            EnumSet.of(Rule.G1, Rule.G2, Rule.G8, Rule.G10),
            new Change("delivery.CompletionCodec", "above", "delivery.CoreDefects$OneMore")),
    NO_BACKOFF(
            "retries at once",
            EnumSet.of(Rule.G12),
            new Change("delivery.RetryPolicy", "delayNs", "delivery.CoreDefects$NoDelay"));

    private static final String GATEWAY = "io.sluice.ingest.";

    /** Advice on one method; names are relative to the gateway's package. */
    record Change(String type, String method, String advice) {
        String typeName() {
            return GATEWAY + type;
        }

        String adviceName() {
            return GATEWAY + advice;
        }
    }

    private final String text;
    private final Set<Rule> caughtBy;
    private final List<Change> changes;

    Defect(String text, Set<Rule> caughtBy, Change... changes) {
        this.text = text;
        this.caughtBy = caughtBy;
        this.changes = List.of(changes);
    }

    /** What the gateway does wrong. */
    public String text() {
        return text;
    }

    /** Rules of which the first must catch it in the end; it may well break others on the way. */
    public Set<Rule> caughtBy() {
        return caughtBy;
    }

    List<Change> changes() {
        return changes;
    }

    /** What a JVM says on its standard error when a class with the defect is loaded, for each such class. */
    public Set<String> signs() {
        Set<String> signs = new TreeSet<>();
        changes.forEach(change -> signs.add(sign(change.typeName())));
        return signs;
    }

    String sign(String typeName) {
        return "defect " + name() + " is in " + typeName;
    }
}
