package io.sluice.ingest.cli;

import java.io.PrintStream;
import java.util.Map;

/**
 * What a command may use of the process.
 *
 * @param out for results
 * @param err for problems and warnings
 */
record Console(PrintStream out, PrintStream err, Map<String, String> env) {}
