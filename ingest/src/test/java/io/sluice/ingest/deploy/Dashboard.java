package io.sluice.ingest.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Grafana dashboard as tests see it. */
final class Dashboard {
    static final Path FILE = Path.of("..", "deploy", "grafana", "dashboards", "sluice.json");

    private static final Pattern NAME = Pattern.compile("\\b(?:sluice|jvm|process|system)_[a-z0-9_]+");

    private final JsonNode root = JsonMapper.shared().readTree(FILE.toFile());

    JsonNode root() {
        return root;
    }

    List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        root.get("panels").forEach(p -> {
            if (!p.get("type").asString().equals("row")) {
                panels.add(p);
            }
        });
        return panels;
    }

    /** Every expression, with Grafana's variables filled in. */
    List<String> expressions() {
        List<String> expressions = new ArrayList<>();
        panels().forEach(panel -> panel.get("targets")
                .forEach(target -> expressions.add(filled(target.get("expr").asString()))));
        root.get("annotations")
                .get("list")
                .forEach(a -> expressions.add(filled(a.get("expr").asString())));
        return expressions;
    }

    /** Metric names in a text of expressions. */
    static List<String> names(String text) {
        List<String> names = new ArrayList<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    private static String filled(String expression) {
        return expression.replace("$__rate_interval", "1m").replace("$pipeline", ".*");
    }
}
