package io.sluice.ingest.cli;

import io.sluice.ingest.config.ConfigException;
import io.sluice.ingest.config.ConfigLoader;
import io.sluice.ingest.config.Json;
import io.sluice.ingest.config.SluiceConfig;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "check", description = "Check a configuration and start nothing: every problem is one line.")
final class CheckCommand implements Callable<Integer> {
    private final Cli root;

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "text or json.")
    private Format output = Format.TEXT;

    CheckCommand(Cli root) {
        this.root = root;
    }

    /** The JSON of {@code check -o json}. */
    private record Result(boolean valid, List<String> errors, List<String> warnings) {}

    @Override
    public Integer call() throws ConfigException {
        Console console = root.console();
        if (output == Format.JSON) {
            return json(console);
        }
        SluiceConfig config = source.load(console);
        ConfigLoader.warnings(config).forEach(w -> console.err().println("warning: " + w));
        int pipelines = config.pipelines().size();
        console.out().println(source.file() + ": ok, " + pipelines + (pipelines == 1 ? " pipeline" : " pipelines"));
        return ExitCode.OK;
    }

    private int json(Console console) {
        try {
            List<String> warnings = ConfigLoader.warnings(source.load(console));
            console.out().println(Json.write(new Result(true, List.of(), warnings)));
            return ExitCode.OK;
        } catch (ConfigException e) {
            console.out().println(Json.write(new Result(false, e.lines(), List.of())));
            return ExitCode.BAD_CONFIG;
        }
    }
}
