package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.DeliveryStats.Violation;
import io.sluice.ingest.delivery.StreamPort.CloseCause;
import io.sluice.ingest.delivery.StreamPort.RevokeCause;
import java.util.ArrayList;
import java.util.List;

/**
 * The life of a lane's records, from received to settled: a deterministic machine. Events come in through the
 * methods, in any order that the edges can produce; effects go out through {@link Effects} and {@link StreamPort}.
 *
 * <p>Single-threaded: the lane thread calls everything. Time is a parameter, from a monotonic clock in nanoseconds.
 * A cycle is: replies, {@link #tick}, records, {@link #dispatch}, {@link #tellNews}.
 */
public final class Delivery {
    private final DeliverySettings settings;
    private final DeliveryStats stats = new DeliveryStats();
    private final Deadlines deadlines = new Deadlines();
    private final Queues queues;
    private final Streams streams;
    private final Partitions partitions;
    private final FloodBreaker breaker;
    private final Arrivals arrivals;
    private final DeadLetterDesk desk;
    private final ParkingDesk parking;
    private final AgeLimit age;
    private final Suspects suspects;
    private final Settlement settlement;
    private final Dispatch dispatch;
    private long lastProgressNs;

    public Delivery(DeliverySettings settings, Effects effects, Observer observer) {
        this.settings = settings;
        this.queues = new Queues(settings.ordering(), settings.hashSeed(), deadlines);
        this.streams = new Streams(deadlines, stats);
        CompletionEncoder completions =
                new CompletionEncoder(settings.pipeline(), settings.epochMsAtZero(), CompletionCodec.MAX_CHARS);
        this.partitions = new Partitions(queues, effects, observer, completions, stats);
        this.breaker = new FloodBreaker(settings.flood(), stats.floods);
        this.desk = new DeadLetterDesk(effects, queues, partitions, settings.retry(), stats, breaker);
        this.age = new AgeLimit(settings.retry(), queues, desk, breaker);
        this.parking = new ParkingDesk(settings, effects, queues, partitions, age, stats);
        Delays delays = new Delays(settings, queues, desk);
        this.arrivals = new Arrivals(settings, partitions, queues, delays, age, parking, stats);
        this.suspects = new Suspects(queues, streams, settings.batchRecords());
        this.settlement = new Settlement(
                queues, partitions, desk, delays, suspects, settings.retry(), stats, observer, breaker, age);
        this.dispatch = new Dispatch(settings, queues, streams, suspects, desk, deadlines, stats, observer, breaker);
    }

    /** Counters, readable from any thread. */
    public DeliveryStats stats() {
        return stats;
    }

    /** A partition is ours from now on. */
    public void assigned(PartitionEpoch partition) {
        partitions.assigned(partition);
    }

    /** What an earlier owner left done in a partition; before its first record. */
    public void restored(PartitionEpoch partition, Completions completions) {
        OffsetLedger ledger = partitions.ledger(partition);
        if (ledger != null) {
            ledger.restore(completions);
        }
    }

    /**
     * A record has come out of the ring. Arrays are kept, not copied.
     *
     * @param leaderEpoch of the leader that wrote it; -1: not known
     */
    public void received(
            PartitionEpoch partition,
            long offset,
            long timestampMs,
            int timestampType,
            int leaderEpoch,
            byte[] key,
            byte[] value,
            Header[] headers,
            long nowNs) {
        OffsetLedger ledger = expecting(partition, nowNs);
        if (ledger != null) {
            arrivals.received(ledger, offset, timestampMs, timestampType, leaderEpoch, key, value, headers, nowNs);
        }
    }

    /** The same for a record of one of the pipeline's retry topics. */
    public void returned(
            PartitionEpoch partition,
            long offset,
            int leaderEpoch,
            byte[] key,
            byte[] value,
            Header[] headers,
            Origin origin,
            long nowNs) {
        OffsetLedger ledger = expecting(partition, nowNs);
        if (ledger != null) {
            arrivals.returned(ledger, offset, leaderEpoch, key, value, headers, origin, nowNs);
        }
    }

    /** The ledger for one more record; null: it is too late for that. */
    private OffsetLedger expecting(PartitionEpoch partition, long nowNs) {
        OffsetLedger ledger = partitions.ledger(partition);
        if (ledger == null || ledger.closing) {
            return null;
        }
        if (partitions.liveRecords() == 0) {
            lastProgressNs = nowNs;
        }
        return ledger;
    }

    /** Where the consumer stands in a partition, after all records handed over so far. */
    public void position(PartitionEpoch partition, long next) {
        OffsetLedger ledger = partitions.ledger(partition);
        // What a closing partition drops must stay above its position.
        if (ledger != null && !ledger.closing) {
            arrivals.position(ledger, next);
        }
    }

    /**
     * Gives partitions up: what was sent, and what lies below it, may settle until the deadline. {@link
     * Effects#revoked} ends it.
     */
    public void revoke(List<PartitionEpoch> revoked, long deadlineNs, long nowNs) {
        for (PartitionEpoch partition : revoked) {
            OffsetLedger ledger = partitions.ledger(partition);
            if (ledger != null && !ledger.closing) {
                partitions.beginClose(ledger, deadlineNs, nowNs);
            }
        }
        closeDue(nowNs);
    }

    /** Partitions that already belong to somebody else. */
    public void lost(List<PartitionEpoch> lost, long nowNs) {
        streams.askBack(lost, 0);
        for (PartitionEpoch partition : lost) {
            OffsetLedger ledger = partitions.ledger(partition);
            if (ledger != null) {
                ledger.closing = true;
                desk.forget(ledger);
                partitions.close(ledger, nowNs);
            }
        }
        recordsTaken();
    }

    /** A processor has said hello. {@code creditBytes} 0: no limit in bytes. */
    public void streamUp(StreamPort port, StreamInfo info, long creditRecords, long creditBytes) {
        StreamState stream = new StreamState(port, info);
        stream.credit(creditRecords, creditBytes);
        streams.add(stream);
        breaker.streamUp();
    }

    /** A new credit level. */
    public void credit(StreamPort port, long records, long bytes) {
        StreamState stream = streams.of(port);
        if (stream != null) {
            stream.credit(records, bytes);
        }
    }

    /** The processor takes no more batches. */
    public void draining(StreamPort port) {
        StreamState stream = streams.of(port);
        if (stream != null) {
            stream.draining = true;
            finishDraining(stream);
        }
    }

    /**
     * A stream has ended.
     *
     * @param blame whether what was open on it may be the reason
     */
    public void streamDown(StreamPort port, boolean blame, long nowNs) {
        StreamState stream = streams.of(port);
        if (stream != null) {
            end(stream, blame ? Settlement.TakeBack.STREAM_LOST : Settlement.TakeBack.STREAM_CLOSED, nowNs);
        }
    }

    /** Ends every stream: no more batches; what is open may still be answered within the grace. */
    public void closeStreams(String reason, long graceNs) {
        for (StreamState stream : streams.all()) {
            stream.draining = true;
            stream.port.close(CloseCause.SHUTDOWN, reason, graceNs);
        }
    }

    /** Verdicts. Returns what was wrong with the frame and led to the stream's end; null: nothing. */
    public String results(StreamPort port, List<BatchVerdicts> frame, long nowNs) {
        StreamState stream = streams.of(port);
        if (stream == null) {
            countStale(frame);
            return null;
        }
        ResultsCheck.Fault fault = ResultsCheck.stage(stream, frame);
        if (fault != null) {
            return violation(port, fault.violation(), fault.violation() + ": " + fault.text(), nowNs);
        }
        if (settlement.apply(stream, frame, nowNs) > 0) {
            lastProgressNs = nowNs;
        }
        finishDraining(stream);
        return null;
    }

    /** A processor broke the contract: its stream ends now, with the text for its author. Returns the text. */
    public String violation(StreamPort port, Violation violation, String text, long nowNs) {
        StreamState stream = streams.of(port);
        if (stream == null) {
            return null;
        }
        stats.violations(violation).add(1);
        port.close(CloseCause.PROTOCOL_ERROR, text, 0);
        end(stream, Settlement.TakeBack.STREAM_LOST, nowNs);
        return text;
    }

    /** More time for batches. {@code leaseNs <= 0}: the pipeline's lease. */
    public void extend(StreamPort port, List<Long> batchIds, long leaseNs, long nowNs) {
        StreamState stream = streams.of(port);
        if (stream == null) {
            return;
        }
        long asked = nowNs + (leaseNs > 0 ? Math.min(leaseNs, settings.maxLeaseNs()) : settings.leaseNs());
        for (Long id : batchIds) {
            Batch batch = stream.batches.get(id);
            if (batch != null) {
                long latest = batch.sentNs + settings.maxLeaseNs();
                deadlines.schedule(batch, asked - latest > 0 ? latest : asked);
            }
        }
    }

    /** A letter is durable. */
    public void published(Outgoing letter, long nowNs) {
        desk.published(letter, nowNs);
        lastProgressNs = nowNs;
    }

    /** A letter could not be written; it will be tried again. */
    public void publishFailed(Outgoing letter, String why, long nowNs) {
        desk.failed(letter, why, nowNs);
    }

    /** Does what is due. Returns how many things that was. */
    public int tick(long nowNs) {
        int n = 0;
        for (Timed item; (item = deadlines.pollDue(nowNs)) != null; n++) {
            if (item instanceof Batch batch) {
                expire(batch, nowNs);
            } else if (item instanceof KeyQueue queue) {
                queues.rest(queue, nowNs);
            } else if (item instanceof Letter letter) {
                desk.retry(letter);
            } else if (item instanceof StreamState stream) {
                streams.readmit(stream);
            } else if (item instanceof AgeLimit.Expiry expiry) {
                age.due(expiry, nowNs);
            }
        }
        return n + desk.offer() + parking.tick(nowNs) + closeDue(nowNs);
    }

    private void expire(Batch batch, long nowNs) {
        StreamState stream = batch.stream;
        stats.leasesExpired.add(1);
        settlement.takeBack(batch, Settlement.TakeBack.LEASE_EXPIRED, nowNs);
        streams.expired(stream, nowNs);
        stream.port.revoke(List.of(batch.id), List.of(), 0, RevokeCause.LEASE_EXPIRED);
        finishDraining(stream);
    }

    /** Sends what can be sent. Returns how many records that was. */
    public int dispatch(long nowNs) {
        return settlement.holds(nowNs) ? 0 : dispatch.run(nowNs);
    }

    private void end(StreamState stream, Settlement.TakeBack why, long nowNs) {
        for (Batch batch : new ArrayList<>(stream.batches.values())) {
            settlement.takeBack(batch, why, nowNs);
        }
        streams.remove(stream);
    }

    /** A draining processor that holds nothing any more is let go. */
    private void finishDraining(StreamState stream) {
        if (stream.draining && stream.batches.isEmpty() && !stream.down) {
            stream.port.close(CloseCause.SHUTDOWN, "drained", 1_000_000_000L);
            streams.remove(stream);
        }
    }

    private int closeDue(long nowNs) {
        if (!partitions.anyClosing()) {
            return 0;
        }
        List<PartitionEpoch> due = partitions.takeBackDue(nowNs);
        if (!due.isEmpty()) {
            streams.askBack(due, partitions.untilNextClose(nowNs, Long.MAX_VALUE));
        }
        int n = partitions.closeDue(nowNs, desk, parking, streams.anyUsable() && breaker.closed());
        if (n > 0) {
            recordsTaken();
        }
        return n;
    }

    /** Partitions took open records with them: a stream, or a probe, may hold nothing any more. */
    private void recordsTaken() {
        suspects.abandoned();
        for (int i = streams.all().size() - 1; i >= 0; i--) {
            finishDraining(streams.all().get(i));
        }
    }

    private void countStale(List<BatchVerdicts> frame) {
        for (BatchVerdicts verdicts : frame) {
            for (VerdictRange range : verdicts.verdicts()) {
                stats.stale(DeliveryStats.Stale.BATCH_GONE).add(Math.max(0, range.count()));
            }
        }
    }

    /** Records that only wait for a stream that takes them. */
    public int readyRecords() {
        return queues.ready.records;
    }

    /** Says what has changed of the partitions since the last call. Call at the end of a cycle. */
    public void tellNews(long nowNs) {
        partitions.tellNews(nowNs);
    }

    /** How long the lane may sleep if nothing arrives, at most {@code maxNs}. */
    public long idleNs(long nowNs, long maxNs) {
        long until = partitions.untilNextNews(nowNs, deadlines.untilNext(nowNs, maxNs));
        if (settlement.holding) {
            until = Math.min(until, Math.max(0, settlement.holdUntilNs - nowNs));
        }
        until = parking.untilNext(nowNs, until);
        return Math.min(breaker.untilProbe(nowNs, until), dispatch.untilLingerEnds(nowNs));
    }

    /** A picture of the moment, for operators. */
    public DeliveryView view(long nowNs) {
        return DeliveryView.of(this, nowNs);
    }

    /** What the breaker for dead letters has changed to since the last call; null: nothing. */
    public Flood floodNews() {
        return breaker.takeNews();
    }

    /** What waits in parking logs. */
    public ParkingDesk parking() {
        return parking;
    }

    FloodBreaker breaker() {
        return breaker;
    }

    Queues queues() {
        return queues;
    }

    Streams streams() {
        return streams;
    }

    Partitions partitions() {
        return partitions;
    }

    DeadLetterDesk desk() {
        return desk;
    }

    Settlement settlement() {
        return settlement;
    }

    long lastProgressNs() {
        return lastProgressNs;
    }
}
