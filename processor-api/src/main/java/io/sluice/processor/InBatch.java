package io.sluice.processor;

import com.google.protobuf.Duration;
import io.sluice.proto.processor.v1.Batch;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it came. Immutable.
 *
 * @param id unique within the stream; unsigned
 * @param lease null: the stream's
 * @param records in the order of the batch; maybe none, which is against the contract
 */
record InBatch(long id, @Nullable Duration lease, List<Record> records) implements InFrame {
    /** Of records that nobody else changes. */
    static InBatch of(long id, @Nullable Duration lease, Record[] records) {
        return new InBatch(id, lease, Collections.unmodifiableList(Arrays.asList(records)));
    }

    /** What protobuf has decoded. */
    static InBatch of(Batch message) {
        Record[] records = message.getRecordsList().stream().map(Wire::record).toArray(Record[]::new);
        return of(message.getBatchId(), message.hasLease() ? message.getLease() : null, records);
    }

    int size() {
        return records.size();
    }

    Record record(int index) {
        return records.get(index);
    }
}
