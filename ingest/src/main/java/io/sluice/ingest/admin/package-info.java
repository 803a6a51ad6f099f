/** HTTP for operators: metrics, health and pipeline status. */
@NullMarked
package io.sluice.ingest.admin;

import org.jspecify.annotations.NullMarked;
