package io.sluice.ingest.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads a configuration: flags over environment over file over defaults. Any thread. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Reads and checks everything; opens nothing but the file and the secret files it names.
     *
     * @param file YAML, UTF-8, at most 3 MiB
     * @param env environment: {@code SLUICE_ADMIN__LISTEN} and the like, and what {@code ${env:NAME}} refers to
     * @param overrides {@code path=value}, as in {@code pipelines.quakes.lanes=4}; last wins
     * @throws ConfigException with every problem found
     */
    public static SluiceConfig load(Path file, Map<String, String> env, List<String> overrides) throws ConfigException {
        throw new ConfigException(List.of(file + ": cannot be read yet"));
    }
}
