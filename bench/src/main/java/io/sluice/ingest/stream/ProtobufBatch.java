package io.sluice.ingest.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.sluice.ingest.delivery.Batch;
import io.sluice.ingest.delivery.Entry;
import io.sluice.ingest.delivery.Header;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.Record;
import org.jspecify.annotations.Nullable;

/** The rejected alternative to {@link BatchEncoder}: a batch as protobuf's objects, with as little copying as they allow. */
final class ProtobufBatch {
    private ProtobufBatch() {}

    static GatewayFrame frame(Batch batch, long leaseNs) {
        var out = io.sluice.proto.processor.v1.Batch.newBuilder()
                .setBatchId(batch.id())
                .setLease(Durations.of(leaseNs));
        for (int i = 0; i < batch.size(); i++) {
            out.addRecords(record(batch.entry(i), batch.group(i)));
        }
        return GatewayFrame.newBuilder().setBatch(out).build();
    }

    private static Record record(Entry entry, int group) {
        int type = entry.timestampType();
        Record.Builder out = Record.newBuilder()
                .setTopic(entry.topic())
                .setPartition(entry.partitionNumber())
                .setOffset(entry.offset())
                .setTimestampMs(entry.timestampMs())
                .setTimestampTypeValue(type == 0 || type == 1 ? type + 1 : 0)
                .setGroup(group)
                .setAttempt(entry.attempts() + 1);
        ByteString key = wrap(entry.key());
        if (key != null) {
            out.setKey(key);
        }
        ByteString value = wrap(entry.value());
        if (value != null) {
            out.setValue(value);
        }
        for (Header header : entry.headers()) {
            var named = io.sluice.proto.processor.v1.Header.newBuilder().setName(header.name());
            ByteString content = wrap(header.value());
            out.addHeaders(content == null ? named : named.setValue(content));
        }
        return out.build();
    }

    private static @Nullable ByteString wrap(byte @Nullable [] bytes) {
        return bytes == null ? null : UnsafeByteOperations.unsafeWrap(bytes);
    }
}
