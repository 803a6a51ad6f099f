/** A TCP proxy that behaves badly on request. */
@NullMarked
package io.sluice.devkit.proxy;

import org.jspecify.annotations.NullMarked;
