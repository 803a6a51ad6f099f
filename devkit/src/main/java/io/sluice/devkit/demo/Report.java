package io.sluice.devkit.demo;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of a run, for people and for programs.
 *
 * @param elapsedMs from handing the first record to the producer until the group was seen to have committed every partition's end
 */
record Report(Findings findings, long elapsedMs, List<Letter> letters) {
    private static final int EXAMPLES = 2;

    long recordsPerSecond() {
        return findings.produced() * 1000 / Math.max(1, elapsedMs);
    }

    /** One line of JSON. The names are API. */
    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("produced", findings.produced());
        fields.put("acked", findings.acked());
        fields.put("dead_lettered", findings.deadLettered());
        fields.put("dead_letters", findings.deadLetters());
        fields.put("lag", findings.lag());
        fields.put("order_violations", findings.orderViolations());
        fields.put("lost", findings.lost());
        fields.put("duplicates", findings.duplicates());
        fields.put("retried", findings.retried());
        // The demo's pipeline has no filter: a record left out would be counted as lost.
        fields.put("filtered", 0);
        fields.put("elapsed_ms", elapsedMs);
        fields.put("records_per_second", recordsPerSecond());
        return new JsonMapper().writeValueAsString(fields);
    }

    void print(PrintStream out) {
        Findings f = findings;
        out.println();
        out.println("%,d records in %.1f s, %,d a second: %,d acked, %,d dead-lettered, %,d retries"
                .formatted(
                        f.produced(),
                        elapsedMs / 1000.0,
                        recordsPerSecond(),
                        f.acked(),
                        f.deadLettered(),
                        f.retried()));
        out.println("Checked without the gateway's word (processor journal, dead-letter topic, committed offsets):");
        out.println("  lost %d, duplicates %d, order violations %d, lag %d: %s"
                .formatted(f.lost(), f.duplicates(), f.orderViolations(), f.lag(), f.good() ? "all kept" : "NOT KEPT"));
        if (!letters.isEmpty()) {
            out.println("Dead letters in " + GatewayStart.DEAD_LETTER_TOPIC + ": " + Screen.codes(f.deadLetters()));
            f.deadLetters().keySet().forEach(code -> examples(out, code));
        }
    }

    private void examples(PrintStream out, String code) {
        letters.stream()
                .filter(letter -> letter.code().equals(code))
                .limit(EXAMPLES)
                .forEach(letter -> {
                    String place = GatewayStart.TOPIC + "-" + letter.partition() + "@" + letter.offset();
                    out.println("  %-14s %-20s %s".formatted(place, code, letter.reason()));
                });
    }
}
