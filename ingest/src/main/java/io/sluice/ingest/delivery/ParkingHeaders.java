package io.sluice.ingest.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How an entry of a parking log is written down: one header behind the record's own, its fields separated by spaces. Pure.
 *
 * <pre>
 *   1 owner  NUMBER ID
 *   1 parked NUMBER ID OFFSET TIMESTAMP TIMESTAMP_TYPE ATTEMPTS STREAMS_ENDED FIRST_FAILED_MS
 *   1 tried  NUMBER ID OFFSET ATTEMPTS STREAMS_ENDED FIRST_FAILED_MS
 *   1 done   NUMBER ID UP_TO
 * </pre>
 */
public final class ParkingHeaders {
    static final String NAME = "sluice.parking";
    private static final String FORMAT = "1";

    /**
     * An entry as it was read.
     *
     * @param own headers that a parked record came with
     * @param timestampMs of a parked record in the source
     * @param timestampType of a parked record in the source
     */
    public record Read(ParkingEntry entry, Header[] own, long timestampMs, int timestampType) {}

    private ParkingHeaders() {}

    public static Header[] write(ParkingWrite write) {
        ParkingEntry content = write.content();
        String owner = content.owner().number() + " " + content.owner().id();
        if (content instanceof ParkingEntry.Parked parked) {
            Entry entry = write.entry();
            Header[] own = entry.headers();
            Header[] all = Arrays.copyOf(own, own.length + 1);
            all[own.length] = header("parked " + owner + " " + parked.origin() + " " + entry.timestampMs() + " "
                    + entry.timestampType() + " " + text(parked.tries()));
            return all;
        }
        if (content instanceof ParkingEntry.Tried tried) {
            return new Header[] {header("tried " + owner + " " + tried.origin() + " " + text(tried.tries()))};
        }
        String text =
                content instanceof ParkingEntry.Done done ? "done " + owner + " " + done.upTo() : "owner " + owner;
        return new Header[] {header(text)};
    }

    private static String text(ParkingEntry.Tries tries) {
        return tries.attempts() + " " + tries.lonelyDeaths() + " " + tries.firstFailedMs();
    }

    private static Header header(String text) {
        return new Header(NAME, (FORMAT + " " + text).getBytes(StandardCharsets.UTF_8));
    }

    /** Null: no gateway has written this. */
    public static Read read(byte[] key, Header[] all) {
        if (all.length == 0 || !all[all.length - 1].name().equals(NAME) || all[all.length - 1].value() == null) {
            return null;
        }
        String[] fields = new String(all[all.length - 1].value(), StandardCharsets.UTF_8).split(" ", -1);
        try {
            return fields[0].equals(FORMAT) ? read(fields, key, all) : null;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return null;
        }
    }

    private static Read read(String[] fields, byte[] key, Header[] all) {
        ParkingEntry.Owner owner = new ParkingEntry.Owner(number(fields, 2), number(fields, 3));
        if (fields[1].equals("owner")) {
            return new Read(owner, Header.NONE, -1, -1);
        }
        if (key == null) {
            return null;
        }
        ByteBuffer name = ByteBuffer.wrap(key);
        return switch (fields[1]) {
            case "done" -> new Read(new ParkingEntry.Done(owner, name, number(fields, 4)), Header.NONE, -1, -1);
            case "tried" ->
                new Read(new ParkingEntry.Tried(owner, name, number(fields, 4), tries(fields, 5)), Header.NONE, -1, -1);
            case "parked" ->
                new Read(
                        new ParkingEntry.Parked(owner, name, number(fields, 4), tries(fields, 7)),
                        all.length == 1 ? Header.NONE : Arrays.copyOf(all, all.length - 1),
                        number(fields, 5),
                        (int) number(fields, 6));
            default -> null;
        };
    }

    private static ParkingEntry.Tries tries(String[] fields, int at) {
        return new ParkingEntry.Tries(
                (int) Math.max(0, Math.min(Integer.MAX_VALUE / 2, number(fields, at))),
                (int) Math.max(0, Math.min(Integer.MAX_VALUE / 2, number(fields, at + 1))),
                Math.max(0, number(fields, at + 2)));
    }

    private static long number(String[] fields, int at) {
        return Long.parseLong(fields[at]);
    }
}
