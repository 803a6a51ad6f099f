package io.sluice.ingest.config;

import java.util.List;

/** A configuration that is refused, with every problem found and not only the first. Holds no secret. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /**
     * @param lines one for each problem, as {@code file:line:column: path: what; given ...; allowed ...}; not empty
     */
    ConfigException(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    /** One line for each problem, in the order of the file. */
    public List<String> lines() {
        return lines;
    }
}
