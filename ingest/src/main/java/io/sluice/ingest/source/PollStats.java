package io.sluice.ingest.source;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counters and levels of one poll thread. Written by: poll thread; read by any. */
public final class PollStats {
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong assigned = new AtomicLong();
    private final AtomicLong revoked = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong budgetFull = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final Map<String, AtomicLong> commitFailures = new ConcurrentHashMap<>();

    private volatile int pausedPartitions;
    private volatile int carriedRecords;
    private final AtomicLong usedRecords = new AtomicLong();
    private final AtomicLong usedBytes = new AtomicLong();

    void polled(long records, long bytes) {
        add(polls, 1);
        add(this.records, records);
        add(this.bytes, bytes);
    }

    void committed() {
        add(commits, 1);
    }

    void commitFailed(String reason) {
        add(commitFailures.computeIfAbsent(reason, r -> new AtomicLong()), 1);
    }

    void assigned(int partitions) {
        add(assigned, partitions);
    }

    void revoked(int partitions) {
        add(revoked, partitions);
    }

    void lost(int partitions) {
        add(lost, partitions);
    }

    void budgetFull() {
        add(budgetFull, 1);
    }

    void error() {
        add(errors, 1);
    }

    void levels(int pausedPartitions, int carriedRecords, long usedRecords, long usedBytes) {
        this.pausedPartitions = pausedPartitions;
        this.carriedRecords = carriedRecords;
        this.usedRecords.lazySet(usedRecords);
        this.usedBytes.lazySet(usedBytes);
    }

    /** Records that polls returned. */
    public long polledRecords() {
        return records.get();
    }

    /** Bytes of keys and values that polls returned. */
    public long polledBytes() {
        return bytes.get();
    }

    /** Calls of poll. */
    public long polls() {
        return polls.get();
    }

    /** Commits the broker has confirmed. */
    public long commits() {
        return commits.get();
    }

    /** Commits that failed, by the name of the error; each is tried again at the next interval. */
    public Map<String, Long> commitFailures() {
        Map<String, Long> copy = new TreeMap<>();
        commitFailures.forEach((reason, n) -> copy.put(reason, n.get()));
        return copy;
    }

    /** Partitions assigned so far, each assignment counted. */
    public long partitionsAssigned() {
        return assigned.get();
    }

    /** Partitions given back so far. */
    public long partitionsRevoked() {
        return revoked.get();
    }

    /** Partitions taken away without being asked so far. */
    public long partitionsLost() {
        return lost.get();
    }

    /** How often a record had to wait for room in the budget. */
    public long budgetFullCount() {
        return budgetFull.get();
    }

    /** Errors of polls that were survived. */
    public long errors() {
        return errors.get();
    }

    /** Partitions paused now. */
    public int pausedPartitions() {
        return pausedPartitions;
    }

    /** Records polled and not admitted yet, now. */
    public int carriedRecords() {
        return carriedRecords;
    }

    /** Records of the budget in use now. */
    public long usedRecords() {
        return usedRecords.get();
    }

    /** Bytes of the budget in use now. */
    public long usedBytes() {
        return usedBytes.get();
    }

    private static void add(AtomicLong counter, long n) {
        counter.lazySet(counter.get() + n);
    }
}
