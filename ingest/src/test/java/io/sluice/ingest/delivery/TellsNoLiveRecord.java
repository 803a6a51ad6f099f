package io.sluice.ingest.delivery;

/** Checks L3, which costs too much to be looked at after every step of a long simulation. */
final class TellsNoLiveRecord {
    /** The JVM's tests run one after the other. */
    private static final CompletionEncoder ENCODER = new CompletionEncoder("p", 0, CompletionCodec.MAX_CHARS);

    private TellsNoLiveRecord() {}

    static void check(Delivery delivery) {
        delivery.partitions().all().forEach(TellsNoLiveRecord::check);
    }

    private static void check(OffsetLedger ledger) {
        String metadata = ENCODER.encode(ledger, 0);
        Completions told = CompletionCodec.decode(
                        metadata,
                        "p",
                        ledger.partition.topic(),
                        ledger.partition.partition(),
                        Math.max(0, ledger.committable()))
                .completions();
        Restored done = new Restored(told);
        for (Entry e = ledger.oldest(); e != null; e = e.newer) {
            if (done.done(e.offset)) {
                throw new AssertionError("L3 " + e + " is told as done");
            }
        }
    }
}
