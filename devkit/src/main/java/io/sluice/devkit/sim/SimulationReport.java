package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Campaign.Order;
import io.sluice.devkit.sim.Campaign.Totals;
import io.sluice.devkit.sim.Simulation.History;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What came of a simulation, for people and for programs. */
record SimulationReport(Order order, Totals totals, long violations, long elapsedNs, List<History> failures) {
    long stepsPerSecond() {
        return (long) (totals.steps() / (Math.max(1, elapsedNs) / 1e9));
    }

    /** One line of JSON. The names are API. */
    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("violations", violations);
        fields.put("seeds", totals.seeds());
        fields.put("steps", totals.steps());
        fields.put("steps_per_second", stepsPerSecond());
        fields.put("hash", hash());
        fields.put("simulated_hours", Math.round(totals.virtualHours() * 10) / 10.0);
        fields.put("records", totals.records());
        fields.put("elapsed_ms", elapsedNs / 1_000_000);
        fields.put("first_seed", order.firstSeed());
        fields.put("faulty_steps", order.faultySteps());
        List<Map<String, Object>> list = new ArrayList<>();
        for (History failure : failures) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("seed", failure.seed());
            one.put("ordering", nameOf(failure));
            one.put("step", failure.steps());
            one.put("rule", failure.broken());
            one.put("text", failure.text());
            list.add(one);
        }
        fields.put("failures", list);
        return new JsonMapper().writeValueAsString(fields);
    }

    void print(PrintStream out) {
        out.println("%,d seeds, %,d steps in %.1f s, %,d a second; %,.1f simulated hours, %,d records; hash %s"
                .formatted(
                        totals.seeds(),
                        totals.steps(),
                        elapsedNs / 1e9,
                        stepsPerSecond(),
                        totals.virtualHours(),
                        totals.records(),
                        hash()));
        out.println(violations == 0 ? "No rule was broken." : violations + " histories broke a rule:");
        for (History failure : failures) {
            out.println("  " + line(failure));
        }
    }

    private String hash() {
        return "%016x".formatted(totals.hash());
    }

    /** A shrunk history and how to see it again. */
    static void history(History shrunk, History failing, PrintStream out) {
        shrunk.last().forEach(out::println);
        out.println(line(shrunk));
        out.println("The whole history: ./sluice simulate --seed " + failing.seed() + " --ordering " + nameOf(failing));
    }

    private static String line(History history) {
        return "SEED=" + history.seed() + " ORDERING=" + nameOf(history) + " STEP=" + history.steps() + " "
                + history.broken() + ": " + history.text();
    }

    private static String nameOf(History history) {
        return history.ordering().name().toLowerCase(Locale.ROOT);
    }
}
