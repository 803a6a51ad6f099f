package io.sluice.ingest;

import io.sluice.ingest.cli.Cli;

/** Entry point of the process. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.execute(args, System.out, System.err, System.getenv()));
    }
}
