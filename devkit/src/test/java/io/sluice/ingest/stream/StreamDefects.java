package io.sluice.ingest.stream;

import io.sluice.ingest.delivery.BatchVerdicts;
import net.bytebuddy.asm.Advice;

/** Advice for the edge to processors; see {@code io.sluice.devkit.defects.Defect}. */
final class StreamDefects {
    private StreamDefects() {}

    static final class LoseLastBit {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) BatchVerdicts verdicts) {
            if (verdicts.batchId() > 1) {
                verdicts = new BatchVerdicts(verdicts.batchId() & ~1L, verdicts.verdicts());
            }
        }
    }
}
