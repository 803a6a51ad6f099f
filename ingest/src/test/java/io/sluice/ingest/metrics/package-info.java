@NullMarked
package io.sluice.ingest.metrics;

import org.jspecify.annotations.NullMarked;
