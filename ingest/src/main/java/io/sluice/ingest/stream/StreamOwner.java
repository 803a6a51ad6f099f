package io.sluice.ingest.stream;

/** Who dialled a stream. Called by gRPC's threads; must return at once. */
interface StreamOwner {
    void up(ProcessorStream stream);

    void violated(FrameFault fault);

    /** Last word of a stream. */
    void ended(ProcessorStream stream, StreamEnd end);
}
