package io.sluice.devkit;

import io.sluice.devkit.demo.DemoCommand;
import io.sluice.devkit.faults.FaultsCommand;
import io.sluice.devkit.sim.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands of the devkit; {@code ./sluice} starts it for those that are not the gateway's. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        description = "Tools around the gateway.",
        subcommands = {DemoCommand.class, SimulateCommand.class, FaultsCommand.class})
public final class Main {
    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }
}
