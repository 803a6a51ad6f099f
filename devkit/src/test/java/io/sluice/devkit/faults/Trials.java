package io.sluice.devkit.faults;

import io.sluice.devkit.defects.Defect;
import java.time.Duration;
import java.util.Map;

/** What happens in trials: for each defect something that makes it matter. */
final class Trials {
    private Trials() {}

    static Trial.Script of(Defect defect) {
        return switch (defect) {
            case SKIP_ON_REVOKE, COMPLETIONS_TOO_LONG -> Trials::handOver;
            // Nothing may hold the position back, or the late commit says what is so anyway.
            case COMMIT_AFTER_RELEASE -> (rig, trial) -> handOver(rig, trial, "0:0");
            case NO_EPOCH_CHECK -> (rig, trial) -> handOver(rig, trial, "0.02:5000");
            case NO_COMMIT_ON_REVOKE ->
                (rig, trial) -> {
                    rig.pipeline().set("commit_interval", "2s");
                    handOver(rig, trial, "0.002:1000");
                };
            case LETTER_FORGOTTEN -> Trials::noLetters;
            case CLEAN_ON_SEND -> Trials::brokerDies;
            default -> Trials::quiet;
        };
    }

    /** Nothing happens, but that some records fail once or are rejected. */
    static void quiet(Rig rig, Trial trial) {
        rig.open();
        rig.start(
                rig.processor("p1").behaviour("--delay", "0:60"),
                rig.processor("p2").behaviour("--delay", "0:60"));
        rig.start(trial.gateway("g1"));
        rig.feed(mixed(rig), 1_500, 20_000);
    }

    /** A second member comes and goes, while processors are slow with some records. */
    private static void handOver(Rig rig, Trial trial) {
        handOver(rig, trial, "0.02:2500");
    }

    private static void handOver(Rig rig, Trial trial, String tail) {
        rig.open();
        String[] slow = {"--delay", "0:80", "--tail", tail};
        rig.start(rig.processor("p1").behaviour(slow), rig.processor("p2").behaviour(slow));
        rig.start(trial.gateway("g1"));
        rig.feed(mixed(rig), 300, 20_000);
        rig.flows(rig.records() / 20);
        GatewayChild second = trial.gateway("g2");
        second.start();
        rig.await("the second gateway has partitions", () -> second.partitions() > 0);
        second.term();
        rig.await("the first has all", () -> rig.gateway("g1").partitions() == rig.partitions());
        rig.flows(rig.records() / 10);
    }

    /** Rejected records, and no topic for their letters for a while. */
    static void noLetters(Rig rig, Trial trial) {
        rig.open(Map.of(), false);
        rig.pipeline().set("dead_letter", "{ topic: $DLQ, create: false }");
        rig.start(rig.processor("p1"));
        rig.start(trial.gateway("g1"));
        rig.notes().faultBegins("no topic");
        rig.feed(mixed(rig), 1_500, 20_000);
        rig.flows(rig.records() * 8 / 10);
        rig.runFor(Duration.ofSeconds(2));
        rig.createDeadLetters(Map.of());
        rig.notes().faultEnds("no topic");
    }

    /** The broker dies when everything is settled and not everything is committed: the last commit fails. */
    static void brokerDies(Rig rig, Trial trial) {
        SoloCluster own = rig.use(SoloCluster.start(Map.of()));
        rig.pipeline().set("commit_interval", "4s");
        rig.open();
        rig.start(rig.processor("p1"));
        rig.start(trial.gateway("g1"));
        rig.feed(Mix.plain(rig.seed(), rig.partitions()), 1_500, 20_000).end();
        rig.await("all records are settled", () -> rig.progress().settled() >= rig.records());
        rig.notes().faultBegins("broker dead");
        own.broker().kill();
        rig.runFor(Duration.ofSeconds(5));
        own.broker().restart();
        rig.notes().faultEnds("broker dead");
        rig.runFor(Duration.ofSeconds(4));
    }

    /** Three things that may happen any day, drawn by the seed. */
    static void anyDay(Rig rig, Trial trial) {
        rig.open();
        String[] slow = {"--delay", "0:40", "--tail", "0.01:700"};
        rig.start(rig.processor("p1").behaviour(slow), rig.processor("p2").behaviour(slow));
        rig.start(trial.gateway("g1"), trial.gateway("g2"));
        rig.feed(mixed(rig), 500, 20_000);
        rig.flows(rig.records() / 10);
        for (int tick = 0; tick < 3; tick++) {
            strike(rig, tick);
            rig.flows(rig.records() / 10);
        }
    }

    private static void strike(Rig rig, int tick) {
        Child processor =
                rig.processor("p" + (1 + rig.schedule().of("processor").pick(tick, 2)));
        Child gateway = rig.gateway("g" + (1 + rig.schedule().of("gateway").pick(tick, 2)));
        switch (rig.schedule().pick(tick, 7)) {
            case 0 -> {
                processor.kill();
                processor.start();
            }
            case 1 -> {
                processor.term();
                processor.start();
            }
            case 2 -> {
                gateway.kill();
                gateway.start();
            }
            case 3 -> {
                gateway.term();
                gateway.start();
            }
            case 4 -> {
                Child third = rig.gateway("g3");
                third.start();
                third.term();
            }
            case 5 -> pause(rig, processor, Duration.ofMillis(rig.schedule().between(tick, 500, 3_000)));
            default -> pause(rig, gateway, Duration.ofMillis(Pipeline.SESSION_MS + 1_500));
        }
    }

    private static void pause(Rig rig, Child child, Duration time) {
        child.pause();
        rig.runFor(time);
        child.resume();
    }

    static Mix mixed(Rig rig) {
        return Mix.plain(rig.seed(), rig.partitions())
                .keys(60)
                .script((index, key) -> index % 40 == 7 ? "retry:2" : index % 90 == 11 ? "reject" : "ack");
    }
}
