package io.sluice.devkit.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown page of the repository. */
record Page(Path file, String text) {
    /** The repository's root; tests run in the module's folder. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Set<String> NOT_OURS = Set.of("target", "node_modules", "resources");
    private static final Pattern FENCE = Pattern.compile("(?m)^```(\\w*)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\n]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");

    static Page of(String path) {
        Path file = ROOT.resolve(path);
        try {
            return new Page(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Every page there is, without what tools have made and what pages are made from. */
    static List<Page> all() throws IOException {
        List<Page> pages = new ArrayList<>();
        for (Path file : files(ROOT, ".md")) {
            pages.add(of(ROOT.relativize(file).toString()));
        }
        return pages;
    }

    /** Files under a folder by the end of their names, in order; hidden folders, resources and build results are left out. */
    static List<Path> files(Path folder, String end) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                String name = dir.getFileName().toString();
                boolean skipped = !dir.equals(folder) && (name.startsWith(".") || NOT_OURS.contains(name));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().endsWith(end)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files.stream().sorted().toList();
    }

    /** The content of each code block of a language. */
    List<String> blocks(String language) {
        return FENCE.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** Targets of links. */
    List<String> links() {
        return LINK.matcher(prose())
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://"))
                .toList();
    }

    /** What the headings can be linked by. */
    List<String> anchors() {
        return HEADING.matcher(withoutBlocks())
                .results()
                .map(heading -> anchor(heading.group(1)))
                .toList();
    }

    Stream<MatchResult> find(String pattern) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }

    private String withoutBlocks() {
        return FENCE.matcher(text).replaceAll("");
    }

    private String prose() {
        return withoutBlocks().replaceAll("(?<!\\[)`[^`\n]*`(?!])", "");
    }

    /** As GitHub makes it from a heading. */
    private static String anchor(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
