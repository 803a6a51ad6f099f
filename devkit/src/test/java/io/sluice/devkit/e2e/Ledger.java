package io.sluice.devkit.e2e;

import io.sluice.processor.Outcome;
import io.sluice.processor.Record;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a processor under test saw and said, checked as it happens: each record gets one final verdict, and the records
 * of a unit of order (a key, a partition, or nothing) are begun only when the one before has its own.
 */
final class Ledger {
    /** Which records of a partition must follow each other. */
    enum Unit {
        RECORD,
        KEY,
        PARTITION
    }

    private record Place(String topic, int partition, long offset) {}

    private record Position(long offset, boolean done) {}

    private final Unit unit;
    private final Map<Place, Outcome> finals = new ConcurrentHashMap<>();
    private final Map<Object, Position> positions = new ConcurrentHashMap<>();
    final AtomicLong deliveries = new AtomicLong();
    final AtomicLong duplicates = new AtomicLong();
    final AtomicLong orderViolations = new AtomicLong();

    Ledger(Unit unit) {
        this.unit = unit;
    }

    /** A record reaches the handler. */
    void begun(Record record) {
        deliveries.incrementAndGet();
        if (unit == Unit.RECORD || (unit == Unit.KEY && record.key() == null)) {
            return;
        }
        positions.compute(unitOf(record), (u, before) -> {
            boolean inOrder = before == null
                    || record.offset() == before.offset()
                    || (record.offset() > before.offset() && before.done());
            if (!inOrder && record.offset() > before.offset()) {
                orderViolations.incrementAndGet();
            }
            // A smaller offset is a redelivery: a duplicate, not disorder, and the count of duplicates has it.
            boolean done = before != null && record.offset() == before.offset() && before.done();
            return new Position(record.offset(), done);
        });
    }

    /** The handler's verdict. */
    void ended(Record record, Outcome outcome) {
        if (outcome != Outcome.ACK && outcome != Outcome.REJECT) {
            return;
        }
        if (finals.put(new Place(record.topic(), record.partition(), record.offset()), outcome) != null) {
            duplicates.incrementAndGet();
        }
        if (unit != Unit.RECORD) {
            positions.put(unitOf(record), new Position(record.offset(), true));
        }
    }

    long finished() {
        return finals.size();
    }

    long count(Outcome outcome) {
        return finals.values().stream().filter(o -> o == outcome).count();
    }

    private Object unitOf(Record record) {
        if (unit == Unit.PARTITION) {
            return Map.entry(record.topic(), record.partition());
        }
        byte[] key = record.key();
        return Map.entry(
                Map.entry(record.topic(), record.partition()), ByteBuffer.wrap(key == null ? new byte[0] : key));
    }
}
