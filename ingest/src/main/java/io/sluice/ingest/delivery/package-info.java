/**
 * The pure core: the life of a record from received to settled. No threads, clock, I/O or logging; imports {@code java.*} only.
 */
package io.sluice.ingest.delivery;
