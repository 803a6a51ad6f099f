package io.sluice.ingest.cli;

import io.sluice.ingest.config.ConfigException;
import io.sluice.ingest.config.ConfigLoader;
import io.sluice.ingest.config.SluiceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say where the configuration is. */
final class ConfigSource {
    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "Configuration, YAML.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description =
                    "A value over the file and the environment, as in --set pipelines.quakes.lanes=4. Repeatable.")
    private List<String> overrides = new ArrayList<>();

    Path file() {
        return file;
    }

    List<String> overrides() {
        return overrides;
    }

    SluiceConfig load(Console console) throws ConfigException {
        return ConfigLoader.load(file, console.env(), overrides);
    }
}
