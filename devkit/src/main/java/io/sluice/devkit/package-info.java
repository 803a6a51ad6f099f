/** Tools around the gateway, never inside it. */
@NullMarked
package io.sluice.devkit;

import org.jspecify.annotations.NullMarked;
