/** YAML to validated, immutable configuration; the only importer of YAML and JSON libraries. */
@NullMarked
package io.sluice.ingest.config;

import org.jspecify.annotations.NullMarked;
