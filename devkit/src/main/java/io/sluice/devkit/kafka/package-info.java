/** Kafka brokers for tests and the demo, in this JVM or in a child JVM, and the few client calls tests need. */
@NullMarked
package io.sluice.devkit.kafka;

import org.jspecify.annotations.NullMarked;
