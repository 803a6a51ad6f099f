package io.sluice.devkit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Records of every shape that Kafka can store and that something between could bend. */
final class Specimens {
    /** Sizes of a value on both sides of where lengths get a byte longer, batches end and buffers grow. */
    private static final int[] SIZES = {
        1, 2, 127, 128, 1_023, 16_383, 16_384, 65_536, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 900 << 10
    };

    private Specimens() {}

    /**
     * One shape of a record.
     *
     * @param timestampMs that the producer gives it
     */
    record Specimen(
            String what, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers, long timestampMs) {
        Specimen at(long ms) {
            return new Specimen(what, key, value, headers, ms);
        }
    }

    /** The same for the same seed. */
    static List<Specimen> all(long seed, long nowMs) {
        Random random = new Random(seed);
        List<Specimen> all = new ArrayList<>();
        nulls(all);
        binary(all, random);
        headers(all, random);
        for (int size : SIZES) {
            all.add(specimen("value of " + size, text("size"), bytes(random, size)));
        }
        all.add(specimen("compressible value", text("zeros"), new byte[900 << 10]));
        all.add(specimen("large key", bytes(random, 300 << 10), text("v")));
        all.add(specimen("oldest timestamp", text("t"), text("0")).at(0));
        all.add(specimen("old timestamp", text("t"), text("1")).at(1));
        all.replaceAll(s -> s.timestampMs() < 0 ? s.at(nowMs) : s);
        return all;
    }

    private static void nulls(List<Specimen> into) {
        into.add(specimen("null key, null value", null, null));
        into.add(specimen("null key, empty value", null, new byte[0]));
        into.add(specimen("empty key, null value", new byte[0], null));
        into.add(specimen("empty key, empty value", new byte[0], new byte[0]));
        into.add(specimen("tombstone", text("k"), null));
    }

    private static void binary(List<Specimen> into, Random random) {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        into.add(specimen("every byte", every, every, header("every", every)));
        into.add(specimen("no UTF-8", new byte[] {-1, -2, 0, -64, -128}, bytes(random, 64)));
        into.add(specimen("one-byte key", new byte[1], new byte[1]));
    }

    private static void headers(List<Specimen> into, Random random) {
        into.add(specimen(
                "null and empty headers",
                text("h"),
                text("v"),
                header("null", null),
                header("empty", new byte[0]),
                header("", null),
                header("", new byte[0]),
                header("", text("nameless"))));
        into.add(specimen(
                "duplicate headers",
                text("h"),
                text("v"),
                header("a", text("1")),
                header("b", text("2")),
                header("a", text("1")),
                header("a", null),
                header("b", new byte[0]),
                header("a", text("3"))));
        into.add(specimen(
                "names beyond ASCII",
                text("h"),
                text("v"),
                header("ключ", bytes(random, 9)),
                header("\uD83D\uDE80 \n\t\u0000", bytes(random, 9)),
                header("n".repeat(5_000), text("long name"))));
        Header[] thousand = new Header[1_000];
        for (int i = 0; i < thousand.length; i++) {
            thousand[i] = header("h" + i % 700, i % 10 == 0 ? null : bytes(random, i % 64));
        }
        into.add(specimen("1,000 headers", text("h"), text("v"), thousand));
        into.add(specimen("large header", text("h"), text("v"), header("large", bytes(random, 500 << 10))));
        into.add(specimen(
                "headers that pass themselves off as ours",
                text("h"),
                text("v"),
                header("__dlq.errors.topic", text("forged")),
                header("sluice.dlq.cause", text("forged")),
                header("kept", text("1")),
                header("sluice.dlq.x.note", null),
                header("sluice.dlq.", new byte[0])));
    }

    private static Specimen specimen(String what, byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
        return new Specimen(what, key, value, List.of(headers), -1);
    }

    private static Header header(String name, byte @Nullable [] value) {
        return new RecordHeader(name, value);
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
