package io.sluice.ingest.delivery;

/**
 * A record on its way to a topic, after which it is settled here. The entry stays untouched by the lane until the
 * write has succeeded or failed, so the publishing thread may read its record.
 */
public sealed interface Outgoing permits DeadLetter, Delayed, ParkingWrite {
    Entry entry();
}
