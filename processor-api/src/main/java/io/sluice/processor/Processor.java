package io.sluice.processor;

import io.sluice.processor.Settings.Handler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A processor: a handler and the settings it is served with. Immutable.
 *
 * <pre>{@code
 * try (ProcessorServer server = Processor.named("greeter")
 *         .handler(record -> Verdict.ack())
 *         .port(9000)
 *         .start()) {
 *     server.drainOnShutdown();
 *     server.awaitTermination();
 * }
 * }</pre>
 */
public final class Processor {
    private static final int MAX_NAME_BYTES = 200;

    private final Settings settings;

    private Processor(Settings settings) {
        this.settings = settings;
    }

    /**
     * Starts the description of a processor.
     *
     * @param name its name, for people: {@code quake-triage}; at most 200 bytes
     * @return a builder
     * @throws IllegalArgumentException if the name is blank or too long
     */
    public static Builder named(String name) {
        return new Builder(label("name", name));
    }

    /**
     * The processor's name.
     *
     * @return the name
     */
    public String name() {
        return settings.name();
    }

    /**
     * Serves the processor at its host and port, for gateways to dial.
     *
     * @return the running server
     * @throws IOException if the port cannot be bound
     */
    public ProcessorServer start() throws IOException {
        return ProcessorServer.listen(settings);
    }

    /**
     * Serves the processor inside this process, without a port: for tests.
     *
     * @param serverName the name to reach it by, unique in this process
     * @return the running server; its port is -1
     * @throws IOException if the name is taken
     */
    public ProcessorServer startInProcess(String serverName) throws IOException {
        return ProcessorServer.inProcess(settings, serverName);
    }

    private static String label(String what, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (text.isBlank() || bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(what + " of " + bytes + " bytes: 1 to " + MAX_NAME_BYTES
                    + " bytes that are not all blank are allowed");
        }
        return text;
    }

    private static long inRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(what + " " + value + ": " + min + " to " + max + " is allowed");
        }
        return value;
    }

    /** Describes a processor. Exactly one handler is needed; everything else has a default. Not for several threads. */
    public static final class Builder {
        private final String name;
        private String version = "0";
        private String instanceId = UUID.randomUUID().toString();
        private @Nullable Handler handler;
        private int concurrency = 1;
        private int creditRecords = 20_000;
        private long creditBytes = 32L << 20;
        private int maxFrameBytes = 4 << 20;
        private boolean extendLease = true;
        private String host = "127.0.0.1";
        private int port;
        private Duration drainTimeout = Duration.ofSeconds(20);

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Processes records one at a time with a handler that may block.
         *
         * @param recordHandler the handler
         * @return this
         */
        public Builder handler(RecordHandler recordHandler) {
            return use(new Handler.OfRecord(Objects.requireNonNull(recordHandler, "handler")));
        }

        /**
         * Processes records with a handler that answers later.
         *
         * @param asyncHandler the handler
         * @return this
         */
        public Builder asyncHandler(AsyncRecordHandler asyncHandler) {
            return use(new Handler.Async(Objects.requireNonNull(asyncHandler, "handler")));
        }

        /**
         * Processes whole batches.
         *
         * @param wholeBatchHandler the handler
         * @return this
         */
        public Builder batchHandler(BatchHandler wholeBatchHandler) {
            return use(new Handler.OfBatch(Objects.requireNonNull(wholeBatchHandler, "handler")));
        }

        private Builder use(Handler chosen) {
            if (handler != null) {
                throw new IllegalStateException("processor " + name + " has a handler already: exactly one is allowed");
            }
            handler = chosen;
            return this;
        }

        /**
         * Version of the processor's code, for people. Default {@code 0}.
         *
         * @param codeVersion 1 to 200 bytes
         * @return this
         */
        public Builder version(String codeVersion) {
            version = label("version", codeVersion);
            return this;
        }

        /**
         * Identity of this process, stable over reconnects, unique among its peers. Default: random.
         *
         * @param id 1 to 200 bytes
         * @return this
         */
        public Builder instanceId(String id) {
            instanceId = label("instance id", id);
            return this;
        }

        /**
         * How many groups are under way at once, over all streams; with a batch handler, how many batches. Default 1:
         * the handler never runs twice at the same time.
         *
         * @param groups 1 to 10,000; but for an asynchronous handler it is also the number of threads
         * @return this
         */
        public Builder concurrency(int groups) {
            concurrency = (int) inRange("concurrency", groups, 1, 10_000);
            return this;
        }

        /**
         * The most a gateway may have outstanding on one stream. This bounds the memory. Default 20,000 records, 32 MiB.
         *
         * @param records 1 to 10,000,000
         * @param bytes sum of keys, values and headers; 0: no limit
         * @return this
         */
        public Builder credit(int records, long bytes) {
            creditRecords = (int) inRange("credit in records", records, 1, 10_000_000);
            creditBytes = inRange("credit in bytes", bytes, 0, Long.MAX_VALUE);
            return this;
        }

        /**
         * Largest frame accepted from a gateway. Default 4 MiB.
         *
         * @param bytes 64 KiB to 256 MiB
         * @return this
         */
        public Builder maxFrameBytes(int bytes) {
            maxFrameBytes = (int) inRange("max frame bytes", bytes, 64 << 10, 256 << 20);
            return this;
        }

        /**
         * Whether leases of batches still open are extended, up to the pipeline's maximum. Default true. Without, a batch
         * that takes longer than its lease is delivered again while it is still being processed.
         *
         * @param extend whether to extend
         * @return this
         */
        public Builder extendLease(boolean extend) {
            extendLease = extend;
            return this;
        }

        /**
         * Address to listen on. Default {@code 127.0.0.1}; {@code 0.0.0.0} in a container. The stream is not
         * encrypted: do not open it to networks you do not trust.
         *
         * @param address a host name or address
         * @return this
         */
        public Builder host(String address) {
            host = Objects.requireNonNull(address, "host");
            return this;
        }

        /**
         * Port to listen on. Default 0: any free port, see {@link ProcessorServer#port()}.
         *
         * @param number 0 to 65,535
         * @return this
         */
        public Builder port(int number) {
            port = (int) inRange("port", number, 0, 65_535);
            return this;
        }

        /**
         * How long {@link ProcessorServer#close()} waits for what is held. Default 20 s.
         *
         * @param timeout 0 to 1 hour
         * @return this
         */
        public Builder drainTimeout(Duration timeout) {
            inRange("drain timeout in seconds", timeout.toSeconds(), 0, 3600);
            drainTimeout = timeout;
            return this;
        }

        /**
         * Makes the processor.
         *
         * @return the processor
         * @throws IllegalStateException if no handler is set
         */
        public Processor build() {
            if (handler == null) {
                throw new IllegalStateException(
                        "processor " + name + " has no handler: call handler, asyncHandler or batchHandler");
            }
            return new Processor(new Settings(
                    name,
                    version,
                    instanceId,
                    handler,
                    concurrency,
                    creditRecords,
                    creditBytes,
                    maxFrameBytes,
                    extendLease,
                    host,
                    port,
                    drainTimeout));
        }

        /**
         * Makes and serves the processor.
         *
         * @return the running server
         * @throws IOException if the port cannot be bound
         */
        public ProcessorServer start() throws IOException {
            return build().start();
        }
    }
}
