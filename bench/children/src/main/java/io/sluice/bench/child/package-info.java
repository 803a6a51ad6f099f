/** Processes that take part in comparisons; each is told when a round begins. */
@NullMarked
package io.sluice.bench.child;

import org.jspecify.annotations.NullMarked;
