package io.sluice.ingest.delivery;

/**
 * A record on its way to the dead-letter topic. The entry stays untouched by the lane until the write has
 * succeeded or failed, so the publishing thread may read its record.
 *
 * @param code the processor's code, or one of the gateway's own
 * @param reason one line
 * @param headers what the processor's verdict adds
 * @param processor who gave the verdict, may be empty
 * @param failedNs when, on the lane's clock
 */
public record DeadLetter(
        Entry entry, Cause cause, String code, String reason, Header[] headers, String processor, long failedNs)
        implements Outgoing {}
