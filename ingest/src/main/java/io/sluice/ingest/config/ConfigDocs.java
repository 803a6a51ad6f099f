package io.sluice.ingest.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Texts generated from the catalogue of keys. Any thread. */
public final class ConfigDocs {
    private ConfigDocs() {}

    /** JSON Schema (2020-12) of a configuration file. */
    public static String schema() {
        return SchemaWriter.write();
    }

    /** The reference of all keys, in Markdown. */
    public static String reference() {
        return ReferenceWriter.write();
    }

    /** Every key with its default and what it does, as commented YAML. */
    public static String defaults() {
        return EffectiveWriter.defaults();
    }

    /**
     * The configuration with file, environment, flags and defaults together, as YAML. Placeholders stay as written, so that no
     * secret is shown; literal secrets are masked.
     *
     * @throws ConfigException if {@link ConfigLoader#load} would throw it
     */
    public static String effective(Path file, Map<String, String> env, List<String> overrides) throws ConfigException {
        ConfigLoader.load(file, env, overrides);
        Problems problems = new Problems();
        Node.Mapping root = ConfigLoader.tree(file, env, overrides, problems);
        problems.throwIfAny();
        return EffectiveWriter.effective(root);
    }
}
