package io.sluice.devkit.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** All rows there are, in the order of their numbers. */
final class Rows {
    private Rows() {}

    static List<Row> all() {
        return Stream.of(
                        GatewayRows.rows(),
                        ProcessorRows.rows(),
                        BrokerRows.rows(),
                        DeadLetterRows.rows(),
                        HalfOpenRows.rows(),
                        SurvivalRows.rows(),
                        NetworkRows.rows(),
                        PauseRows.rows(),
                        StreamRows.rows(),
                        LogRows.rows(),
                        ReplicaRows.rows(),
                        TenantRows.rows(),
                        TopicRows.rows())
                .flatMap(List::stream)
                .sorted(Comparator.comparingInt(Rows::number).thenComparing(Row::id))
                .toList();
    }

    /**
     * Those that were asked for.
     *
     * @param wanted {@code all}, {@code short}, or ids with commas between, in either case
     * @throws IllegalArgumentException if there is no such row; the message is for the user
     */
    static List<Row> select(String wanted) {
        String text = wanted.strip().toLowerCase(Locale.ROOT);
        if (text.equals("all")) {
            return all();
        }
        if (text.equals("short")) {
            return all().stream().filter(Row::inShortLane).toList();
        }
        List<Row> rows = new ArrayList<>();
        for (String id : wanted.split(",", -1)) {
            rows.add(all().stream()
                    .filter(row -> row.id().equalsIgnoreCase(id.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("--rows: '" + id.strip()
                            + "' given, all, short or of these allowed, with commas between: "
                            + String.join(", ", all().stream().map(Row::id).toList()))));
        }
        return rows.stream().distinct().toList();
    }

    /** F7 before F14, and what has no number last. */
    private static int number(Row row) {
        String digits = row.id().replaceAll("[^0-9]", "");
        return digits.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }
}
