/**
 * The oracle: five independent logs of a run, and rules that say whether anything was lost, disordered, doubled or committed too
 * early. Start with {@link io.sluice.devkit.oracle.LogRecord} for what is logged and {@link io.sluice.devkit.oracle.Oracle} for the
 * verdict.
 */
@NullMarked
package io.sluice.devkit.oracle;

import org.jspecify.annotations.NullMarked;
