package io.sluice.ingest.delivery;

/** Which records go to which stream now: suspects alone on theirs, all others to the least outstanding. */
final class Dispatch {
    private static final long TRY_LARGER_NS = 20_000_000L;

    private final DeliverySettings settings;
    private final Queues queues;
    private final Streams streams;
    private final Suspects suspects;
    private final DeadLetterDesk desk;
    private final Deadlines deadlines;
    private final DeliveryStats stats;
    private final Observer observer;
    private final FloodBreaker breaker;
    private final BatchBuilder builder;

    Dispatch(
            DeliverySettings settings,
            Queues queues,
            Streams streams,
            Suspects suspects,
            DeadLetterDesk desk,
            Deadlines deadlines,
            DeliveryStats stats,
            Observer observer,
            FloodBreaker breaker) {
        this.settings = settings;
        this.queues = queues;
        this.streams = streams;
        this.suspects = suspects;
        this.desk = desk;
        this.deadlines = deadlines;
        this.stats = stats;
        this.observer = observer;
        this.breaker = breaker;
        this.builder = new BatchBuilder(settings, queues, breaker);
    }

    /** Sends what can be sent. Returns how many records that was. */
    int run(long nowNs) {
        if (breaker.allowance(nowNs) == 0) {
            return 0;
        }
        refuseOversized(queues.suspects, nowNs);
        StreamState reserved = suspects.reserve();
        int sent = 0;
        Batch probe = suspects.next(builder, nowNs);
        if (probe != null) {
            sent += send(probe, nowNs);
        }
        while (!queues.ready.isEmpty() && breaker.allowance(nowNs) > 0) {
            StreamState stream = streams.pick(settings.batchRecords(), 0, reserved);
            if (stream == null || lingers(stream, nowNs)) {
                break;
            }
            Batch batch = builder.fromReady(stream, nowNs);
            if (batch != null) {
                sent += send(batch, nowNs);
            } else if (!queues.ready.isEmpty() && !placeOversized(stream, reserved, nowNs)) {
                break;
            }
        }
        return sent;
    }

    /** While a stream has work, a part-filled batch waits a moment for more. */
    private boolean lingers(StreamState stream, long nowNs) {
        return settings.lingerNs() > 0
                && stream.outstandingRecords() > 0
                && queues.ready.records < settings.batchRecords()
                && nowNs - queues.ready.first.readySinceNs < settings.lingerNs();
    }

    /** The first ready record does not fit the stream's frames or credit. Returns whether to go on dispatching. */
    private boolean placeOversized(StreamState stream, StreamState reserved, long nowNs) {
        if (queues.ready.first.head.wireBytes <= stream.frameRoom()) {
            return false;
        }
        KeyQueue queue = queues.firstReadyAlone(nowNs);
        Entry entry = queue.head;
        if (refuseOversized(queues.ready, nowNs)) {
            return true;
        }
        StreamState larger = streams.pick(settings.batchRecords(), entry.wireBytes, reserved);
        Batch batch = larger == null ? null : builder.fromReady(larger, nowNs);
        if (batch != null) {
            send(batch, nowNs);
        } else {
            queues.postpone(queue, nowNs + TRY_LARGER_NS, nowNs);
        }
        return true;
    }

    /** Dead-letters the first record of a list if no connected processor can take it. Returns whether it did. */
    private boolean refuseOversized(QueueList list, long nowNs) {
        KeyQueue queue = list.first;
        long room = streams.largestFrameRoom();
        if (queue == null || room == 0 || queue.head.wireBytes <= room) {
            return false;
        }
        queues.take(queue);
        Entry entry = queue.removeFirst();
        String reason = entry.bytes + " bytes do not fit the largest frame that a connected processor accepts";
        desk.begin(entry, Cause.TOO_LARGE, "TOO_LARGE", reason, Header.NONE, "", nowNs);
        queues.rest(queue, nowNs);
        return true;
    }

    private int send(Batch batch, long nowNs) {
        streams.sent(batch.stream, batch);
        breaker.sent(batch);
        deadlines.schedule(batch, nowNs + settings.leaseNs());
        stats.sentBatches.add(1);
        stats.sentRecords.add(batch.size());
        observer.batchSent(batch.size());
        batch.stream.port.send(batch, settings.leaseNs());
        return batch.size();
    }

    /** Time until a batch that lingers must go. */
    long untilLingerEnds(long nowNs) {
        if (queues.ready.isEmpty() || settings.lingerNs() <= 0) {
            return Long.MAX_VALUE;
        }
        long left = settings.lingerNs() - (nowNs - queues.ready.first.readySinceNs);
        return left > 0 ? left : Long.MAX_VALUE;
    }
}
