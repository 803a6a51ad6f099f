/** Quake triage: the sample processor, in Java. */
@NullMarked
package io.sluice.sample;

import org.jspecify.annotations.NullMarked;
