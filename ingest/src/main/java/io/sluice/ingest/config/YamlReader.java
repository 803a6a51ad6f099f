package io.sluice.ingest.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds {@link Node}s from YAML text. It works on parser events, so that its limits hold before anything is built: nesting and
 * repetition cost an attacker of this file an error line, not our stack or heap.
 */
final class YamlReader {
    static final int MAX_CODE_POINTS = 3 * 1024 * 1024;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_ALIASES = 50;
    private static final int MAX_NODES = 100_000;
    private static final Pattern NUMBER_OR_BOOLEAN =
            Pattern.compile("true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
                    + "|[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    private final String source;
    private final Problems problems;
    private final Map<Anchor, Node> anchors = new HashMap<>();
    private int aliases;
    private int nodes;

    private YamlReader(String source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    static boolean isNumberOrBoolean(String text) {
        return NUMBER_OR_BOOLEAN.matcher(text).matches();
    }

    /** The only document of the text; null, with a problem added, if it cannot be read. */
    static Node.@Nullable Mapping read(String source, byte[] bytes, Problems problems) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            problems.add(new Place(source, lineOfBadByte(bytes), 1), "", "not UTF-8; allowed YAML in UTF-8");
            return null;
        }
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        if (text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
            problems.add(Place.of(source), "", "too large; allowed at most 3 MiB");
            return null;
        }
        return new YamlReader(source, problems).document(text);
    }

    private static int lineOfBadByte(byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(bytes);
        decoder.decode(in, java.nio.CharBuffer.allocate(bytes.length + 1), true);
        int line = 1;
        for (int i = 0; i < in.position(); i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }

    private Node.@Nullable Mapping document(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(source)
                .setCodePointLimit(MAX_CODE_POINTS)
                .setUseMarks(true)
                .build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            events.next(); // start of stream
            if (events.next().getEventId() == Event.ID.StreamEnd) {
                problems.add(new Place(source, 1, 1), "", "empty; allowed a mapping with kafka, admin, pipelines");
                return null;
            }
            Node root = node(events.next(), events, 1);
            events.next(); // end of document
            Event after = events.next();
            if (after.getEventId() != Event.ID.StreamEnd) {
                throw refuse(place(after), "a second document; allowed one document in a file");
            }
            if (root instanceof Node.Mapping mapping) {
                return mapping;
            }
            throw refuse(root.at(), "not a mapping; allowed a mapping with kafka, admin, pipelines");
        } catch (Unreadable e) {
            problems.add(e.at, "", String.valueOf(e.getMessage()));
        } catch (MarkedYamlEngineException e) {
            Place at = e.getProblemMark().map(this::place).orElse(Place.of(source));
            problems.add(at, "", "not YAML: " + explain(e.getProblem(), text, at));
        } catch (ReaderException e) {
            int line = 1
                    + (int) text.chars()
                            .limit(e.getPosition())
                            .filter(c -> c == '\n')
                            .count();
            String what = String.format("not YAML: character \\u%04x is not allowed", e.getCodePoint());
            problems.add(new Place(source, line, 1), "", what);
        } catch (YamlEngineException e) {
            problems.add(Place.of(source), "", "not YAML: " + Problems.quote(String.valueOf(e.getMessage())));
        }
        return null;
    }

    private static String explain(String problem, String text, Place at) {
        String line = text.lines().skip(Math.max(0, at.line() - 1)).findFirst().orElse("");
        if (line.stripTrailing().matches("\\s*\\t.*")) {
            return "a tab in the indentation; allowed spaces";
        }
        return problem.replaceAll("[\\r\\n]+", " ");
    }

    private Node node(Event event, Iterator<Event> events, int depth) {
        Place at = place(event);
        if (depth > MAX_DEPTH) {
            throw refuse(at, "nested too deeply; allowed " + MAX_DEPTH + " levels");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias, at);
        }
        count(1, at);
        Node node;
        if (event instanceof ScalarEvent scalar) {
            node = new Node.Scalar(at, scalar.getValue(), scalar.isPlain(), Node.Origin.FILE);
        } else if (event.getEventId() == Event.ID.SequenceStart) {
            node = sequence(at, events, depth);
        } else {
            node = mapping(at, events, depth);
        }
        if ((event instanceof CollectionStartEvent start && start.getTag().isPresent())
                || (event instanceof ScalarEvent tagged && tagged.getTag().isPresent())) {
            throw refuse(at, "a tag such as !name; allowed plain YAML without tags");
        }
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        return node;
    }

    private Node aliased(AliasEvent alias, Place at) {
        if (++aliases > MAX_ALIASES) {
            throw refuse(at, "too many aliases; allowed " + MAX_ALIASES);
        }
        Node node = anchors.get(alias.getAlias());
        if (node == null) {
            throw refuse(at, "alias *" + alias.getAlias().getValue() + " has no anchor before it");
        }
        count(sizeOf(node), at);
        return node;
    }

    private void count(int more, Place at) {
        nodes += more;
        if (nodes > MAX_NODES) {
            throw refuse(at, "too many values; allowed " + MAX_NODES);
        }
    }

    /** Never visits more than the limit: an aliased node was counted when it was built. */
    private static int sizeOf(Node node) {
        if (node instanceof Node.Sequence sequence) {
            return 1 + sequence.items().stream().mapToInt(YamlReader::sizeOf).sum();
        }
        if (node instanceof Node.Mapping mapping) {
            return 1
                    + mapping.entries().values().stream()
                            .mapToInt(e -> sizeOf(e.value()))
                            .sum();
        }
        return 1;
    }

    private Node.Sequence sequence(Place at, Iterator<Event> events, int depth) {
        List<Node> items = new ArrayList<>();
        for (Event e = events.next(); e.getEventId() != Event.ID.SequenceEnd; e = events.next()) {
            items.add(node(e, events, depth + 1));
        }
        return new Node.Sequence(at, items);
    }

    private Node.Mapping mapping(Place at, Iterator<Event> events, int depth) {
        Map<String, Node.Entry> entries = new LinkedHashMap<>();
        for (Event e = events.next(); e.getEventId() != Event.ID.MappingEnd; e = events.next()) {
            Node key = node(e, events, depth + 1);
            if (!(key instanceof Node.Scalar name)) {
                throw refuse(key.at(), "a key that is not text");
            }
            Node.Entry entry = new Node.Entry(key.at(), node(events.next(), events, depth + 1));
            Node.Entry first = entries.putIfAbsent(name.text(), entry);
            if (first != null) {
                String where = "line " + first.keyAt().line();
                problems.add(
                        key.at(), "", "duplicate key " + Problems.quote(name.text()) + "; first given in " + where);
            }
        }
        return new Node.Mapping(at, entries);
    }

    private Place place(Event event) {
        return event.getStartMark().map(this::place).orElse(Place.of(source));
    }

    private Place place(Mark mark) {
        return new Place(source, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Unreadable refuse(Place at, String what) {
        return new Unreadable(at, what);
    }

    /** Ends reading: what follows would only repeat the problem. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place at;

        Unreadable(Place at, String what) {
            super(what, null, false, false);
            this.at = at;
        }
    }
}
