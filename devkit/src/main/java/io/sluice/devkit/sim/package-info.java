/** The simulator: the shipped core of the gateway in a made-up world, in virtual time, from a seed. */
@NullMarked
package io.sluice.devkit.sim;

import org.jspecify.annotations.NullMarked;
