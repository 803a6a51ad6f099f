/** The command line: commands, exit codes, signals, logging; the only importer of the command-line and logging libraries. */
@NullMarked
package io.sluice.ingest.cli;

import org.jspecify.annotations.NullMarked;
