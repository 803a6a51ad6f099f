/** The bounded crossings between threads; the only importer of the Disruptor. */
@NullMarked
package io.sluice.ingest.ring;

import org.jspecify.annotations.NullMarked;
