/** The Kafka edge: polls, pauses, commits, answers rebalances; the only importer of the Kafka consumer. */
@NullMarked
package io.sluice.ingest.source;

import org.jspecify.annotations.NullMarked;
