package io.sluice.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Where figures come from: what they mean nothing without. */
public record Origin(String command, String commit, Map<String, Object> machine) {
    /** Of this process. */
    public static Origin here(String command, Path checkout) {
        return new Origin(command, head(checkout), thisMachine());
    }

    private static Map<String, Object> thisMachine() {
        return Map.of(
                "cpus", Runtime.getRuntime().availableProcessors(),
                "model", proc("/proc/cpuinfo", "model name"),
                "memory", proc("/proc/meminfo", "MemTotal"),
                "os", System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    /** What a file of {@code /proc} says after a name; "unknown" elsewhere than on Linux. */
    private static String proc(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String head(Path checkout) {
        String head = git(checkout, "rev-parse", "HEAD");
        if (head.isEmpty()) {
            return "unknown";
        }
        return git(checkout, "status", "--porcelain").isEmpty() ? head : head + ", with changes";
    }

    private static String git(Path checkout, String... args) {
        try {
            Process git = new ProcessBuilder(
                            Stream.concat(Stream.of("git"), Stream.of(args)).toList())
                    .directory(checkout.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? said : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
