package io.sluice.devkit.sim;

import java.util.List;

/** A revocation under way. */
final class Handover {
    final List<Held> partitions;
    final long[] positions;
    final String[] metadata;
    final boolean[] answered;
    final Runnable then;
    int open;

    Handover(List<Held> partitions, Runnable then) {
        this.partitions = partitions;
        this.positions = new long[partitions.size()];
        this.metadata = new String[partitions.size()];
        this.answered = new boolean[partitions.size()];
        this.open = partitions.size();
        this.then = then;
    }
}
