package io.sluice.bench.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The measured end of a contender, in a process of its own: reads {@code go N} from standard input, handles the next N records of its
 * topic and answers {@code done NANOSECONDS}, perhaps after lines {@code note NAME VALUE}. Ends when standard input does.
 */
final class Rounds {
    /** Handles records. */
    @FunctionalInterface
    interface Round {
        /** Returns when the next {@code records} records are handled. */
        void run(long records) throws Exception;
    }

    private Rounds() {}

    static void serve(Round round) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        say("ready");
        String line;
        while ((line = in.readLine()) != null) {
            long records = records(line);
            long startNs = System.nanoTime();
            round.run(records);
            say("done " + (System.nanoTime() - startNs));
        }
    }

    /** Says something about the round that is about to end; without spaces or line ends. */
    static void note(String name, String value) {
        say("note " + name + " " + value);
    }

    private static long records(String line) throws IOException {
        if (!line.startsWith("go ")) {
            throw new IOException("'go N' expected, '" + line + "' given");
        }
        return Long.parseLong(line.substring(3).trim());
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
