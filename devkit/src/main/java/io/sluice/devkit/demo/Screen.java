package io.sluice.devkit.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows how far a run is: a table redrawn in place on a terminal, a line every two seconds elsewhere. Not thread-safe. */
final class Screen {
    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_BELOW = "\r\u001b[J";
    private static final long LINE_EVERY_MS = 2_000;

    private final PrintStream out;
    private final boolean terminal;
    private final String title;
    private int drawn;
    private long nextLineMs;

    Screen(PrintStream out, boolean terminal, String title) {
        this.out = out;
        this.terminal = terminal;
        this.title = title;
    }

    /** Shows a sample; away from a terminal only if it is time for a line, or the last one. */
    void show(Sample sample) {
        if (terminal) {
            redraw(table(title, sample));
        } else if (sample.elapsedMs() >= nextLineMs || sample.isFinished()) {
            nextLineMs = sample.elapsedMs() + LINE_EVERY_MS;
            out.println(line(sample));
        }
        out.flush();
    }

    static List<String> table(String title, Sample s) {
        return List.of(
                title,
                "",
                "  produced    %,12d   of %,d".formatted(s.produced(), s.expected()),
                "  committed   %,12d   %,d records/s".formatted(s.committed(), s.recordsPerSecond()),
                "  lag         %,12d   in flight %s".formatted(s.lag(), inFlight(s)),
                "  acked       %,12d   retried %,d".formatted(s.acked(), s.retried()),
                "  dead letters%,12d   %s".formatted(s.deadLetters(), codes(s.rejects())));
    }

    static String line(Sample s) {
        return "%5.1f s  produced %d/%d  committed %d  %d/s  lag %d  in flight %s  acked %d  retried %d  dead letters %d"
                .formatted(
                        s.elapsedMs() / 1000.0,
                        s.produced(),
                        s.expected(),
                        s.committed(),
                        s.recordsPerSecond(),
                        s.lag(),
                        inFlight(s),
                        s.acked(),
                        s.retried(),
                        s.deadLetters());
    }

    static String codes(Map<String, Long> codes) {
        return codes.entrySet().stream()
                .map(code -> code.getKey() + " " + code.getValue())
                .collect(Collectors.joining(", "));
    }

    private void redraw(List<String> lines) {
        if (drawn > 0) {
            out.print(UP.formatted(drawn));
        }
        out.print(CLEAR_BELOW);
        lines.forEach(out::println);
        drawn = lines.size();
    }

    private static String inFlight(Sample sample) {
        return sample.inFlight() < 0 ? "?" : "%,d".formatted(sample.inFlight());
    }
}
