package io.sluice.devkit.faults;

import java.util.List;

/** Rows that strike processors. */
final class ProcessorRows {
    private ProcessorRows() {}

    static List<Row> rows() {
        return List.of(Row.inShortLane(
                "F5",
                "processor kill -9, 1 of 4",
                "its records go to the others within 1 s (p99) and are charged no attempt",
                ProcessorRows::kill));
    }

    private static void kill(Rig rig) {
        List<String> names = List.of("p1", "p2", "p3", "p4");
        rig.open();
        names.forEach(name -> rig.processor(name).startOnly());
        names.forEach(name -> rig.processor(name).awaitReady());
        rig.gateway("g1").start();
        rig.feed();
        rig.flows(rig.records() / 20);
        int rounds = rig.isShort() ? 4 : 12;
        for (int round = 0; round < rounds; round++) {
            ProcessorChild victim = rig.processor(names.get(rig.schedule().pick(round, names.size())));
            victim.kill();
            rig.flows(rig.records() / 40);
            victim.start();
            rig.flows(rig.records() / 40);
        }
    }
}
