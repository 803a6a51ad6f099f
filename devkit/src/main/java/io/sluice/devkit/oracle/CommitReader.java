package io.sluice.devkit.oracle;

import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.oracle.LogRecord.Committed;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/**
 * Reads every commit of a group from {@code __consumer_offsets} itself, so that none between two looks is missed. Commits of transactions
 * that were aborted are left out.
 *
 * <p>The topic is compacted, but never its newest segment: 100 MiB, some 500,000 commits, are there whole.
 */
public final class CommitReader {
    /** The topic where the broker keeps them. */
    public static final String OFFSETS = "__consumer_offsets";

    private CommitReader() {}

    /**
     * Gives all commits so far to {@code sink}, in the order in which the broker took them.
     *
     * @param bootstrapServers a listener that no fault touches
     * @throws IllegalStateException if nothing is read for 60 s
     */
    public static void read(String bootstrapServers, String group, Consumer<? super Committed> sink) {
        Topics.forEach(bootstrapServers, OFFSETS, message -> {
            decode(message).filter(commit -> commit.group().equals(group)).ifPresent(sink);
        });
    }

    /** A commit; empty: something else, or the removal of one. */
    public static Optional<Committed> decode(ConsumerRecord<byte[], byte[]> message) {
        if (message.key() == null || message.value() == null) {
            return Optional.empty();
        }
        ByteBuffer key = ByteBuffer.wrap(message.key());
        short type = key.getShort();
        if (type != CoordinatorRecordType.OFFSET_COMMIT.id()
                && type != CoordinatorRecordType.LEGACY_OFFSET_COMMIT.id()) {
            return Optional.empty();
        }
        OffsetCommitKey place =
                new OffsetCommitKey(new ByteBufferAccessor(key), OffsetCommitKey.HIGHEST_SUPPORTED_VERSION);
        ByteBuffer bytes = ByteBuffer.wrap(message.value());
        short version = bytes.getShort();
        OffsetCommitValue value = new OffsetCommitValue(new ByteBufferAccessor(bytes), version);
        return Optional.of(new Committed(
                message.timestamp(),
                place.group(),
                place.topic(),
                place.partition(),
                value.offset(),
                value.metadata()));
    }
}
