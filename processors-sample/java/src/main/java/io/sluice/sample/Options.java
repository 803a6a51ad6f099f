package io.sluice.sample;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line. */
record Options(
        boolean help,
        String host,
        int port,
        double fail,
        @Nullable Path journal,
        @Nullable Path portFile,
        int concurrency) {

    static final String USAGE = """
            Usage: quake-triage [OPTIONS]
            Serves the quake-triage processor to Sluice gateways.

              --host ADDRESS     address to listen on (default 127.0.0.1)
              --port PORT        port to listen on, 0 for any free one (default 0)
              --fail SHARE       share of records, 0 to 1, whose first attempt fails (default 0)
              --journal FILE     append a line for each verdict
              --port-file FILE   write the bound port to a file when listening
              --concurrency N    groups processed at once, 1 to 1000 (default 1)
              --help             print this and exit
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    static Options parse(String... args) {
        Options options = new Options(false, "127.0.0.1", 0, 0, null, null, 1);
        ArrayDeque<String> left = new ArrayDeque<>(List.of(args));
        while (!left.isEmpty()) {
            String arg = left.remove();
            int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
            if (equals > 0) {
                left.addFirst(arg.substring(equals + 1));
                arg = arg.substring(0, equals);
            }
            options = options.with(arg, left);
        }
        return options;
    }

    private Options with(String flag, ArrayDeque<String> left) {
        return switch (flag) {
            case "--help", "-h" -> new Options(true, host, port, fail, journal, portFile, concurrency);
            case "--host" -> new Options(help, value(flag, left), port, fail, journal, portFile, concurrency);
            case "--port" ->
                new Options(help, host, (int) number(flag, left, 0, 65_535), fail, journal, portFile, concurrency);
            case "--fail" -> new Options(help, host, port, share(flag, left), journal, portFile, concurrency);
            case "--journal" -> new Options(help, host, port, fail, Path.of(value(flag, left)), portFile, concurrency);
            case "--port-file" -> new Options(help, host, port, fail, journal, Path.of(value(flag, left)), concurrency);
            case "--concurrency" ->
                new Options(help, host, port, fail, journal, portFile, (int) number(flag, left, 1, 1_000));
            default -> throw new IllegalArgumentException(flag + ": unknown option; see --help");
        };
    }

    private static String value(String flag, ArrayDeque<String> left) {
        String value = left.poll();
        if (value == null) {
            throw new IllegalArgumentException(flag + ": a value is missing; see --help");
        }
        return value;
    }

    private static long number(String flag, ArrayDeque<String> left, long min, long max) {
        String value = value(flag, left);
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number out of range is.
        }
        throw new IllegalArgumentException(
                flag + " " + value + ": a number from " + min + " to " + max + " is allowed");
    }

    private static double share(String flag, ArrayDeque<String> left) {
        String value = value(flag, left);
        try {
            double share = Double.parseDouble(value);
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a share out of range is.
        }
        throw new IllegalArgumentException(flag + " " + value + ": a share from 0 to 1 is allowed");
    }
}
