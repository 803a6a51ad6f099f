package io.sluice.ingest.delivery;

/**
 * Something for the parking log of a record's source partition.
 *
 * @param entry the record to be parked; for a claim or a mark one that is in no ledger and only names partition and key
 */
public record ParkingWrite(Entry entry, ParkingEntry content) implements Outgoing {}
