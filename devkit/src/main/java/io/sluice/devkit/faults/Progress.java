package io.sluice.devkit.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the processors are, from their logs while these grow (the keys are {@link io.sluice.devkit.oracle.LogRecord}'s): what the feed paces itself by and rows wait for. Not the judge.
 * Thread-safe.
 */
final class Progress {
    private static final int CHUNK = 1 << 20;

    private final JsonMapper json = new JsonMapper();
    private final List<Tail> tails = new CopyOnWriteArrayList<>();
    private final Map<String, BitSet> done = new HashMap<>(); // guarded by this
    private long deliveries; // guarded by this
    private long verdicts; // guarded by this
    private long settled; // guarded by this

    private static final class Tail {
        private final Path file;
        /** Records of the batches of this journal, by stream and batch. */
        private final Map<String, Map<Integer, JsonNode>> batches = new HashMap<>();

        private long position;

        Tail(Path file) {
            this.file = file;
        }
    }

    /** Follows one more journal, which need not be there yet. */
    void follow(Path journal) {
        tails.add(new Tail(journal));
    }

    /** Distinct records with an ACK or a REJECT so far. What is dead-lettered for its attempts has none. */
    synchronized long settled() {
        readOn();
        return settled;
    }

    /** Deliveries so far, each record as often as it was delivered. */
    synchronized long deliveries() {
        readOn();
        return deliveries;
    }

    /** Verdicts so far, of any kind, each record as often as it had one. */
    synchronized long verdicts() {
        readOn();
        return verdicts;
    }

    private void readOn() {
        for (Tail tail : tails) {
            if (Files.exists(tail.file)) {
                read(tail);
            }
        }
    }

    private void read(Tail tail) {
        try (RandomAccessFile in = new RandomAccessFile(tail.file.toFile(), "r")) {
            byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(0, in.length() - tail.position))];
            while (chunk.length > 0) {
                in.seek(tail.position);
                int read = in.read(chunk);
                int whole = lines(tail, chunk, Math.max(0, read));
                tail.position += whole;
                if (whole == 0) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + tail.file, e);
        }
    }

    private int lines(Tail tail, byte[] chunk, int length) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (chunk[i] == '\n') {
                if (i > start) {
                    line(tail, new String(chunk, start, i - start, StandardCharsets.UTF_8));
                }
                start = i + 1;
            }
        }
        return start;
    }

    private void line(Tail tail, String text) {
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (JacksonException cutOffByAKill) {
            return;
        }
        String batch = node.path("st").asString("") + '/' + node.path("b").asLong(-1);
        switch (node.path("l").asString("")) {
            case "D" -> {
                deliveries++;
                tail.batches
                        .computeIfAbsent(batch, b -> new HashMap<>())
                        .put(node.path("i").asInt(), node);
            }
            case "A" -> answered(tail, batch, node);
            default -> {}
        }
    }

    private void answered(Tail tail, String batch, JsonNode answer) {
        Map<Integer, JsonNode> open = tail.batches.getOrDefault(batch, Map.of());
        int first = answer.path("f").asInt();
        int count = answer.path("c").asInt();
        String verdict = answer.path("v").asString("");
        boolean terminal = verdict.equals("ACK") || verdict.equals("REJECT");
        for (int i = first; i < first + count; i++) {
            JsonNode record = open.remove(i);
            verdicts++;
            if (record != null && terminal) {
                settle(record);
            }
        }
        if (open.isEmpty()) {
            tail.batches.remove(batch);
        }
    }

    private void settle(JsonNode record) {
        String partition =
                record.path("tp").asString("") + '-' + record.path("p").asInt();
        BitSet set = done.computeIfAbsent(partition, p -> new BitSet());
        int offset = Math.toIntExact(record.path("o").asLong());
        if (!set.get(offset)) {
            set.set(offset);
            settled++;
        }
    }
}
