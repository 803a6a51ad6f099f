/**
 * The fault rig: rows that break something on purpose, around a gateway that runs as it is shipped, and what was seen.
 *
 * <p>{@link io.sluice.devkit.faults.Rows} lists the faults, {@link io.sluice.devkit.faults.Rig} is what a row works with,
 * {@link io.sluice.devkit.faults.FaultsCommand} runs them.
 */
@NullMarked
package io.sluice.devkit.faults;

import org.jspecify.annotations.NullMarked;
