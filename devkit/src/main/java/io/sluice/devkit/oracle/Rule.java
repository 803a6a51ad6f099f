package io.sluice.devkit.oracle;

/** What must not happen. */
public enum Rule {
    G1("commit-without-outcome", "a commit passes a record that has no outcome yet"),
    G2("lost", "a commit passed a record that never has an outcome"),
    G3("unseen", "a record has no outcome in time after the last disturbance"),
    G4("phantom", "a record is delivered that was never written, or whose transaction was aborted"),
    G5("corrupt", "a delivery or a letter differs from what was produced"),
    G6("order", "a record is delivered before one that must come first is done"),
    G6B("key-overlap", "two deliveries of one key are in flight in one gateway, across a revocation and return"),
    G7("commit-regression", "a committed offset goes back"),
    G8("non-owner commit", "a commit rests on an assignment that is over"),
    G9("unjustified duplicate", "a record is delivered again without a cause"),
    G10("skip", "a record is passed over within an assignment"),
    /** Not judged: the gateway writes no outputs yet. */
    G11("exactly once", "outputs differ from what the inputs ask for"),
    G12("retry law", "too many attempts, too early, or the count goes back"),
    G13("dead-letter law", "a rejected record without its letter, or a letter without its cause"),
    /** A figure, not a fault. */
    G14("lag", "how far processing is behind");

    private final String title;
    private final String meaning;

    Rule(String title, String meaning) {
        this.title = title;
        this.meaning = meaning;
    }

    /** Such as {@code commit-without-outcome}. */
    public String title() {
        return title;
    }

    /** What a violation of it means. */
    public String meaning() {
        return meaning;
    }
}
