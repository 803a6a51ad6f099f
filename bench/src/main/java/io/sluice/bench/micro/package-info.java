/** Benchmarks of single parts, with JMH. Those that need what a package keeps to itself stand in that package. */
@NullMarked
package io.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
