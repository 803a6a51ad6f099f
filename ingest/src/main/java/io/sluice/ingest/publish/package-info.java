/** Writes dead letters; the only importer of the Kafka producer. */
@NullMarked
package io.sluice.ingest.publish;

import org.jspecify.annotations.NullMarked;
