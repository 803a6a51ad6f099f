package io.sluice.devkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.sim.Campaign.Order;
import io.sluice.devkit.sim.Campaign.Totals;
import io.sluice.devkit.sim.Simulation.History;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
        Map<Trace.What, Long> counts = new EnumMap<>(Trace.What.class);
        for (long seed = 1; seed <= 300; seed++) {
            Trace trace = new Trace(false);
            new World(seed, Simulation.orderingOf(seed), null, trace).run(STEPS);
            for (Trace.What what : Trace.What.values()) {
                counts.merge(what, trace.count(what), Long::sum);
            }
        }
        System.out.println("In 300 seeds: " + counts);
        assertThat(counts.values()).allSatisfy(n -> assertThat(n).isGreaterThan(20));
    }
}
