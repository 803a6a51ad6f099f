package io.sluice.devkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.oracle.Findings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gateway as it is shipped is never accused, whatever happens around it: kills, stops, pauses, members that come and go, all drawn
 * from the seed. {@code -Dsluice.oracle.seeds=3,4} runs chosen seeds of the long lane.
 */
@Tag("alone")
@Tag("long")
class CleanGatewayIT {
    private static final long RECORDS = 4_000;

    @TempDir
    static Path folder;

    private static Lab lab;

    @BeforeAll
    static void open() {
        lab = new Lab(folder, line -> {});
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theCleanGatewayIsNeverAccused(long seed) throws Exception {
        judge(seed);
    }

    static LongStream seeds() {
        String chosen = System.getProperty("sluice.oracle.seeds", "");
        return chosen.isEmpty()
                ? LongStream.rangeClosed(1, 20)
                : LongStream.of(Arrays.stream(chosen.split(","))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }

    private static void judge(long seed) throws Exception {
        Findings findings =
                Trial.run(lab, "C." + seed, null, seed, RECORDS, Trials::anyDay).findings();
        System.out.printf("clean seed %d: %s%n", seed, findings);
        assertThat(findings.clean()).as("seed %d: %s", seed, findings).isTrue();
        assertThat(findings.records()).as("records").isGreaterThanOrEqualTo(RECORDS);
    }
}
