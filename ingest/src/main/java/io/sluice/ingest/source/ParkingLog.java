package io.sluice.ingest.source;

import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the poll thread knows of the parking log of one assignment of one partition. Owned by: poll thread. */
final class ParkingLog {
    final TopicPartition tp;

    /** Where the log ended when it was first asked; -1: not asked yet. */
    long end = -1;

    /** Whether the lane was told that it has all up to there. */
    boolean ended;

    boolean paused;

    /** Greatest number of a claim read. */
    long claimed = -1;

    /** Positions of the log: in the last commit sent, and confirmed; -1: none. */
    long sent = -1;

    long committed = -1;

    /** Places asked for and not read yet. */
    final TreeMap<Long, Read> wanted = new TreeMap<>();

    /** Records to be handed over together, in the order in which they were asked for. */
    static final class Read {
        final long[] places;
        final @Nullable ConsumerRecord<byte[], byte[]>[] records;
        int missing;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Read(long[] places) {
            this.places = places;
            this.records = new ConsumerRecord[places.length];
            this.missing = places.length;
        }

        void put(ConsumerRecord<byte[], byte[]> record) {
            for (int i = 0; i < places.length; i++) {
                if (places[i] == record.offset()) {
                    records[i] = record;
                    missing--;
                }
            }
        }
    }

    ParkingLog(TopicPartition tp) {
        this.tp = tp;
    }

    void want(long[] places) {
        Read read = new Read(places);
        for (long place : places) {
            wanted.put(place, read);
        }
    }
}
