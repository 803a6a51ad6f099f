package io.sluice.ingest.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a configuration: flags over environment over file over defaults. Any thread. */
public final class ConfigLoader {
    private static final int MAX_BYTES = 4 * YamlReader.MAX_CODE_POINTS;
    private static final Set<String> LOOPBACK = Set.of("localhost", "::1", "0:0:0:0:0:0:0:1");

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
        Problems problems = new Problems();
        Node.Mapping root = tree(file, env, overrides, problems);
        Values values = new SectionReader(problems, new ScalarReader(problems, new Placeholders(env))).root(root);
        List<Values> pipelines = values.sections("pipelines");
        pipelines.forEach(pipeline -> new PipelineChecks(problems, values, pipeline).run());
        new FleetChecks(problems, pipelines).run();
        problems.throwIfAny();
        return Assembler.assemble(values);
    }

    /** What is allowed and yet worth a second look, one line each. */
    public static List<String> warnings(SluiceConfig config) {
        List<String> warnings = new ArrayList<>();
        String host = config.admin().host();
        if (!LOOPBACK.contains(host) && !host.matches("127\\.[0-9.]+")) {
            warnings.add("admin.listen: " + host + ":" + config.admin().port()
                    + " can be reached from other machines, and there is no authentication");
        }
        String memory = memory(config.pipelines(), Runtime.getRuntime().maxMemory());
        if (memory != null) {
            warnings.add(memory);
        }
        return warnings;
    }

    /**
     * Why the pipelines together may outgrow the heap, if all of them are loaded at once; null: their budgets fit. No error, because idle
     * pipelines use none of it.
     */
    static @Nullable String memory(List<PipelineConfig> pipelines, long heapBytes) {
        long budget = 0;
        for (PipelineConfig pipeline : pipelines) {
            budget += Math.min(pipeline.inFlight().bytes(), Long.MAX_VALUE - budget);
        }
        return budget <= heapBytes
                ? null
                : "in_flight.bytes: the pipelines may hold " + (budget >> 20)
                        + " MiB of records together, the heap has "
                        + (heapBytes >> 20) + " MiB; when it is full the process ends; lower in_flight.bytes, or give a"
                        + " larger -Xmx";
    }

    /** What was written, from all three places. */
    static Node.Mapping tree(Path file, Map<String, String> env, List<String> overrides, Problems problems)
            throws ConfigException {
        byte[] bytes = bytes(file, problems);
        Node.Mapping root = bytes == null ? null : YamlReader.read(file.toString(), bytes, problems);
        if (root == null) {
            problems.throwIfAny();
            throw new IllegalStateException("unread without a problem: " + file);
        }
        Overlay.environment(root, env, problems);
        Overlay.flags(root, overrides, problems);
        return root;
    }

    private static byte @Nullable [] bytes(Path file, Problems problems) {
        Place place = Place.of(file.toString());
        if (!Files.exists(file)) {
            problems.add(place, "", "no such file; allowed a YAML file");
        } else if (Files.isDirectory(file)) {
            problems.add(place, "", "a directory; allowed a YAML file");
        } else {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length <= MAX_BYTES) {
                    return bytes;
                }
                problems.add(place, "", "too large; allowed at most 3 MiB");
            } catch (IOException e) {
                problems.add(place, "", "cannot be read by this user");
            }
        }
        return null;
    }
}
