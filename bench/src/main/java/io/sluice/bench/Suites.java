package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** All suites, in the order in which they run. */
final class Suites {
    static final List<Suite> ALL = List.of(
            new LimitSuite(),
            new PeersSuite(),
            new PythonSuite(),
            new HotKeySuite(),
            new LatencySuite(),
            new ScaleSuite(),
            new IdleSuite(),
            new MicroSuite());

    private Suites() {}

    /**
     * The suites of a list of names; {@code all} is all of them.
     *
     * @throws IllegalArgumentException with one line for the user, if a name is unknown
     */
    static List<Suite> select(List<String> names) {
        if (names.equals(List.of("all"))) {
            return ALL;
        }
        List<Suite> chosen = new ArrayList<>();
        for (String name : names) {
            Suite suite = ALL.stream()
                    .filter(s -> s.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--suite: '" + name + "' given, all or some of "
                            + ALL.stream().map(Suite::name).collect(Collectors.joining(", ")) + " allowed"));
            if (!chosen.contains(suite)) {
                chosen.add(suite);
            }
        }
        return chosen;
    }
}
