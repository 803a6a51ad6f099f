package io.sluice.processor;

import io.sluice.proto.processor.v1.GatewayFrame;

/** A frame from the gateway. Batches have a form of their own, because of them there are many. */
sealed interface InFrame permits InFrame.Control, InBatch {
    /** Anything but a batch. */
    record Control(GatewayFrame frame) implements InFrame {}
}
