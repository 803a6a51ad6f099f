package io.sluice.ingest.cli;

import io.sluice.ingest.config.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    private final Cli root;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "text or json.")
    private Format output = Format.TEXT;

    VersionCommand(Cli root) {
        this.root = root;
    }

    /** The JSON of {@code version -o json}. */
    private record Version(String version, String java, String os) {}

    @Override
    public Integer call() {
        Version version = new Version(
                version(),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        String text = "sluice " + version.version() + " (Java " + version.java() + ", " + version.os() + ")";
        root.console().out().println(output == Format.JSON ? Json.write(version) : text);
        return ExitCode.OK;
    }

    /** As the build wrote it. */
    static String version() {
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
