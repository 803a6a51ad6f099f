/** The processor edge: streams, their pool and the wire codec; the only importer of gRPC and protobuf. */
@NullMarked
package io.sluice.ingest.stream;

import org.jspecify.annotations.NullMarked;
