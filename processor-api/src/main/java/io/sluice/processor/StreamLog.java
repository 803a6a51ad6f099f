package io.sluice.processor;

import io.grpc.Status;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.GoAwayCause;
import io.sluice.proto.processor.v1.Revoke;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** What a stream says in the log: its beginning, its end and why. */
final class StreamLog {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private String pipeline = "";

    void opened(GatewayHello hello) {
        pipeline = hello.getPipeline();
        about(LOG.atInfo()).addKeyValue("gateway", hello.getGatewayId()).log("stream open");
    }

    void revoked(Revoke revoke, boolean gone) {
        about(LOG.atInfo())
                .addKeyValue("batches", revoke.getBatchIdsCount())
                .addKeyValue("partitions", revoke.getPartitionsCount())
                .addKeyValue("cause", revoke.getCause())
                .log(gone ? "records taken back: their results are dropped" : "records wanted back: releasing");
    }

    void goAway(GoAway goAway) {
        boolean ours = goAway.getCause() == GoAwayCause.GO_AWAY_CAUSE_PROTOCOL_ERROR;
        about(ours ? LOG.atError() : LOG.atInfo())
                .addKeyValue("cause", goAway.getCause())
                .addKeyValue("reason", Text.oneLine(goAway.getReason(), Verdict.MAX_REASON_BYTES))
                .log(ours ? "the gateway says this processor broke the contract" : "the gateway ends the stream");
    }

    void lost(int openBatches) {
        about(LOG.atInfo())
                .addKeyValue("openBatches", openBatches)
                .log("stream lost: the gateway delivers again what was open");
    }

    void late(int openBatches) {
        about(LOG.atWarn())
                .addKeyValue("openBatches", openBatches)
                .log("not settled by the deadline: the gateway delivers again what is open");
    }

    void ended() {
        about(LOG.atInfo()).log("stream ended");
    }

    void failed(Status status) {
        about(LOG.atError())
                .addKeyValue("status", status.getCode())
                .addKeyValue("reason", String.valueOf(status.getDescription()))
                .log("stream closed with an error");
    }

    void broken(RuntimeException error) {
        LOG.debug("stream failed", error);
    }

    private LoggingEventBuilder about(LoggingEventBuilder event) {
        return event.addKeyValue("pipeline", pipeline);
    }
}
