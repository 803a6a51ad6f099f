package io.sluice.devkit.sim;

import io.sluice.devkit.sim.Simulation.History;
import io.sluice.ingest.delivery.Ordering;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Many seeds on several threads. Sums do not depend on the order in which seeds end. */
final class Campaign {
    /**
     * What is to be run.
     *
     * @param ordering null: each third of the seeds has one
     * @param faultySteps for each seed, until its faults end
     */
    record Order(
            long firstSeed,
            long seeds,
            long faultySteps,
            @Nullable Ordering ordering,
            int threads) {}

    /** More failures than this are counted, not kept. */
    private static final int MOST_KEPT = 20;

    private final Order order;
    private final AtomicLong next = new AtomicLong();

    private final Object lock = new Object();
    // guarded by: lock
    private final List<History> failures = new ArrayList<>();
    private Totals totals = new Totals(0, 0, 0, 0, 0, 0);

    /**
     * Sums over histories.
     *
     * @param hash of all histories, whatever their order
     * @param virtualNs simulated time
     */
    record Totals(long seeds, long steps, long records, long virtualNs, long hash, long violations) {
        Totals with(History h) {
            long mixed = (h.hash() ^ h.seed() * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
            return new Totals(
                    seeds + 1,
                    steps + h.steps(),
                    records + h.records(),
                    virtualNs + h.virtualNs(),
                    hash + (mixed ^ (mixed >>> 32)),
                    violations + (h.good() ? 0 : 1));
        }

        double virtualHours() {
            return virtualNs / 3.6e12;
        }
    }

    Campaign(Order order) {
        this.order = order;
    }

    /** Runs everything and returns when it is done; {@code progress} hears how many seeds are, on any thread. */
    Totals run(LongConsumer progress) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < order.threads(); i++) {
            Thread thread = new Thread(() -> work(progress), "simulate-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (lock) {
            failures.sort(Comparator.comparingLong(History::seed));
            return totals;
        }
    }

    /** Histories that broke a rule, by seed; not all of them if there are many. */
    List<History> failures() {
        synchronized (lock) {
            return List.copyOf(failures);
        }
    }

    private void work(LongConsumer progress) {
        for (long i; (i = next.getAndIncrement()) < order.seeds(); ) {
            long seed = order.firstSeed() + i;
            Ordering ordering = order.ordering() == null ? Simulation.orderingOf(seed) : order.ordering();
            History history = Simulation.run(seed, ordering, order.faultySteps());
            long done;
            synchronized (lock) {
                totals = totals.with(history);
                done = totals.seeds();
                if (!history.good() && failures.size() < MOST_KEPT) {
                    failures.add(history);
                }
            }
            progress.accept(done);
        }
    }
}
