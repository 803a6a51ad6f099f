package io.sluice.devkit.sim;

/** What can go wrong, or be unusual, in the simulated world; a seed draws a rate for each, often zero. */
enum Fault {
    // The gateway.
    CRASH(15),
    LANE_PAUSE(20),
    /** With a crash: the log's tail is cut off and written anew under another leader. */
    TRUNCATE(500),
    // The log; a property of its records, so these stay when the faults end.
    GAP(300),
    ELECTION(100),
    NULL_KEY(200),
    LARGE_RECORD(20),
    /** Somebody else writes to a retry topic. */
    FOREIGN(100),
    POISON(8),
    FAILING(20),
    // Kafka's group and the commits.
    REBALANCE(600),
    LOST(500),
    EAGER(500),
    RETURN_AT_ONCE(700),
    ELSEWHERE(300),
    COMMIT_FAILS(300),
    COMMIT_ANSWER_LOST(300),
    COMMIT_NEVER_ANSWERED(100),
    RING_FULL(200),
    // Processors.
    DISCONNECT(60),
    KILLED(60),
    HANG(80),
    LATE(100),
    DUPLICATE(150),
    FORGED(15),
    AFTER_DOWN(300),
    RETRY(200),
    WIDE_SCOPE(300),
    LONG_RETRY(100),
    REJECT(100),
    RELEASE(100),
    PARTIAL(500),
    BACKWARDS(500),
    CREDIT(500),
    CREDIT_ZERO(300),
    DRAIN(150),
    EXTEND(300),
    NOT_READY(300),
    SLOW(200),
    // The dead-letter producer.
    PUBLISH_FAILS(400),
    PUBLISH_ANSWER_LOST(200),
    PUBLISH_SLOW(300),
    PUBLISH_FULL(300);

    /** Highest rate a seed may draw, in cases of a thousand. */
    final int most;

    Fault(int most) {
        this.most = most;
    }

    static final Fault[] ALL = values();
}
