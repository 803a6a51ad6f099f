package io.sluice.devkit.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records that follow from a seed: record {@code i} has the same key, partition and value in every run. Immutable, thread-safe.
 *
 * <p>A value is {@code <i>:<key>:} and letters up to its size, so what was received can be compared with {@link #value} byte for byte.
 *
 * @param count number of records
 * @param keys number of distinct keys, chosen uniformly
 * @param partitions a key is on partition {@code key index mod partitions}
 * @param minBytes smallest size of a value; the prefix may make it longer
 * @param maxBytes largest size of a value; the prefix may make it longer
 */
public record RecordGenerator(long seed, long count, int keys, int partitions, int minBytes, int maxBytes) {

    public RecordGenerator {
        if (count < 0 || keys < 1 || partitions < 1 || minBytes < 0 || maxBytes < minBytes) {
            throw new IllegalArgumentException(
                    "count >= 0, keys >= 1, partitions >= 1 and 0 <= minBytes <= maxBytes are needed; given: count "
                            + count + ", keys " + keys + ", partitions " + partitions + ", bytes " + minBytes + ".."
                            + maxBytes);
        }
    }

    /** The records in order of their index. */
    public Iterator<ProducerRecord<byte[], byte[]>> records(String topic) {
        return LongStream.range(0, count)
                .mapToObj(i -> producerRecord(topic, i))
                .iterator();
    }

    /** Key of record {@code index}, ASCII. */
    public String key(long index) {
        return "key-" + keyIndex(index);
    }

    /** Partition of record {@code index}. */
    public int partition(long index) {
        return keyIndex(index) % partitions;
    }

    /** Value of record {@code index}. */
    public byte[] value(long index) {
        SplittableRandom random = random(index);
        byte[] prefix = (index + ":" + key(index) + ":").getBytes(StandardCharsets.US_ASCII);
        int size = Math.max(prefix.length, minBytes + random.nextInt(maxBytes - minBytes + 1));
        byte[] value = new byte[size];
        System.arraycopy(prefix, 0, value, 0, prefix.length);
        for (int i = prefix.length; i < size; i++) {
            value[i] = (byte) ('a' + random.nextInt(26));
        }
        return value;
    }

    private ProducerRecord<byte[], byte[]> producerRecord(String topic, long index) {
        return new ProducerRecord<>(
                topic, partition(index), key(index).getBytes(StandardCharsets.US_ASCII), value(index));
    }

    private int keyIndex(long index) {
        return new SplittableRandom(seed * 31 + index * 0x9E3779B97F4A7C15L).nextInt(keys);
    }

    private SplittableRandom random(long index) {
        return new SplittableRandom(~seed * 31 + index * 0x9E3779B97F4A7C15L);
    }
}
