/** Speed side by side: contenders, rounds, figures, reports. */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
