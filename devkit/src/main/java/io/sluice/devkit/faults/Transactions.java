package io.sluice.devkit.faults;

import io.sluice.devkit.oracle.LogRecord;
import io.sluice.devkit.oracle.LogRecord.Produced;
import io.sluice.devkit.oracle.LogRecord.Result;
import io.sluice.devkit.oracle.LogWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to the run's topic in transactions, one at a time, with keys of its own. Used by one thread. */
final class Transactions implements AutoCloseable {
    private final Rig rig;
    private final KafkaProducer<byte[], byte[]> producer;
    private final LogWriter log;
    private final List<Pending> open = new ArrayList<>();
    private long number;
    private long committed;

    private record Pending(
            int partition, String key, long keySeq, String uid, byte[] value, Future<RecordMetadata> at) {}

    Transactions(Rig rig) {
        this.rig = rig;
        this.log = LogWriter.open(rig.logs(), "transactions");
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        rig.cluster().bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "tx." + rig.row().id(),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        "120000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    /** Begins a transaction and writes one record to each partition. */
    void begin() {
        producer.beginTransaction();
        for (int partition = 0; partition < rig.partitions(); partition++) {
            String key = "tx" + partition;
            String uid = "tx" + number;
            byte[] value = new Payload(uid, number, "ack", "x").bytes();
            open.add(new Pending(
                    partition,
                    key,
                    number++,
                    uid,
                    value,
                    producer.send(new ProducerRecord<>(
                            rig.topic(), partition, key.getBytes(StandardCharsets.US_ASCII), value))));
        }
        producer.flush();
    }

    void commit() {
        producer.commitTransaction();
        note(Result.OK);
        committed += rig.partitions();
    }

    void abort() {
        producer.abortTransaction();
        note(Result.FAIL);
    }

    /** Records of transactions that were committed. */
    long committed() {
        return committed;
    }

    private void note(Result result) {
        for (Pending p : open) {
            log.write(new Produced(
                    System.currentTimeMillis(),
                    rig.topic(),
                    p.partition(),
                    offset(p.at()),
                    p.key(),
                    p.keySeq(),
                    p.uid(),
                    LogRecord.sha(p.value()),
                    result));
        }
        open.clear();
    }

    private static long offset(Future<RecordMetadata> at) {
        try {
            return at.get().offset();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a record of a transaction was not written: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        producer.close();
        log.close();
    }
}
