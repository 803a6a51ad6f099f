/** The gateway: Kafka on one side, processors on the other. */
@NullMarked
package io.sluice.ingest;

import org.jspecify.annotations.NullMarked;
