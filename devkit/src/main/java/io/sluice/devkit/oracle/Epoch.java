package io.sluice.devkit.oracle;

/** One assignment of a partition to a gateway's lane. */
final class Epoch {
    final int gateway;

    /** As the gateway counts; -1: deliveries were seen of which no assignment is known. */
    final long number;

    final long from;
    long revokedAt = Part.NEVER;

    /** When it was over: released, lost or killed. */
    long until = Part.NEVER;

    boolean lost;

    /** Given up in peace. */
    boolean released;

    /** First delivery in it. */
    long firstDelivery = Part.NEVER;

    Epoch(int gateway, long number, long from) {
        this.gateway = gateway;
        this.number = number;
        this.from = from;
    }

    boolean known() {
        return number >= 0;
    }
}
