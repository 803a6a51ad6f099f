package io.sluice.ingest.cli;

/** How a command prints its result. */
enum Format {
    TEXT,
    JSON
}
