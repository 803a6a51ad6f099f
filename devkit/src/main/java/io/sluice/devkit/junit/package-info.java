/** JUnit extension that gives tests a Kafka broker. */
@NullMarked
package io.sluice.devkit.junit;

import org.jspecify.annotations.NullMarked;
