package io.sluice.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The folder of a run: {@code result.json}, plots, and a page that holds them all in itself. */
public final class ReportPage {
    private ReportPage() {}

    /** Writes all of it. */
    public static void write(Path folder, Report report) throws IOException {
        report.write(folder.resolve("result.json"));
        StringBuilder plots = new StringBuilder();
        for (Map.Entry<String, String> plot : Plots.of(report).entrySet()) {
            Files.writeString(folder.resolve(plot.getKey()), plot.getValue());
            plots.append("<figure>").append(plot.getValue()).append("</figure>\n");
        }
        Files.writeString(folder.resolve("index.html"), """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Sluice bench</title>
                <style>
                body { max-width: 1100px; margin: 2rem auto; padding: 0 1rem; background: #fff; color: #1f2933;
                       font: 15px/1.5 system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; }
                figure { margin: 1.5rem 0; overflow-x: auto; }
                table { border-collapse: collapse; margin: 1rem 0; font-size: 13px; }
                th, td { border-bottom: 1px solid #dde3ea; padding: .3rem .7rem; text-align: left; }
                code { background: #f3f5f8; padding: 0 .25rem; }
                .bad { color: #a61b1b; font-weight: 600; }
                </style>
                </head>
                <body>
                <h1>Sluice bench</h1>
                <p>Bars and dots are medians over the rounds, whiskers their extremes. Contenders took turns in every round.</p>
                %s
                %s
                </body>
                </html>
                """.formatted(plots, html(Tables.of(report))));
    }

    /** Turns what {@link Tables} writes into HTML: paragraphs and tables. */
    private static String html(String markdown) {
        StringBuilder html = new StringBuilder();
        for (String block : markdown.split("\n\n")) {
            if (block.startsWith("|")) {
                html.append(table(block));
            } else if (!block.isBlank()) {
                String bad = block.startsWith("**") ? " class=\"bad\"" : "";
                html.append("<p").append(bad).append('>').append(inline(block)).append("</p>\n");
            }
        }
        return html.toString();
    }

    private static String table(String block) {
        List<String> rows = new ArrayList<>();
        String[] lines = block.strip().split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (i == 1) {
                continue; // the alignments
            }
            String cell = i == 0 ? "th" : "td";
            StringBuilder row = new StringBuilder("<tr>");
            for (String text : lines[i].substring(1, lines[i].length() - 1).split("\\|")) {
                row.append("<%s>%s</%s>".formatted(cell, inline(text.strip()), cell));
            }
            rows.add(row + "</tr>");
        }
        return "<table>\n" + String.join("\n", rows) + "\n</table>\n";
    }

    private static String inline(String text) {
        return Svg.escaped(text).replaceAll("`([^`]*)`", "<code>$1</code>").replace("**", "");
    }
}
