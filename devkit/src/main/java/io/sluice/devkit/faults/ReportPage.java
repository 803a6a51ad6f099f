package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The page over a report's folder: a table of all runs, and each run's picture. */
final class ReportPage {
    private static final String STYLE = """
            body { font: 14px sans-serif; margin: 2em; color: #222 } table { border-collapse: collapse }
            td, th { padding: 4px 10px; border-bottom: 1px solid #e9ecef; text-align: right; vertical-align: top }
            td:nth-child(-n+2), th:nth-child(-n+2), td:last-child { text-align: left } .bad { color: #c2255c; font-weight: bold }
            pre { white-space: pre-wrap; background: #f8f9fa; padding: 1em } img { max-width: 100% }
            """;

    private ReportPage() {}

    /** Writes {@code index.html} anew; call it after each run, so that a run that is cut short leaves a page too. */
    static void write(Path folder, List<RunResult> results) {
        Path page = folder.resolve("index.html");
        try {
            Files.writeString(page, html(results));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + page, e);
        }
    }

    static String html(List<RunResult> results) {
        StringBuilder html = new StringBuilder(
                        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Faults</title>\n<style>")
                .append(STYLE)
                .append(
                        "</style>\n<h1>Faults</h1>\n<p>Judged from the logs of producer, processors and broker. What a row measures stands"
                                + " beside its bound; only the rules decide whether it is kept.</p>\n<table>\n<tr><th>row<th>fault<th>seed"
                                + "<th>records<th>lost<th>order<th>duplicates without cause<th>with cause / P4's bound<th>commits"
                                + "<th>worst lag<th>oldest record<th>RSS<th>took<th>figures</tr>\n");
        results.forEach(r -> html.append(row(r)));
        html.append("</table>\n");
        results.forEach(r -> html.append(section(r)));
        return html.toString();
    }

    private static String row(RunResult r) {
        return ("<tr%s><td><a href=\"#%s\">%s</a><td>%s<td>%d<td>%,d<td>%d<td>%d<td>%d<td>%,d / %,d<td>%d<td>%,d<td>%.1f s<td>%d MiB"
                        + "<td>%.0f s<td>%s</tr>\n")
                .formatted(
                        r.good() ? "" : " class=\"bad\"",
                        r.row().id(),
                        r.row().id(),
                        escape(r.row().title()),
                        r.seed(),
                        r.records(),
                        r.lost(),
                        r.orderViolations(),
                        r.unjustifiedDuplicates(),
                        r.justifiedDuplicates(),
                        r.duplicatesBound(),
                        r.commitViolations(),
                        r.worstLagRecords(),
                        r.worstLagMs() / 1000.0,
                        r.rssBytes() >> 20,
                        r.elapsedMs() / 1000.0,
                        figures(r.figures()));
    }

    private static String section(RunResult r) {
        String failure = r.failure();
        return "<h2 id=\"%s\">%s %s</h2>\n<p>Expected: %s.</p>\n%s<p><img src=\"%s/timeline.svg\" alt=\"lag and throughput over time\"></p>\n"
                .formatted(
                        r.row().id(),
                        r.row().id(),
                        escape(r.row().title()),
                        escape(r.row().expects()),
                        failure == null ? "" : "<pre class=\"bad\">" + escape(failure) + "</pre>\n",
                        r.row().id());
    }

    private static String figures(Map<String, Object> figures) {
        return figures.entrySet().stream()
                .map(f -> escape(f.getKey() + " " + f.getValue()))
                .collect(Collectors.joining("<br>"));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
