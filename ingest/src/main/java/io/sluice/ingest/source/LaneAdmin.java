package io.sluice.ingest.source;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The admin client of a lane, made when it is first asked for. Owned by: poll thread. */
final class LaneAdmin implements AutoCloseable {
    private final Map<String, Object> props;
    private @Nullable Admin admin;

    /** @param props of the lane's consumer */
    LaneAdmin(Map<String, Object> props) {
        this.props = props;
    }

    /** @throws org.apache.kafka.common.KafkaException if the properties make no client */
    Admin get() {
        Admin current = admin;
        if (current == null) {
            current = Admin.create(ConsumerDefaults.admin(props));
            admin = current;
        }
        return current;
    }

    /** Waits for nothing. */
    @Override
    public void close() {
        Admin current = admin;
        if (current != null) {
            current.close(Duration.ZERO);
            admin = null;
        }
    }
}
