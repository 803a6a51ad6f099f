package io.sluice.bench.report;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/PERFORMANCE.md}: prose by hand; between {@code <!-- results: SUITE -->} and {@code <!-- end -->} what the kept result of a
 * suite says, {@code docs/performance/SUITE.json}, with its plots. So no figure is on the page that is not in a result.
 */
public final class Document {
    private static final Pattern PLACE =
            Pattern.compile("(<!-- results: ([a-z]+) -->\n).*?(<!-- end -->)", Pattern.DOTALL);
    private static final String FOLDER = "performance";

    private final Path page;
    private final Path folder;

    /** @param docs the folder of the page */
    public Document(Path docs) {
        this.page = docs.resolve("PERFORMANCE.md");
        this.folder = docs.resolve(FOLDER);
    }

    /** Writes page and plots anew. */
    public void rewrite() throws IOException {
        for (Map.Entry<Path, String> file : files().entrySet()) {
            Files.writeString(file.getKey(), file.getValue());
        }
    }

    /** Page and plots as they must be. */
    Map<Path, String> files() throws IOException {
        Map<String, Report> results = results();
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(page, filled(Files.readString(page), results));
        for (Report report : results.values()) {
            Plots.of(report).forEach((name, plot) -> files.put(folder.resolve(name), plot));
        }
        return files;
    }

    private Map<String, Report> results() throws IOException {
        Map<String, Report> results = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
                for (Path file : files) {
                    results.put(file.getFileName().toString().replace(".json", ""), Report.read(file));
                }
            }
        }
        return results;
    }

    /** @throws IllegalArgumentException if there is a result that the page has no place for */
    static String filled(String text, Map<String, Report> results) {
        List<String> placed = new ArrayList<>();
        String filled = PLACE.matcher(text).replaceAll(place -> {
            placed.add(place.group(2));
            Report report = results.get(place.group(2));
            String content = report == null ? "Not measured yet.\n" : shown(report);
            return Matcher.quoteReplacement(place.group(1) + "\n" + content + "\n" + place.group(3));
        });
        for (String suite : results.keySet()) {
            if (!placed.contains(suite)) {
                throw new IllegalArgumentException("the page has no place for the result of '" + suite
                        + "': a line <!-- results: " + suite + " --> and a line <!-- end --> after it are needed");
            }
        }
        return filled;
    }

    private static String shown(Report report) {
        StringBuilder shown = new StringBuilder(Tables.of(report));
        Plots.of(report)
                .keySet()
                .forEach(name -> shown.append("\n![%s](%s/%s)\n".formatted(name.replace(".svg", ""), FOLDER, name)));
        return shown.toString();
    }
}
