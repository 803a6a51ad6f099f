@NullMarked
package io.sluice.ingest.deploy;

import org.jspecify.annotations.NullMarked;
