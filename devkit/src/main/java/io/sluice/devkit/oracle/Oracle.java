package io.sluice.devkit.oracle;

import java.nio.file.Path;

/**
 * Judges a run by its logs alone: it asks neither gateway nor broker.
 *
 * <p>It accuses only where the logs prove that a rule is broken: where clocks or logs leave a doubt, the gateway has its benefit. A
 * gateway is proved to have taken an answer when the record never came again.
 */
public final class Oracle {
    private Oracle() {}

    /**
     * Judges the logs in a folder.
     *
     * @throws IllegalArgumentException if a log cannot be understood; the message says where
     */
    public static Findings judge(Path folder, Terms terms) {
        return judge(History.read(folder), terms);
    }

    /** Judges a history; it must not be used again. */
    public static Findings judge(History history, Terms terms) {
        Facts facts = new Facts(history, terms);
        Findings findings = new Findings(facts.disruptions);
        findings.deliveries = facts.rows.size();
        for (Part part : facts.parts) {
            new CommitRules(facts, findings).judge(part);
            new FateRules(facts, findings).judge(part);
            new OrderRules(facts, findings).judge(part);
            new DuplicateRules(facts, findings).judge(part);
            new HandOverRule(facts, findings).judge(part);
            new RetryRules(facts, findings).judge(part);
            new LetterRules(facts, findings).judge(part);
        }
        new LagRule(facts, findings).judge();
        return findings;
    }
}
