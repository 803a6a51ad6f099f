package io.sluice.ingest.stream;

import io.grpc.Status;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a gRPC status means to Sluice, and how it is said in one line. */
final class StatusText {
    private static final int TEXT_BYTES = 300;

    private StatusText() {}

    /** Such as {@code UNAVAILABLE: io exception (Connection refused: /127.0.0.1:9000)}. */
    static String of(Status status) {
        StringBuilder text = new StringBuilder(status.getCode().name());
        if (isOversized(status)) {
            text.append(": the processor sent a frame above ")
                    .append(HelloCodec.MAX_FRAME_BYTES)
                    .append(" bytes");
            return text.toString();
        }
        if (isUnreadable(status)) {
            text.append(": the processor sent a frame that is no valid ProcessorFrame");
            return text.toString();
        }
        if (status.getDescription() != null) {
            text.append(": ").append(status.getDescription());
        }
        Throwable cause = rootCause(status.getCause());
        if (cause != null && cause.getMessage() != null) {
            text.append(" (").append(cause.getMessage()).append(')');
        }
        return Text.clean(text.toString(), TEXT_BYTES);
    }

    /**
     * Whether the status says that the processor does not want this gateway, or is no processor: dialling again soon
     * would change nothing.
     */
    static boolean isRefusal(Status status) {
        return switch (status.getCode()) {
            case UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED, FAILED_PRECONDITION, INVALID_ARGUMENT -> true;
            default -> false;
        };
    }

    /**
     * Whether the status says that the gateway may not call, or calls what is not there: nothing that a record could
     * have brought about. Dead-lettering what was open would empty the topic into the dead letters.
     */
    static boolean isDenial(Status status) {
        return switch (status.getCode()) {
            case UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED -> true;
            default -> false;
        };
    }

    /**
     * Whether the server said goodbye to the whole connection before it ended: it was told to stop, or minds our pings,
     * and did not die of a record.
     */
    static boolean isGoodbye(Status status) {
        return (status.getCode() == Status.Code.UNAVAILABLE && says(status, "goaway")) || mindsPings(status);
    }

    /**
     * Whether the server has dropped the connection because it permits fewer keepalive pings. gRPC makes RESOURCE_EXHAUSTED of
     * such a GOAWAY on a connection that was up, and UNAVAILABLE in other places.
     */
    static boolean mindsPings(Status status) {
        boolean lost = switch (status.getCode()) {
            case UNAVAILABLE, RESOURCE_EXHAUSTED -> true;
            default -> false;
        };
        return lost && (says(status, "too_many_pings") || says(status, "enhance_your_calm"));
    }

    private static boolean says(Status status, String words) {
        return status.getDescription() != null
                && status.getDescription().toLowerCase(Locale.ROOT).contains(words);
    }

    /** The processor's frame that gRPC refused, and cut the call for; null: it did not. */
    static @Nullable FrameFault fault(Status status) {
        return isOversized(status)
                ? FrameFault.FRAME_TOO_LARGE
                : isUnreadable(status) ? FrameFault.FRAME_UNREADABLE : null;
    }

    private static boolean isOversized(Status status) {
        return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                && status.getDescription() != null
                && status.getDescription().startsWith("gRPC message exceeds maximum size");
    }

    private static boolean isUnreadable(Status status) {
        return status.getCause() instanceof com.google.protobuf.InvalidProtocolBufferException
                || (status.getCause() != null
                        && status.getCause().getCause() instanceof com.google.protobuf.InvalidProtocolBufferException);
    }

    private static Throwable rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause != null && cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause;
    }
}
