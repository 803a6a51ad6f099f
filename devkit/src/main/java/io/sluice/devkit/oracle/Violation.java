package io.sluice.devkit.oracle;

/**
 * One thing that must not happen and did.
 *
 * @param t when, in milliseconds of the wall clock
 * @param text where and what, in one line
 * @param since how long after which disturbance; empty: after none
 */
public record Violation(Rule rule, long t, String text, String since) {
    @Override
    public String toString() {
        return rule + " " + text + (since.isEmpty() ? "" : " (" + since + ")");
    }
}
