/** Child processes of tests and of the demo. */
@NullMarked
package io.sluice.devkit.process;

import org.jspecify.annotations.NullMarked;
