package io.sluice.devkit.sim;

/** A rule was broken: the core did what it must not, or left undone what it must do. */
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /**
     * @param rule short name; the same defect is found by the same rule, so that a shrunk history is of the same kind
     */
    Broken(String rule, String text) {
        super(text, null, false, false);
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
