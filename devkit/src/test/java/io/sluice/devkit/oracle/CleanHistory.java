package io.sluice.devkit.oracle;

import io.sluice.devkit.oracle.LogRecord.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Draws histories that a faultless gateway could have had: one partition, a few keys, processors that fail, reject, are slow and die,
 * gateways that hand over, die and lose the partition. A pure function of the seed.
 */
final class CleanHistory {
    private static final long LEASE_MS = 8_000;
    private static final int MAX_ATTEMPTS = 5;

    private static final class Batch {
        final String stream;
        final long id;
        final long[] records;
        final int[] group;
        final long sentAt;
        int answered;
        /** The gateway has taken it back; its processor does not know. */
        boolean gone;

        Batch(String stream, long id, long[] records, int[] group, long sentAt) {
            this.stream = stream;
            this.id = id;
            this.records = records;
            this.group = group;
            this.sentAt = sentAt;
        }
    }

    private final Random random;
    private final Story story = new Story();
    private final int keys;
    private final int n;
    private final boolean[] done;
    private final boolean[] open;
    private final long[] notBefore;
    private final int[] attempts;
    private final List<Batch> batches = new ArrayList<>();
    private final int[] lives = {1, 1, 1};
    private int gateway;
    private long epoch;
    private long nextBatch = 1;
    private long committed;

    private CleanHistory(long seed) {
        random = new Random(seed);
        keys = 1 + random.nextInt(6);
        n = 30 + random.nextInt(100);
        done = new boolean[n];
        open = new boolean[n];
        notBefore = new long[n];
        attempts = new int[n];
    }

    static Terms terms() {
        return Terms.defaults().lease(java.time.Duration.ofMillis(LEASE_MS));
    }

    static Story of(long seed) {
        CleanHistory history = new CleanHistory(seed);
        history.run();
        return history.story;
    }

    private void run() {
        String[] names = new String[n];
        for (int i = 0; i < n; i++) {
            names[i] = key(i);
        }
        story.produce(names);
        assigned();
        for (int step = 0; step < 400; step++) {
            step(random.nextInt(100));
        }
        while (!allDone()) {
            step(random.nextInt(80));
            story.pause(5);
        }
        story.pause(100).commit(n);
    }

    private String key(int record) {
        return "k" + Math.floorMod(record * 31 + record / 7, keys);
    }

    private void step(int what) {
        if (what < 35) {
            deliver();
        } else if (what < 70) {
            answer();
        } else if (what < 80) {
            commit();
        } else if (what < 90) {
            story.pause(random.nextInt(400));
        } else if (what < 93) {
            processorDies();
        } else if (what < 95) {
            leasesRunOut();
        } else if (what < 97) {
            handOver();
        } else if (what < 99) {
            gatewayDies();
        } else {
            loses();
        }
    }

    /** Runs of keys that are ready, each a group. */
    private void deliver() {
        List<Integer> chosen = new ArrayList<>();
        List<Integer> groups = new ArrayList<>();
        int group = 0;
        for (int k = 0; k < keys; k++) {
            String key = "k" + k;
            int length = random.nextInt(4);
            int head = -1;
            for (int i = 0; i < n && length > 0; i++) {
                if (done[i] || !key(i).equals(key)) {
                    continue;
                }
                if (head < 0 && (open[i] || notBefore[i] > story.now())) {
                    break;
                }
                head = i;
                chosen.add(i);
                groups.add(group);
                length--;
            }
            group++;
        }
        if (chosen.isEmpty()) {
            return;
        }
        int p = random.nextInt(lives.length);
        Batch batch = new Batch(
                "p" + p + "-" + lives[p] + "/" + gateway + "-" + epoch,
                nextBatch++,
                chosen.stream().mapToLong(i -> i).toArray(),
                groups.stream().mapToInt(g -> g).toArray(),
                story.now());
        for (int i = 0; i < batch.records.length; i++) {
            int record = (int) batch.records[i];
            open[record] = true;
            story.attempt(attempts[record] + 1).one(batch.stream, batch.id, i, batch.group[i], record);
        }
        batches.add(batch);
        story.pause(1 + random.nextInt(5));
    }

    /** The next group of some batch that is due. */
    private void answer() {
        if (batches.isEmpty()) {
            return;
        }
        Batch batch = batches.get(random.nextInt(batches.size()));
        if (!batch.gone && story.now() - batch.sentAt > LEASE_MS - 900) {
            takeBack(batch);
        }
        answerGroup(batch, !batch.gone);
        if (batch.answered == batch.records.length) {
            batches.remove(batch);
        }
    }

    /** Answers what is next; {@code taken}: the gateway hears of it. */
    private void answerGroup(Batch batch, boolean taken) {
        int first = batch.answered;
        int end = first;
        while (end < batch.records.length && batch.group[end] == batch.group[first]) {
            end++;
        }
        int good = random.nextInt(5) > 0 ? end : first + random.nextInt(end - first);
        if (good > first) {
            story.ack(batch.stream, batch.id, first, good - first);
            for (int i = first; i < good && taken; i++) {
                settle((int) batch.records[i]);
            }
        }
        if (good < end) {
            fail(batch, good, end, taken);
        }
        batch.answered = end;
    }

    private void fail(Batch batch, int index, int end, boolean taken) {
        int record = (int) batch.records[index];
        if (random.nextInt(3) == 0) {
            story.answer(batch.stream, batch.id, index, 1, Verdict.REJECT, -1);
            if (taken) {
                story.letter(record, "REJECT", attempts[record] + 1);
                settle(record);
            }
        } else {
            story.answer(batch.stream, batch.id, index, 1, Verdict.RETRY, -1);
            if (taken) {
                failed(record);
            }
        }
        if (index + 1 < end) {
            story.answer(batch.stream, batch.id, index + 1, end - index - 1, Verdict.RELEASE, -1);
            for (int i = index + 1; i < end && taken; i++) {
                open[(int) batch.records[i]] = false;
            }
        }
    }

    private void failed(int record) {
        attempts[record]++;
        open[record] = false;
        notBefore[record] = story.now() + 200;
        if (attempts[record] == MAX_ATTEMPTS) {
            story.letter(record, "ATTEMPTS", MAX_ATTEMPTS);
            settle(record);
        }
    }

    private void settle(int record) {
        done[record] = true;
        open[record] = false;
    }

    private void commit() {
        int low = 0;
        while (low < n && done[low]) {
            low++;
        }
        if (low > committed) {
            committed = low;
            story.commit(low).pause(1);
        }
    }

    /** Everything of the batch that is open goes back; only a processor that lives may still answer it. */
    private void takeBack(Batch batch) {
        batch.gone = true;
        for (int i = batch.answered; i < batch.records.length; i++) {
            open[(int) batch.records[i]] = false;
        }
    }

    private void processorDies() {
        int p = random.nextInt(lives.length);
        String name = "p" + p + "-" + lives[p];
        for (Batch batch : List.copyOf(batches)) {
            if (batch.stream.startsWith(name + "/")) {
                int heard = batch.answered;
                if (random.nextBoolean()) {
                    answerGroup(batch, false);
                }
                // Also what was answered and did not arrive.
                batch.answered = heard;
                if (!batch.gone) {
                    takeBack(batch);
                }
                batches.remove(batch);
            }
        }
        story.event(EventKind.PROCESSOR_KILL, name, "");
        lives[p]++;
    }

    private void leasesRunOut() {
        story.pause(LEASE_MS + 100);
        batches.forEach(batch -> {
            if (!batch.gone) {
                takeBack(batch);
            }
        });
    }

    private void handOver() {
        story.revoked(epoch);
        while (batches.stream().anyMatch(batch -> !batch.gone)) {
            answer();
        }
        commit();
        story.pause(30).released(epoch).pause(1 + random.nextInt(100));
        taken();
    }

    private void gatewayDies() {
        story.event(EventKind.GATEWAY_KILL, "gw" + gateway, "").pause(6_000);
        taken();
    }

    private void loses() {
        story.pause(7_000).lost(epoch).pause(random.nextInt(50));
        taken();
    }

    /** Another gateway, which knows the commit and nothing else. */
    private void taken() {
        batches.forEach(batch -> batch.gone = true);
        Arrays.fill(open, false);
        Arrays.fill(notBefore, 0);
        Arrays.fill(attempts, 0);
        for (int i = (int) committed; i < n; i++) {
            done[i] = false;
        }
        batches.clear();
        assigned();
    }

    private void assigned() {
        gateway++;
        epoch++;
        nextBatch = 1;
        story.gateway("gw" + gateway + "/0").assigned(epoch).pause(1);
    }

    private boolean allDone() {
        for (boolean each : done) {
            if (!each) {
                return false;
            }
        }
        return true;
    }
}
