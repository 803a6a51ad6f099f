package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.EventKind;
import io.sluice.devkit.oracle.LogRecord.Delivered;
import io.sluice.devkit.oracle.LogRecord.Event;
import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuplicateBoundTest {
    private static final long COMMIT_INTERVAL_MS = 500;
    private static final long DEATH = 100_000;

    private final List<Handling> handlings = new ArrayList<>();
    private long offset;

    @Test
    void aKilledGatewayExcusesWhatWasInFlightAndWhatWasSettledInTheLastCommitInterval() {
        handled("g1/0", "p1", DEATH - 30_000, DEATH - 29_000);
        handled("g1/0", "p1", DEATH - 1_200, DEATH - 1_000);
        handled("g1/0", "p2", DEATH - 100, Handling.NEVER);
        handled("g2/0", "p1", DEATH - 100, Handling.NEVER);

        assertThat(most(new Event(DEATH, EventKind.GATEWAY_KILL, "g1", ""))).isEqualTo(2);
    }

    @Test
    void aKilledProcessorExcusesWhatItHeldOrAnsweredJustBefore() {
        handled("g1/0", "p1", DEATH - 5_000, DEATH - 4_000);
        handled("g1/0", "p1", DEATH - 500, DEATH - 400);
        handled("g1/0", "p1", DEATH - 500, Handling.NEVER);
        handled("g1/0", "p2", DEATH - 500, Handling.NEVER);

        assertThat(most(new Event(DEATH, EventKind.PROCESSOR_KILL, "p1", ""))).isEqualTo(2);
    }

    @Test
    void aStoppedProcessorExcusesWhatItAnsweredJustBeforeItWasStopped() {
        handled("g1/0", "p1", DEATH - 17_000, DEATH - 16_500);
        handled("g1/0", "p1", DEATH - 16_000, DEATH - 15_500);
        Event end = new Event(DEATH, EventKind.STREAM_END, "p1", "p1/1");

        assertThat(most(end)).isZero();
        assertThat(most(new Event(DEATH - 15_000, EventKind.FAULT_START, "pause of p2", ""), end))
                .as("another's fault")
                .isZero();
        assertThat(most(new Event(DEATH - 15_000, EventKind.FAULT_START, "pause of p1", ""), end))
                .isEqualTo(1);
    }

    @Test
    void whatIsEndedOnPurposeExcusesNothing() {
        handled("g1/0", "p1", DEATH - 500, DEATH - 100);

        assertThat(most(
                        new Event(DEATH - 50, EventKind.GATEWAY_TERM, "g1", ""),
                        new Event(DEATH, EventKind.STREAM_END, "p1", "p1/1")))
                .isZero();
        assertThat(most(new Event(DEATH, EventKind.STREAM_END, "p1", "p1/1"))).isEqualTo(1);
    }

    @Test
    void aFaultThatKeptCommitsAwayIsCountedFromItsBeginning() {
        handled("g1/0", "p1", DEATH - 20_000, DEATH - 19_000);
        Event lost = new Event(DEATH, EventKind.LOST, "g1/0", "t-0@1");

        assertThat(most(lost)).isZero();
        assertThat(most(new Event(DEATH - 18_000, EventKind.FAULT_START, "broker", ""), lost))
                .isEqualTo(1);
    }

    private long most(Event... events) {
        return new DuplicateBound(handlings, List.of(events), COMMIT_INTERVAL_MS).most();
    }

    private void handled(String gateway, String processor, long at, long answeredAt) {
        Delivered delivered = new Delivered(
                at, processor, gateway, processor + "/1", 1, 0, 0, 1, "t", 0, offset++, "k", "u" + offset, "");
        handlings.add(new Handling(delivered, answeredAt, answeredAt == Handling.NEVER ? null : Verdict.ACK));
    }
}
