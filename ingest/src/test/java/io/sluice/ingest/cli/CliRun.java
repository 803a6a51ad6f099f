package io.sluice.ingest.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of the command line in this process. */
record CliRun(int exit, String out, String err) {
    static final Map<String, String> ENV = Map.of(
            "CANARY", "canary-7",
            "CANARY_JAAS", "com.sun.security.auth.module.JndiLoginModule required x=canary-7;",
            "GOOD_JAAS", "org.apache.kafka.common.security.plain.PlainLoginModule required password=\"canary-7\";");

    static CliRun of(String... args) {
        return of(ENV, args);
    }

    static CliRun of(Map<String, String> env, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Cli.execute(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                env);
        return new CliRun(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> errLines() {
        return err.lines().toList();
    }
}
