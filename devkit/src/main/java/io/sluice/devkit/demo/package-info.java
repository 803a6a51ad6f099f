/** The demo: a week of earthquakes through Kafka, gateway and processor, checked independently of the gateway. */
@NullMarked
package io.sluice.devkit.demo;

import org.jspecify.annotations.NullMarked;
