package io.sluice.ingest.source;

import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.ParkingEntry;
import io.sluice.ingest.delivery.ParkingHeaders;
import io.sluice.ingest.ring.RecordSlot;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the parking logs of the partitions that this member has: once from the committed position to the lane's claim, then
 * by place. Belongs to no group; whoever has the source partition has its log. Owned by: poll thread.
 */
final class ParkingReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ParkingReader.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final long AGAIN_NS = 1_000_000_000L;
    /** While records are read back more will be. */
    private static final long ACTIVE_NS = 1_000_000_000L;

    private static final long READING_MS = 2;
    private static final long PARKED_MS = 20;
    /** What lies between two places is read over if it is no more than this, and skipped by a seek otherwise. */
    private static final long READ_OVER = 1_000;

    private final String pipeline;
    private final Map<String, Object> props;
    private final RingWriter writer;
    private final Map<TopicPartition, PartitionState> logs = new HashMap<>();
    private @Nullable Consumer<byte[], byte[]> reader;
    private long againNs = System.nanoTime();
    private long readNs = againNs - ACTIVE_NS;

    /**
     * @param consumerProps of the lane's own consumer
     */
    ParkingReader(String pipeline, Map<String, Object> consumerProps, RingWriter writer) {
        this.pipeline = pipeline;
        this.writer = writer;
        this.props = new HashMap<>(consumerProps);
        List.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG)
                .forEach(props::remove);
        props.computeIfPresent(ConsumerConfig.CLIENT_ID_CONFIG, (k, id) -> id + "-parking");
        // Read on at once behind what is known to be there.
        props.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
        props.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1000");
    }

    /** How long the poll thread may stay away, in milliseconds, at most {@code maxMs}. */
    long restMs(long maxMs) {
        if (logs.isEmpty()) {
            return maxMs;
        }
        boolean reading = System.nanoTime() - readNs < ACTIVE_NS;
        boolean parked = false;
        for (PartitionState partition : logs.values()) {
            reading |= !partition.open();
            parked |= partition.board.parking().level().keys() > 0;
        }
        return Math.min(maxMs, reading ? READING_MS : parked ? PARKED_MS : maxMs);
    }

    /** Reads what is wanted and there. After an assignment it asks three times what the brokers know, for a second at most each; what is not answered is asked again. */
    void tick(Consumer<byte[], byte[]> main, List<PartitionState> assigned) throws StartFailure {
        long nowNs = System.nanoTime();
        if (nowNs - againNs < 0) {
            return;
        }
        try {
            Consumer<byte[], byte[]> open = assign(main, assigned);
            if (open != null && writer.flushWords()) {
                read(open, main);
            }
        } catch (InvalidOffsetException e) {
            againNs = nowNs + AGAIN_NS;
            for (TopicPartition tp : e.partitions()) {
                gone(main, tp, "a position is gone");
            }
        } catch (RetriableException e) {
            againNs = nowNs + AGAIN_NS;
            log.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .log("cannot read the parking log, will be tried again: {}", Failures.line(e));
        }
    }

    private @Nullable Consumer<byte[], byte[]> assign(Consumer<byte[], byte[]> main, List<PartitionState> assigned)
            throws StartFailure {
        Set<TopicPartition> fresh = new HashSet<>();
        int known = 0;
        for (PartitionState partition : assigned) {
            ParkingLog own = partition.parking;
            if (own != null) {
                known += logs.get(own.tp) == partition ? 1 : 0;
                if (own.end < 0) {
                    fresh.add(own.tp);
                }
            }
        }
        if (fresh.isEmpty() && known == logs.size()) {
            return reader;
        }
        logs.clear();
        assigned.forEach(partition -> {
            if (partition.parking != null) {
                logs.put(partition.parking.tp, partition);
            }
        });
        Consumer<byte[], byte[]> open = reader == null ? new KafkaConsumer<>(props) : reader;
        reader = open;
        open.assign(logs.keySet());
        if (!fresh.isEmpty()) {
            position(open, main, fresh);
        }
        return open;
    }

    private void position(Consumer<byte[], byte[]> open, Consumer<byte[], byte[]> main, Set<TopicPartition> fresh)
            throws StartFailure {
        // In this order: an owner trims only what lies below the position it has committed.
        Map<TopicPartition, Long> begins = open.beginningOffsets(fresh, TIMEOUT);
        Map<TopicPartition, OffsetAndMetadata> committed = main.committed(fresh, TIMEOUT);
        Map<TopicPartition, Long> ends = open.endOffsets(fresh, TIMEOUT);
        for (TopicPartition tp : fresh) {
            PartitionState partition = logs.get(tp);
            Long begin = begins.get(tp);
            Long end = ends.get(tp);
            if (partition == null || partition.parking == null || begin == null || end == null) {
                continue;
            }
            OffsetAndMetadata from = committed.get(tp);
            // A partition that went and came back within one poll is still as it was left.
            open.resume(List.of(tp));
            if (from != null && from.offset() < begin) {
                throw cut(tp + ": it begins at " + begin + ", above the committed position " + from.offset(), null);
            }
            open.seek(tp, from == null ? begin : from.offset());
            partition.parking.end = end;
            partition.parking.committed = from == null ? -1 : from.offset();
        }
    }

    private void read(Consumer<byte[], byte[]> open, Consumer<byte[], byte[]> main) throws StartFailure {
        boolean any = false;
        for (PartitionState partition : logs.values()) {
            any |= partition.parking != null && prepare(open, partition, partition.parking);
        }
        if (!any) {
            return;
        }
        readNs = System.nanoTime();
        ConsumerRecords<byte[], byte[]> records = open.poll(Duration.ZERO);
        for (TopicPartition tp : records.partitions()) {
            PartitionState partition = logs.get(tp);
            if (partition == null || partition.parking == null) {
                continue;
            }
            for (ConsumerRecord<byte[], byte[]> record : records.records(tp)) {
                take(main, partition, partition.parking, record);
            }
        }
        for (PartitionState partition : logs.values()) {
            ParkingLog own = partition.parking;
            if (own != null && own.end >= 0 && !own.ended && open.position(own.tp) >= own.end) {
                own.ended = true;
                writer.parkingEnd(partition, main.groupMetadata().generationId());
            }
        }
        writer.flushWords();
    }

    /** Pauses, resumes and seeks as needed. Returns whether something is to be read. */
    private static boolean prepare(Consumer<byte[], byte[]> open, PartitionState partition, ParkingLog own) {
        if (own.end < 0) {
            return false;
        }
        for (long[] places; (places = partition.board.parking().nextRead()) != null; ) {
            own.want(places);
        }
        boolean claimed = partition.board.parking().claimed();
        boolean idle = claimed && own.wanted.isEmpty();
        if (idle != own.paused) {
            own.paused = idle;
            if (idle) {
                open.pause(List.of(own.tp));
            } else {
                open.resume(List.of(own.tp));
            }
        }
        if (claimed && !idle) {
            long first = own.wanted.firstKey();
            long position = open.position(own.tp);
            if (first < position || first - position > READ_OVER) {
                open.seek(own.tp, first);
            }
        }
        return !idle;
    }

    private void take(
            Consumer<byte[], byte[]> main,
            PartitionState partition,
            ParkingLog own,
            ConsumerRecord<byte[], byte[]> record)
            throws StartFailure {
        if (!partition.board.parking().claimed()) {
            checkClaim(own, record);
            hand(partition, record, false);
            return;
        }
        if (own.wanted.isEmpty()) {
            return;
        }
        if (own.wanted.firstKey() < record.offset()) {
            gone(main, own.tp, "record " + own.wanted.firstKey() + " is gone");
            return;
        }
        ParkingLog.Read read = own.wanted.remove(record.offset());
        if (read != null) {
            read.put(record);
            if (read.missing == 0) {
                for (ConsumerRecord<byte[], byte[]> each : read.records) {
                    if (each != null) {
                        hand(partition, each, true);
                    }
                }
            }
        }
    }

    /**
     * Something is not there any more. If somebody has committed a position beyond, the log is theirs and they have trimmed it:
     * this member is about to hear so. Otherwise it is an accident.
     */
    private void gone(Consumer<byte[], byte[]> main, TopicPartition tp, String what) throws StartFailure {
        PartitionState partition = logs.get(tp);
        if (partition == null || partition.parking == null || reader == null) {
            return;
        }
        Long begin = reader.beginningOffsets(Set.of(tp), TIMEOUT).get(tp);
        OffsetAndMetadata committed = main.committed(Set.of(tp), TIMEOUT).get(tp);
        if (begin == null
                || committed == null
                || committed.offset() < begin
                || committed.offset() <= partition.parking.committed) {
            throw cut(tp + ": " + what, null);
        }
        partition.parking.wanted.clear();
        partition.parking.end = partition.board.parking().claimed() ? partition.parking.end : -1;
    }

    /** Every entry follows the claim of its writer; if that is gone, others may be as well. */
    private static void checkClaim(ParkingLog own, ConsumerRecord<byte[], byte[]> record) throws StartFailure {
        ParkingHeaders.Read read = ParkingHeaders.read(record.key(), RingWriter.headersOf(record));
        if (read == null) {
            return;
        }
        long number = read.entry().owner().number();
        if (read.entry() instanceof ParkingEntry.Owner) {
            own.claimed = Math.max(own.claimed, number);
        } else if (number > own.claimed) {
            throw cut(own.tp + ": the claim before record " + record.offset() + " is gone", null);
        }
    }

    private static StartFailure cut(String what, @Nullable Exception cause) {
        return new StartFailure(
                "parking log " + what
                        + "; something else than this pipeline has removed records from it, and what waited"
                        + " there may be lost; nothing was committed",
                false,
                cause == null ? new IllegalStateException("parking log") : cause);
    }

    private void hand(PartitionState partition, ConsumerRecord<byte[], byte[]> record, boolean back) {
        Header[] headers = RingWriter.headersOf(record);
        ParkingHeaders.Read read = ParkingHeaders.read(record.key(), headers);
        if (read != null) {
            writer.parked(new RecordSlot.Parked(
                    partition.epoch, record.offset(), read, record.key(), back ? record.value() : null, back));
        }
    }

    @Override
    public void close() {
        Consumer<byte[], byte[]> open = reader;
        if (open != null) {
            open.close(CloseOptions.timeout(CLOSE));
        }
    }
}
