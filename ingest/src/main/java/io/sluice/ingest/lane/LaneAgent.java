package io.sluice.ingest.lane;

import io.sluice.ingest.delivery.Delivery;
import io.sluice.ingest.delivery.DeliverySettings;
import io.sluice.ingest.delivery.DeliveryStats;
import io.sluice.ingest.delivery.DeliveryView;
import io.sluice.ingest.delivery.Effects;
import io.sluice.ingest.delivery.Flood;
import io.sluice.ingest.delivery.Observer;
import io.sluice.ingest.delivery.Outgoing;
import io.sluice.ingest.delivery.ParkingEntry;
import io.sluice.ingest.delivery.ParkingHeaders;
import io.sluice.ingest.delivery.ParkingWrite;
import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.ring.CommitBoard;
import io.sluice.ingest.ring.Doorbell;
import io.sluice.ingest.ring.Inquiry;
import io.sluice.ingest.ring.ParkingBoard;
import io.sluice.ingest.ring.Position;
import io.sluice.ingest.ring.PublishRing;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot;
import io.sluice.ingest.ring.Reply;
import io.sluice.ingest.ring.ReplyRing;
import io.sluice.ingest.ring.Revocation;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The duty cycle of a lane: joins the rings to {@link Delivery} and is the only thread that touches it, or calls a
 * stream. {@link #doWork} is one cycle; {@link LaneRunner} repeats it, tests call it by hand.
 */
public final class LaneAgent implements Effects {
    private static final Logger LOG = LoggerFactory.getLogger(LaneAgent.class);

    private static final long CLOSE_GRACE_NS = 1_000_000_000L;

    private final String pipeline;
    private final RecordRing records;
    private final ReplyRing replies;
    private final PublishRing letters;
    private final Doorbell room;
    private final Delivery delivery;
    private final Inquiry<DeliveryView> views = new Inquiry<>();

    private volatile boolean closing;

    // owned by: lane thread
    private final IdentityHashMap<PartitionEpoch, CommitBoard> boards = new IdentityHashMap<>();
    private final IdentityHashMap<PartitionEpoch, Revocation> revocations = new IdentityHashMap<>();
    private final IdentityHashMap<PartitionEpoch, Revocation> leaves = new IdentityHashMap<>();
    private long nowNs;

    /**
     * @param room of the poll thread, rung when there may be room for more records
     * @param observer hears of batches; called by the lane thread
     */
    public LaneAgent(
            String pipeline,
            DeliverySettings settings,
            RecordRing records,
            ReplyRing replies,
            PublishRing letters,
            Doorbell room,
            Observer observer) {
        this.pipeline = pipeline;
        this.records = records;
        this.replies = replies;
        this.letters = letters;
        this.room = room;
        this.delivery = new Delivery(settings, this, observer);
    }

    /**
     * One cycle: replies first, because they free credit; then what is due, new records, dispatch, and the news.
     *
     * @return how much was done; 0: the thread may rest for {@link #idleNs}
     */
    int doWork(long nowNs) {
        this.nowNs = nowNs;
        int work = replies.drain(this::onReply);
        work += delivery.tick(nowNs);
        work += records.drain(this::onSlot);
        if (closing) {
            closing = false;
            delivery.closeStreams("the gateway stops", CLOSE_GRACE_NS);
        }
        work += delivery.dispatch(nowNs);
        delivery.tellNews(nowNs);
        // Also without work: a time that is over may have put what was ready back to waiting.
        boolean backlogChanged = records.ready(delivery.readyRecords());
        if (work > 0 || backlogChanged) {
            room.ring();
        }
        tellFlood(delivery.floodNews());
        views.answer(() -> delivery.view(nowNs));
        return work;
    }

    /** How long the thread may rest when nothing arrives, at most {@code maxNs}. Lane thread. */
    long idleNs(long nowNs, long maxNs) {
        return delivery.idleNs(nowNs, maxNs);
    }

    /** Whether there is something to do at once. Lane thread. */
    boolean hasWork() {
        return records.hasWork() || replies.hasWork() || closing || views.isOpen();
    }

    /** Asks the lane to end its streams; ring its doorbell afterwards. Any thread. */
    void closeStreams() {
        closing = true;
    }

    /** Counters, readable from any thread. */
    public DeliveryStats stats() {
        return delivery.stats();
    }

    /** Asks for a picture of the moment; ring the lane's doorbell afterwards. Any thread. */
    CompletableFuture<DeliveryView> requestView() {
        return views.ask();
    }

    private void onSlot(RecordSlot slot) {
        switch (slot.kind) {
            case RECORD -> onRecord(slot);
            case POSITION -> delivery.position(partitionOf(slot), slot.offset);
            case ASSIGNED -> {
                if (slot.word instanceof RecordSlot.Assigned assigned) {
                    boards.put(assigned.partition(), assigned.board());
                    delivery.assigned(assigned.partition());
                }
            }
            case RESTORED -> {
                if (slot.word instanceof RecordSlot.Restored restored) {
                    delivery.restored(restored.partition(), restored.completions());
                }
            }
            case PARKED -> {
                if (slot.word instanceof RecordSlot.Parked parked) {
                    onParked(parked);
                }
            }
            case PARKING_END -> {
                if (slot.word instanceof RecordSlot.ParkingEnd end) {
                    delivery.parking().readToEnd(end.partition(), end.generation());
                }
            }
            case LEAVE -> {
                if (slot.word instanceof RecordSlot.Leave leave) {
                    leaves.put(leave.partition(), leave.answer());
                    delivery.parking().leave(leave.partition(), leave.committed(), leave.done());
                }
            }
            case REVOKED -> {
                if (slot.word instanceof Revocation revocation) {
                    onRevocation(revocation);
                }
            }
        }
    }

    private void onRecord(RecordSlot slot) {
        PartitionEpoch partition = partitionOf(slot);
        if (slot.origin != null) {
            delivery.returned(
                    partition, slot.offset, slot.leaderEpoch, slot.key, slot.value, slot.headers, slot.origin, nowNs);
            return;
        }
        delivery.received(
                partition,
                slot.offset,
                slot.timestampMs,
                slot.timestampType,
                slot.leaderEpoch,
                slot.key,
                slot.value,
                slot.headers,
                nowNs);
    }

    private void onParked(RecordSlot.Parked parked) {
        ParkingHeaders.Read read = parked.read();
        if (!parked.back()) {
            delivery.parking().read(parked.partition(), read.entry(), parked.place());
        } else if (read.entry() instanceof ParkingEntry.Parked entry) {
            delivery.parking()
                    .back(
                            parked.partition(),
                            entry.origin(),
                            read.timestampMs(),
                            read.timestampType(),
                            parked.key(),
                            parked.value(),
                            read.own(),
                            nowNs);
        }
    }

    private static PartitionEpoch partitionOf(RecordSlot slot) {
        PartitionEpoch partition = slot.partition;
        if (partition == null) {
            throw new IllegalStateException("a slot without its partition");
        }
        return partition;
    }

    private void onRevocation(Revocation revocation) {
        List<PartitionEpoch> partitions = revocation.partitions();
        for (PartitionEpoch partition : partitions) {
            if (boards.containsKey(partition)) {
                revocations.put(partition, revocation);
            } else {
                revocation.answer(partition, new Position(-1, ""));
            }
        }
        if (revocation.lost()) {
            delivery.lost(partitions, nowNs);
        } else {
            delivery.revoke(partitions, revocation.deadlineNs(), nowNs);
        }
    }

    private void onReply(Reply reply) {
        if (reply instanceof Reply.Results results) {
            warn(delivery.results(results.stream(), results.batches(), nowNs));
            results.stream().frameHandled();
        } else if (reply instanceof Reply.CreditLevel credit) {
            delivery.credit(credit.stream(), credit.creditRecords(), credit.creditBytes());
            credit.stream().frameHandled();
        } else if (reply instanceof Reply.Extend extend) {
            delivery.extend(extend.stream(), extend.batchIds(), extend.leaseNs(), nowNs);
            extend.stream().frameHandled();
        } else if (reply instanceof Reply.Draining draining) {
            delivery.draining(draining.stream());
            draining.stream().frameHandled();
        } else if (reply instanceof Reply.Published published) {
            onPublished(published.letter(), published.place());
        } else if (reply instanceof Reply.PublishFailed failed) {
            onPublishFailed(failed.letter(), failed.why());
        } else if (reply instanceof Reply.StreamUp up) {
            delivery.streamUp(up.stream(), up.info(), up.creditRecords(), up.creditBytes());
        } else if (reply instanceof Reply.StreamDown down) {
            delivery.streamDown(down.stream(), down.blame(), nowNs);
        } else if (reply instanceof Reply.Violation violation) {
            warn(delivery.violation(violation.stream(), DeliveryStats.Violation.FRAME, violation.text(), nowNs));
        }
        // Reply.Ready only wakes the lane: dispatch looks at the transport itself.
    }

    private void onPublished(Outgoing letter, long place) {
        if (letter instanceof ParkingWrite write) {
            delivery.parking().published(write, place, nowNs);
        } else {
            delivery.published(letter, nowNs);
        }
    }

    private void onPublishFailed(Outgoing letter, String why) {
        if (letter instanceof ParkingWrite write) {
            delivery.parking().publishFailed(write, why, nowNs);
        } else {
            delivery.publishFailed(letter, why, nowNs);
        }
    }

    private void warn(@Nullable String violation) {
        if (violation != null) {
            LOG.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("violation", violation)
                    .log("a processor broke the contract; its stream is closed, its open records are delivered again");
        }
    }

    private void tellFlood(@Nullable Flood flood) {
        if (flood == null) {
            return;
        }
        var log = flood.state() == Flood.State.CLOSED ? LOG.atInfo() : LOG.atError();
        log.addKeyValue("pipeline", pipeline)
                .log(
                        flood.state() == Flood.State.CLOSED
                                ? "the dead-letter flood is over; records are sent again"
                                : flood.line());
    }

    @Override
    public boolean publish(Outgoing letter) {
        return letters.offer(letter);
    }

    @Override
    public void progress(PartitionEpoch partition, long committable, long settledRecords, long settledBytes) {
        CommitBoard board = boards.get(partition);
        if (board != null) {
            board.progress(committable, settledRecords, settledBytes);
        }
    }

    @Override
    public void completions(PartitionEpoch partition, String metadata) {
        CommitBoard board = boards.get(partition);
        if (board != null) {
            board.completions(metadata);
        }
    }

    @Override
    public void readParked(PartitionEpoch partition, long[] places) {
        CommitBoard board = boards.get(partition);
        if (board != null) {
            board.parking().read(places);
        }
    }

    @Override
    public void parkingClaimed(PartitionEpoch partition) {
        CommitBoard board = boards.get(partition);
        if (board != null) {
            board.parking().claim();
        }
    }

    @Override
    public void parkingPosition(PartitionEpoch partition, long place) {
        CommitBoard board = boards.get(partition);
        if (board != null) {
            board.parking().position(place);
        }
    }

    @Override
    public void parkedNow(PartitionEpoch partition, int keys, long records, int withheld, long sinceNs) {
        CommitBoard board = boards.get(partition);
        if (board != null) {
            board.parking().level(new ParkingBoard.Level(keys, records, withheld, sinceNs));
        }
    }

    @Override
    public void parkingLeft(PartitionEpoch partition) {
        Revocation asked = leaves.remove(partition);
        if (asked != null) {
            asked.answer(partition, new Position(-1, ""));
        }
    }

    @Override
    public long committed(PartitionEpoch partition) {
        CommitBoard board = boards.get(partition);
        return board == null ? -1 : board.committed();
    }

    @Override
    public void revoked(PartitionEpoch partition, long committable, String metadata) {
        boards.remove(partition);
        Revocation revocation = revocations.remove(partition);
        if (revocation != null) {
            revocation.answer(partition, new Position(committable, metadata));
        }
    }
}
