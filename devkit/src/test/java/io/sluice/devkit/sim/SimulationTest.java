package io.sluice.devkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.sim.Campaign.Order;
import io.sluice.devkit.sim.Campaign.Totals;
import io.sluice.devkit.sim.Simulation.History;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int STEPS = 2_000;

    @Test
    void seedsThatOnceFailedDoNotFailAgain() {
        List<RegressionSeeds.Line> seeds = RegressionSeeds.load();
        assertThat(seeds).isNotEmpty();
        assertThat(seeds)
                .allSatisfy(line -> assertThat(Simulation.run(line.seed(), line.ordering(), line.faultySteps()))
                        .satisfies(history ->
                                assertThat(history.broken()).as(history.text()).isNull()));
    }

    @Test
    void noHistoryBreaksARuleAndAllEndSettled() throws Exception {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        Order order = new Order(1, 10_000, STEPS, null, threads);
        Campaign campaign = new Campaign(order);
        long begun = System.nanoTime();
        Totals totals = campaign.run(done -> {});
        SimulationReport report = new SimulationReport(
                order, totals, totals.violations(), System.nanoTime() - begun, campaign.failures());
        report.print(System.out);
        assertThat(campaign.failures()).as("see ./sluice simulate --seed").isEmpty();
        assertThat(totals.seeds()).isEqualTo(10_000);
        assertThat(totals.steps()).isGreaterThan(10_000L * STEPS * 9 / 10);
    }

    @Test
    void equalSeedsMakeEqualHistoriesWhateverTheThreads() throws Exception {
        Totals alone = new Campaign(new Order(1, 100, STEPS, null, 1)).run(done -> {});
        Totals shared = new Campaign(new Order(1, 100, STEPS, null, 3)).run(done -> {});
        assertThat(shared).isEqualTo(alone);
        Totals others = new Campaign(new Order(2, 100, STEPS, null, 1)).run(done -> {});
        assertThat(others.hash()).isNotEqualTo(alone.hash());
    }

    @Test
    void aHistoryPlayedBackFromItsDecisionsIsTheSame() {
        for (long seed = 1; seed <= 20; seed++) {
            Decisions decisions = new Decisions();
            History first = Simulation.run(seed, Simulation.orderingOf(seed), STEPS, decisions, false);
            History again = Simulation.run(seed, Simulation.orderingOf(seed), STEPS, decisions.replay(), false);
            assertThat(again).isEqualTo(first);
        }
    }

    @Test
    void everyKindOfEventHappens() {
        List<String> texts = LongStream.rangeClosed(1, 300)
                .mapToObj(seed -> Simulation.run(seed, Simulation.orderingOf(seed), STEPS, null, true))
                .flatMap(history -> history.last().stream())
                .toList();
        for (Trace.What what : Trace.What.values()) {
            String[] words = what.text().split("\\{[abc]}", -1);
            assertThat(texts).as(what.name()).anyMatch(text -> text.contains(words[0].strip()));
        }
    }
}
