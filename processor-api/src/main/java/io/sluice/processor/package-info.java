/**
 * What a Java team writes a Sluice processor with: {@link io.sluice.processor.Processor} and its handlers,
 * {@link io.sluice.processor.Record} in, {@link io.sluice.processor.Verdict} out. No Kafka, gRPC or protobuf type
 * stands in a public signature, so that they can change without the authors of processors.
 */
@NullMarked
package io.sluice.processor;

import org.jspecify.annotations.NullMarked;
