package io.sluice.ingest.cli;

import io.sluice.ingest.config.ConfigDocs;
import io.sluice.ingest.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = "Print the schema, the reference, the defaults, or what is in effect.",
        synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {
    private final Cli root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ConfigCommand(Cli root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    @Command(name = "schema", description = "JSON Schema of the configuration file.")
    int schema() {
        root.console().out().print(ConfigDocs.schema());
        return ExitCode.OK;
    }

    @Command(name = "reference", description = "Every key, in Markdown.")
    int reference() {
        root.console().out().print(ConfigDocs.reference());
        return ExitCode.OK;
    }

    @Command(name = "defaults", description = "Every key with its default, as commented YAML.")
    int defaults() {
        root.console().out().print(ConfigDocs.defaults());
        return ExitCode.OK;
    }

    @Command(
            name = "effective",
            description = "File, environment, flags and defaults together, as YAML, without secrets.")
    int effective(@Mixin ConfigSource source) throws ConfigException {
        Console console = root.console();
        console.out().print(ConfigDocs.effective(source.file(), console.env(), source.overrides()));
        return ExitCode.OK;
    }
}
