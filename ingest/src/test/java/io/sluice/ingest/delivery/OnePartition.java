package io.sluice.ingest.delivery;

import io.sluice.ingest.delivery.World.FakeStream;

/** What most tests of the core begin with: a world in which one partition is assigned. */
abstract class OnePartition {
    final World world;
    final PartitionEpoch p0;

    /** In key order. */
    OnePartition() {
        this(World.SETTINGS);
    }

    OnePartition(DeliverySettings settings) {
        this(new World(settings));
    }

    OnePartition(World world) {
        this.world = world;
        this.p0 = world.assign("t", 0);
    }

    /** Records from offset 0, of the keys k0, k1 and so on; then a cycle. */
    final void receive(int count) {
        for (int i = 0; i < count; i++) {
            world.receive(p0, i, "k" + i);
        }
        world.cycle();
    }

    /** So many streams come, are sent what waits, and die of it. */
    final void streamsDie(int count) {
        for (int i = 0; i < count; i++) {
            FakeStream dies = world.stream(10);
            world.cycle();
            dies.die();
        }
    }

    final OffsetLedger ledger() {
        return world.delivery.partitions().ledger(p0);
    }

    final Queues queues() {
        return world.delivery.queues();
    }
}
