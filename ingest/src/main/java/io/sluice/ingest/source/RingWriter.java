package io.sluice.ingest.source;

import io.sluice.ingest.delivery.Completions;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Origin;
import io.sluice.ingest.delivery.RetryHeaders;
import io.sluice.ingest.ring.RecordRing;
import io.sluice.ingest.ring.RecordSlot;
import io.sluice.ingest.ring.RecordSlot.Assigned;
import io.sluice.ingest.ring.RecordSlot.Restored;
import io.sluice.ingest.ring.Revocation;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The poll thread's only way into the {@link RecordRing}. Words about the assignment wait here while the ring is
 * full and go before any record, so none is ever lost or overtaken. Owned by: poll thread.
 */
final class RingWriter {
    /** Most records published at once. */
    private static final int CHUNK = 512;

    /**
     * Records ready to be sent that are enough: more in memory would not be sent sooner, only be touched again when they
     * are no longer in a processor's cache, and copied by the garbage collector. Records that wait for something else
     * (their key, a retry) do not count.
     */
    static final int BACKLOG = 4096;

    private final RecordRing ring;
    private final PollStats stats;
    private final RetryTopics retry;
    private final ArrayDeque<Object> words = new ArrayDeque<>();
    private final Header[][] headers = new Header[CHUNK][];
    private final @Nullable Origin[] origins = new Origin[CHUNK];
    private final int[] sizes = new int[CHUNK];

    RingWriter(RecordRing ring, PollStats stats, RetryTopics retry) {
        this.ring = ring;
        this.stats = stats;
        this.retry = retry;
    }

    void assigned(PartitionState partition) {
        words.add(new Assigned(partition.epoch, partition.board));
    }

    void restored(PartitionState partition, Completions completions) {
        words.add(new Restored(partition.epoch, completions));
    }

    void parked(RecordSlot.Parked parked) {
        words.add(parked);
    }

    void parkingEnd(PartitionState partition, long generation) {
        words.add(new RecordSlot.ParkingEnd(partition.epoch, generation));
    }

    void leave(RecordSlot.Leave leave) {
        words.add(leave);
    }

    void revoked(Revocation revocation) {
        words.add(revocation);
    }

    /** Publishes the words that wait. False: the ring is full, some still wait. */
    boolean flushWords() {
        while (!words.isEmpty()) {
            if (ring.claim(1) == 0) {
                return false;
            }
            RecordSlot slot = ring.claimed(0);
            Object word = words.remove();
            slot.word = word;
            if (word instanceof Assigned assigned) {
                slot.kind = RecordSlot.Kind.ASSIGNED;
                slot.partition = assigned.partition();
            } else if (word instanceof Restored restored) {
                slot.kind = RecordSlot.Kind.RESTORED;
                slot.partition = restored.partition();
            } else if (word instanceof RecordSlot.Parked) {
                slot.kind = RecordSlot.Kind.PARKED;
            } else if (word instanceof RecordSlot.ParkingEnd) {
                slot.kind = RecordSlot.Kind.PARKING_END;
            } else if (word instanceof RecordSlot.Leave) {
                slot.kind = RecordSlot.Kind.LEAVE;
            } else {
                slot.kind = RecordSlot.Kind.REVOKED;
            }
            ring.publish();
        }
        return true;
    }

    /** Admits up to a chunk of a partition's waiting records. Returns how many. */
    int admit(PartitionState partition, Admission budget) {
        int wanted = measure(partition, budget);
        if (wanted == 0) {
            return 0;
        }
        int n = ring.claim(wanted);
        for (int i = 0; i < n; i++) {
            ConsumerRecord<byte[], byte[]> record = partition.carry.remove();
            fill(ring.claimed(i), partition, record, headers[i]);
            ring.claimed(i).origin = origins[i];
            partition.admittedBytes += sizes[i];
        }
        partition.admittedRecords += n;
        if (n > 0) {
            ring.publish();
        }
        for (int i = n; i < wanted; i++) {
            budget.giveBack(sizes[i]);
        }
        Arrays.fill(headers, 0, wanted, null);
        Arrays.fill(origins, 0, wanted, null);
        return n;
    }

    /** Whether the lane has enough to send. */
    boolean satisfied() {
        return ring.backlog() >= BACKLOG;
    }

    /** Tells the lane how far the consumer has read, unless records still wait before that. False: ring full. */
    boolean position(PartitionState partition) {
        if (partition.position == partition.toldPosition || !partition.carry.isEmpty()) {
            return true;
        }
        if (ring.claim(1) == 0) {
            return false;
        }
        RecordSlot slot = ring.claimed(0);
        slot.kind = RecordSlot.Kind.POSITION;
        slot.partition = partition.epoch;
        slot.offset = partition.position;
        ring.publish();
        partition.toldPosition = partition.position;
        return true;
    }

    /** Counts the records the budget lets in, with their sizes and headers, and takes them from the budget. */
    private int measure(PartitionState partition, Admission budget) {
        long heldRecords = partition.heldRecords();
        long heldBytes = partition.heldBytes();
        int n = 0;
        long most = Math.min(CHUNK, BACKLOG - ring.backlog());
        partition.notDue = false;
        for (ConsumerRecord<byte[], byte[]> record : partition.carry) {
            if (n >= most) {
                break;
            }
            headers[n] = headersOf(record);
            if (partition.delayNs > 0 && !due(partition, record, n)) {
                partition.notDue = n == 0;
                break;
            }
            sizes[n] = Entry.bytesOf(record.key(), record.value(), headers[n]);
            if (!budget.admits(heldRecords, heldBytes, sizes[n])) {
                stats.budgetFull();
                break;
            }
            budget.take(sizes[n]);
            heldRecords++;
            heldBytes += sizes[n];
            n++;
        }
        return n;
    }

    private boolean due(PartitionState partition, ConsumerRecord<byte[], byte[]> record, int index) {
        RetryHeaders.Returned returned = retry.due(partition, record, headers[index]);
        if (returned == null) {
            return false;
        }
        headers[index] = returned.own();
        origins[index] = returned.origin();
        return true;
    }

    private static void fill(
            RecordSlot slot, PartitionState partition, ConsumerRecord<byte[], byte[]> record, Header[] headers) {
        slot.kind = RecordSlot.Kind.RECORD;
        slot.partition = partition.epoch;
        slot.offset = record.offset();
        slot.timestampMs = record.timestamp();
        slot.timestampType = record.timestampType().id;
        slot.leaderEpoch = record.leaderEpoch().orElse(-1);
        slot.key = record.key();
        slot.value = record.value();
        slot.headers = headers;
    }

    static Header[] headersOf(ConsumerRecord<byte[], byte[]> record) {
        org.apache.kafka.common.header.Header[] from = record.headers().toArray();
        if (from.length == 0) {
            return Header.NONE;
        }
        Header[] to = new Header[from.length];
        for (int i = 0; i < from.length; i++) {
            to[i] = new Header(from[i].key(), from[i].value());
        }
        return to;
    }
}
