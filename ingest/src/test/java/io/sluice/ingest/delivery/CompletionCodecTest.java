package io.sluice.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CompletionCodecTest {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long EPOCH_MS = 1_800_000_000_000L;

    private final CompletionEncoder encoder = new CompletionEncoder("p", EPOCH_MS, CompletionCodec.MAX_CHARS);

    /** A ledger with these offsets, of which some are done; remembers both. */
    private static final class Log {
        final OffsetLedger ledger = new OffsetLedger(new PartitionEpoch("t", 3, 1));
        final TreeMap<Long, Entry> live = new TreeMap<>();
        final TreeSet<Long> done = new TreeSet<>();

        void receive(long offset) {
            Entry entry = new Entry();
            entry.partition = ledger.partition;
            entry.offset = offset;
            ledger.doneBefore(offset, 5);
            assertThat(ledger.append(entry)).isTrue();
            live.put(offset, entry);
        }

        void settle(long offset) {
            ledger.settle(live.remove(offset));
            done.add(offset);
        }

        Log withEvery(int nth, int records) {
            for (long offset = 0; offset < records; offset++) {
                receive(offset);
            }
            for (long offset = 0; offset < records; offset++) {
                if (offset % nth != 0) {
                    settle(offset);
                }
            }
            return this;
        }
    }

    private static Completions decode(String metadata, long committed) {
        CompletionCodec.Decoded decoded = CompletionCodec.decode(metadata, "p", "t", 3, committed);
        assertThat(decoded.problem()).isEmpty();
        return decoded.completions();
    }

    private static boolean done(Completions completions, long offset) {
        return new Restored(completions).done(offset);
    }

    @Test
    void whatIsDoneAboveThePositionComesBackAndNothingElse() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 2_000; round++) {
            Log log = new Log();
            long offset = random.nextInt(3) == 0 ? random.nextLong(1L << 50) : random.nextInt(5);
            int records = random.nextInt(1, 200);
            for (int i = 0; i < records; i++) {
                log.receive(offset);
                offset += random.nextInt(10) == 0 ? random.nextLong(1, 1L << random.nextInt(1, 40)) : 1;
            }
            int share = random.nextInt(1, 101);
            for (long o : log.live.keySet().stream().mapToLong(Long::longValue).toArray()) {
                if (random.nextInt(100) < share) {
                    log.settle(o);
                }
            }
            String metadata = encoder.encode(log.ledger, HOUR_NS);
            assertThat(encoder.cut()).isFalse();
            Completions completions = decode(metadata, log.ledger.committable());
            Restored cursor = new Restored(completions);
            for (long o : log.live.keySet()) {
                assertThat(done(completions, o))
                        .as("open %d, round %d", o, round)
                        .isFalse();
            }
            for (long o : log.done.tailSet(log.ledger.committable())) {
                assertThat(cursor.done(o)).as("done %d, round %d", o, round).isTrue();
            }
        }
    }

    @Test
    void aLaterPositionTakesOnlyWhatIsAboveIt() {
        Log log = new Log().withEvery(10, 100);
        Completions completions = decode(encoder.encode(log.ledger, HOUR_NS), 55);
        assertThat(done(completions, 54)).isFalse();
        assertThat(done(completions, 55)).isTrue();
        assertThat(done(completions, 60)).isFalse();
        assertThat(completions.doneOffsets()).isEqualTo(5 + 4 * 9);
    }

    @Test
    void nothingDoneAboveThePositionNeedsNoMetadata() {
        Log log = new Log();
        assertThat(encoder.encode(log.ledger, HOUR_NS)).isEmpty();
        log.receive(0);
        log.receive(1);
        assertThat(encoder.encode(log.ledger, HOUR_NS)).isEmpty();
        log.settle(0);
        log.settle(1);
        assertThat(encoder.encode(log.ledger, HOUR_NS)).isEmpty();
    }

    @Test
    void countsOfFailedRecordsComeBackWithTheTimeOfTheFirstFailure() {
        Log log = new Log().withEvery(10, 100);
        Entry entry = log.live.get(30L);
        entry.attempts = 4;
        entry.lonelyDeaths = 1;
        entry.firstFailedNs = HOUR_NS - 90_000_000_000L;
        Completions completions = decode(encoder.encode(log.ledger, HOUR_NS), 0);
        assertThat(completions.notes).containsExactly(new Completions.Note(30, 4, 1, EPOCH_MS + 3_600_000 - 90_000));
        assertThat(CompletionEncoder.laneNs(completions.notes[0].firstFailedMs(), EPOCH_MS, HOUR_NS))
                .isEqualTo(entry.firstFailedNs);
    }

    @Test
    void aFirstFailureThatSeemsToLieAheadIsNow() {
        assertThat(CompletionEncoder.laneNs(EPOCH_MS + 10_000, EPOCH_MS, 7)).isEqualTo(7);
        assertThat(CompletionEncoder.laneNs(EPOCH_MS, EPOCH_MS, 7))
                .as("0 means that nothing failed")
                .isEqualTo(1);
    }

    @Test
    void aSparseWindowOfFiftyThousandCompletionsFits() {
        SplittableRandom random = new SplittableRandom(1);
        Log log = new Log();
        for (long offset = 0; offset < 52_600; offset++) {
            log.receive(offset);
        }
        for (long offset = 1; offset < 52_600; offset++) {
            if (random.nextInt(20) > 0) {
                log.settle(offset);
            }
        }
        String metadata = encoder.encode(log.ledger, HOUR_NS);
        assertThat(metadata.length()).isLessThanOrEqualTo(CompletionCodec.MAX_CHARS);
        assertThat(encoder.cut()).isFalse();
        Completions completions = decode(metadata, 0);
        assertThat(log.done).hasSizeGreaterThan(49_500);
        assertThat(completions.doneOffsets()).isEqualTo(log.done.size());
    }

    @Test
    void whatDoesNotFitIsLeftOutFromTheTop() {
        SplittableRandom random = new SplittableRandom(1);
        Log log = new Log();
        for (long offset = 0; offset < 100_000; offset++) {
            log.receive(offset);
        }
        for (long offset = 1; offset < 100_000; offset++) {
            if (random.nextBoolean()) {
                log.settle(offset);
            }
        }
        log.live.values().forEach(e -> e.attempts = 1);
        String metadata = encoder.encode(log.ledger, HOUR_NS);
        assertThat(encoder.cut()).isTrue();
        assertThat(metadata.length()).isBetween(CompletionCodec.MAX_CHARS - 100, CompletionCodec.MAX_CHARS);
        Completions completions = decode(metadata, 0);
        long last = completions.to[completions.to.length - 1];
        assertThat(completions.doneOffsets())
                .as("all that is done below the cut")
                .isEqualTo(log.done.headSet(last).size())
                .isGreaterThan(5_000);
        assertThat(completions.noted()).isGreaterThan(100);
    }

    @Test
    void whatAnEarlierOwnerLeftAndHasNotComeYetIsKept() {
        Log first = new Log().withEvery(10, 1_000);
        first.live.get(900L).attempts = 2;
        Log second = new Log();
        second.ledger.restore(decode(encoder.encode(first.ledger, HOUR_NS), 0));
        for (long offset = 0; offset < 500; offset++) {
            if (second.ledger.doneBefore(offset, 5)) {
                assertThat(second.ledger.skip(offset, 1)).isTrue();
            } else {
                second.receive(offset);
            }
        }
        second.settle(490);
        Completions completions = decode(encoder.encode(second.ledger, HOUR_NS), 0);
        assertThat(done(completions, 490)).isTrue();
        assertThat(done(completions, 999)).isTrue();
        assertThat(completions.doneOffsets()).isEqualTo(901);
        assertThat(completions.notes).extracting(Completions.Note::offset).containsExactly(900L);
    }

    @Test
    void recordsOfALaterLeaderAreNotThoseThatWereDone() {
        Log first = new Log().withEvery(10, 100);
        OffsetLedger second = new OffsetLedger(first.ledger.partition);
        second.restore(decode(encoder.encode(first.ledger, HOUR_NS), 0));
        assertThat(second.doneBefore(1, 5)).isTrue();
        assertThat(second.doneBefore(2, 6))
                .as("the log was cut off and written again")
                .isFalse();
        assertThat(second.restored()).as("nothing above can be old either").isNull();
    }

    @Test
    void ofOthersMetadataNothingIsTaken() {
        Log log = new Log().withEvery(10, 100);
        String metadata = encoder.encode(log.ledger, HOUR_NS);
        assertThat(problem(metadata, "q", "t", 3, 0)).contains("another pipeline");
        assertThat(problem(metadata, "p", "u", 3, 0)).contains("another pipeline");
        assertThat(problem(metadata, "p", "t", 4, 0)).contains("another partition");
        assertThat(problem("", "p", "t", 3, 0)).isEmpty();
        assertThat(problem("AQAAAZabcdef", "p", "t", 3, 0)).contains("not Sluice's");
        assertThat(problem("written by hand", "p", "t", 3, 0)).contains("not Sluice's");
        assertThat(problem("null", "p", "t", 3, 0)).contains("not Sluice's");
    }

    @Test
    void metadataOfAnotherVersionOrOfAnOffsetThatLiesAheadIsNotTaken() {
        Log log = new Log();
        log.receive(70);
        log.receive(71);
        log.settle(71);
        String metadata = encoder.encode(log.ledger, HOUR_NS);
        assertThat(problem(metadata, "p", "t", 3, 69)).contains("begins at 70");
        byte[] bytes = Base64.getDecoder().decode(metadata);
        bytes[2] = 2;
        assertThat(problem(Base64.getEncoder().encodeToString(bytes), "p", "t", 3, 70))
                .contains("version 2");
    }

    @Test
    void noBitFlipAndNoTruncationIsEverTakenForMore() {
        Log log = new Log().withEvery(3, 300);
        log.live.get(30L).attempts = 3;
        String metadata = encoder.encode(log.ledger, HOUR_NS);
        byte[] bytes = Base64.getDecoder().decode(metadata);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(problem(Base64.getEncoder().encodeToString(flipped), "p", "t", 3, 0))
                    .as("bit %d", bit)
                    .isNotEmpty();
        }
        for (int length = 1; length < metadata.length(); length++) {
            assertThat(problem(metadata.substring(0, length), "p", "t", 3, 0))
                    .as("length %d", length)
                    .isNotEmpty();
        }
    }

    /** The checksum is made right here, so that the body has to defend itself. */
    @Test
    void rubbishBehindARightChecksumNeverThrowsNorGrowsLarge() {
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[CompletionCodec.BODY_AT + random.nextInt(60)];
            random.nextBytes(bytes);
            bytes[0] = 'S';
            bytes[1] = 'L';
            bytes[2] = CompletionCodec.VERSION;
            CompletionCodec.putInt(bytes, CompletionCodec.SCOPE_AT, CompletionCodec.scope("p", "t", 3));
            CompletionCodec.putInt(bytes, CompletionCodec.CRC_AT, CompletionCodec.crc(bytes, bytes.length));
            String metadata = Base64.getEncoder().encodeToString(bytes);
            Completions completions = CompletionCodec.decode(metadata, "p", "t", 3, Long.MAX_VALUE / 2)
                    .completions();
            assertThat(completions.from.length).isLessThanOrEqualTo(CompletionCodec.MOST_RUNS);
            for (int i = 0; i < completions.from.length; i++) {
                assertThat(completions.to[i]).isGreaterThan(completions.from[i]);
                assertThat(completions.from[i]).isGreaterThanOrEqualTo(i == 0 ? 0 : completions.to[i - 1]);
            }
        }
    }

    @Test
    void randomTextNeverThrows() {
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(CompletionCodec.decode(text, "p", "t", 3, 0)
                            .completions()
                            .isEmpty())
                    .isTrue();
        }
    }

    private static String problem(String metadata, String pipeline, String topic, int partition, long committed) {
        CompletionCodec.Decoded decoded = CompletionCodec.decode(metadata, pipeline, topic, partition, committed);
        if (!decoded.problem().isEmpty()) {
            assertThat(decoded.completions().isEmpty()).isTrue();
        }
        return decoded.problem();
    }
}
