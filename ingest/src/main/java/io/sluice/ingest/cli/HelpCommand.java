package io.sluice.ingest.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(name = "help", description = "Show the help of a command.")
final class HelpCommand implements Callable<Integer> {
    private final Cli root;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "As in: help config schema.")
    private List<String> path = new ArrayList<>();

    HelpCommand(Cli root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        CommandLine line = Cli.commandLine(root.console());
        for (String name : path) {
            CommandLine next = line.getSubcommands().get(name);
            if (next == null) {
                String allowed = String.join(", ", line.getSubcommands().keySet());
                throw new ParameterException(line, "no command " + Text.safe(name) + "; allowed " + allowed);
            }
            line = next;
        }
        line.usage(root.console().out());
        return ExitCode.OK;
    }
}
