@NullMarked
package io.sluice.ingest.admin;

import org.jspecify.annotations.NullMarked;
