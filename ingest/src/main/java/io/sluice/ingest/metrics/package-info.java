/** The metric catalogue and its binding; the only importer of Micrometer. */
@NullMarked
package io.sluice.ingest.metrics;

import org.jspecify.annotations.NullMarked;
