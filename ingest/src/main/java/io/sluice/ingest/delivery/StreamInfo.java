package io.sluice.ingest.delivery;

/**
 * Who is at the other end of a stream.
 *
 * @param target address that was dialled, such as {@code 10.0.0.7:9000}
 * @param name the processor's own name
 * @param version the processor's own version
 * @param instanceId the processor's own identity
 * @param maxFrameBytes largest frame it accepts, in bytes of the encoded frame
 */
public record StreamInfo(String target, String name, String version, String instanceId, int maxFrameBytes) {}
