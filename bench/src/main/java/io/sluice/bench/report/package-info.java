/** What was measured, as figures, JSON, plots and pages. No process is started here and nothing is measured. */
@NullMarked
package io.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
