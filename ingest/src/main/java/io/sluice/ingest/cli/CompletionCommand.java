package io.sluice.ingest.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "completion", description = "Print a completion script: source <(sluice completion bash).")
final class CompletionCommand implements Callable<Integer> {
    private final Cli root;

    @Parameters(arity = "0..1", paramLabel = "SHELL", defaultValue = "bash", description = "bash or zsh.")
    private Shell shell = Shell.BASH;

    CompletionCommand(Cli root) {
        this.root = root;
    }

    /** Shells that read the script; zsh does so in its bash mode, which the script turns on itself. */
    enum Shell {
        BASH,
        ZSH
    }

    @Override
    public Integer call() {
        String script = AutoComplete.bash("sluice", Cli.commandLine(root.console()));
        root.console().out().println(shell == Shell.ZSH ? "autoload -Uz compinit && compinit\n" + script : script);
        return ExitCode.OK;
    }
}
