/** The duty cycle that joins ring, delivery and streams: the single writer of all delivery state. */
@NullMarked
package io.sluice.ingest.lane;

import org.jspecify.annotations.NullMarked;
