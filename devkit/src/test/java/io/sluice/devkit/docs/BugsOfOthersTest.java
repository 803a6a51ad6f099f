package io.sluice.devkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each bug of another system has a test, and the test says so. That the methods exist is for {@link DocsTest} to check. */
class BugsOfOthersTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");
    private static final Pattern THREAD = Pattern.compile("[\\w.-]+/[\\w.-]+(#\\d+)?");
    private static final int ROWS = 44;

    private record Row(int number, String threads, String here) {}

    @Test
    void everyRowNamesATestAFaultOrWhyItCannotApply() {
        List<Row> rows = rows();

        assertThat(rows.stream().map(Row::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, ROWS).boxed().toList());
        assertThat(rows)
                .allMatch(row -> row.here.contains("`") || row.here.matches(".*\\bF\\d+\\b.*|cannot apply yet: .*"));
    }

    @Test
    void everyTestSaysWhichThreadItIsAbout() throws IOException {
        List<Path> sources = Page.files(Page.ROOT, ".java");
        List<String> silent = new ArrayList<>();
        for (Row row : rows()) {
            Matcher test = TEST.matcher(row.here);
            while (test.find()) {
                if (!namesOneOf(row.threads, method(sources, test.group(1), test.group(2)))) {
                    silent.add(row.number + ": " + test.group());
                }
            }
        }

        assertThat(silent).isEmpty();
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Matcher row = ROW.matcher(Page.of("docs/bugs-of-others.md").text());
        while (row.find()) {
            rows.add(new Row(Integer.parseInt(row.group(1)), row.group(2), row.group(4)));
        }
        return rows;
    }

    private static boolean namesOneOf(String threads, String source) {
        return THREAD.matcher(threads).results().anyMatch(thread -> {
            Pattern whole = Pattern.compile(Pattern.quote(thread.group()) + "(?!\\d)");
            return whole.matcher(source).find();
        });
    }

    /** Source of a method with the comments before it, up to the next one. */
    private static String method(List<Path> sources, String type, String name) throws IOException {
        for (Path source : sources) {
            if (source.getFileName().toString().equals(type + ".java")) {
                String text = Files.readString(source);
                int at = text.indexOf(" " + name + "(");
                int end = text.indexOf("\n    }\n", Math.max(0, at));
                // A blank line stands before each method and its comment.
                return at < 0 || end < 0 ? "" : text.substring(text.lastIndexOf("\n\n", at), end);
            }
        }
        return "";
    }
}
