package io.sluice.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./sluice} starts for {@code bench}. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        description = "Measures the gateway.",
        subcommands = BenchCommand.class)
public final class Main {
    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
