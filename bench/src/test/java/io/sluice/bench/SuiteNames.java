package io.sluice.bench;

import java.util.List;

/** For tests in other packages. */
public final class SuiteNames {
    private SuiteNames() {}

    /** Of all suites. */
    public static List<String> all() {
        return Suites.ALL.stream().map(Suite::name).toList();
    }
}
