/** Runs a processor's handler on records in a unit test: no Kafka, no gateway, no port. */
@NullMarked
package io.sluice.processor.testkit;

import org.jspecify.annotations.NullMarked;
