package io.sluice.ingest.stream;

import io.sluice.ingest.delivery.PartitionEpoch;
import io.sluice.ingest.delivery.StreamPort;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.Revoke;
import io.sluice.proto.processor.v1.RevokeCause;
import io.sluice.proto.processor.v1.TopicPartition;
import java.util.List;

/** The gateway's frames besides hello and batch. */
final class ControlCodec {
    private static final int REASON_BYTES = 1000;

    private ControlCodec() {}

    static GatewayFrame revoke(
            List<Long> batchIds, List<PartitionEpoch> partitions, long deadlineNs, StreamPort.RevokeCause cause) {
        Revoke.Builder revoke = Revoke.newBuilder()
                .addAllBatchIds(batchIds)
                .setCause(
                        switch (cause) {
                            case REBALANCE -> RevokeCause.REVOKE_CAUSE_REBALANCE;
                            case LEASE_EXPIRED -> RevokeCause.REVOKE_CAUSE_LEASE_EXPIRED;
                        });
        for (PartitionEpoch partition : partitions) {
            revoke.addPartitions(
                    TopicPartition.newBuilder().setTopic(partition.topic()).setPartition(partition.partition()));
        }
        if (deadlineNs > 0) {
            revoke.setDeadline(Durations.of(deadlineNs));
        }
        return GatewayFrame.newBuilder().setRevoke(revoke).build();
    }

    static GatewayFrame goAway(GoAwayCause cause, String reason, long graceNs) {
        GoAway.Builder goAway = GoAway.newBuilder().setCause(cause).setReason(Text.clean(reason, REASON_BYTES));
        if (graceNs > 0) {
            goAway.setDeadline(Durations.of(graceNs));
        }
        return GatewayFrame.newBuilder().setGoAway(goAway).build();
    }
}
