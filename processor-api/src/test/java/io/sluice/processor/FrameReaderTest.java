package io.sluice.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.sluice.proto.processor.v1.Batch;
import io.sluice.proto.processor.v1.GatewayFrame;
import io.sluice.proto.processor.v1.GatewayHello;
import io.sluice.proto.processor.v1.GoAway;
import io.sluice.proto.processor.v1.Revoke;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read is what protobuf reads, and what protobuf refuses is refused. */
class FrameReaderTest {
    private static final int FRAMES = 60_000;

    /** What protobuf makes of a frame, in the SDK's terms; null: it refuses it. */
    private static InFrame byProtobuf(byte[] bytes) {
        try {
            GatewayFrame frame = GatewayFrame.parseFrom(bytes);
            return frame.hasBatch() ? InBatch.of(frame.getBatch()) : new InFrame.Control(frame);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static InFrame byReader(byte[] bytes) {
        try {
            return FrameReader.read(bytes);
        } catch (InvalidProtocolBufferException e) {
            return null;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSame(byte[] bytes, String what) {
        assertThat(byReader(bytes.clone()))
                .as("%s: %s", what, HexFormat.of().formatHex(bytes))
                .isEqualTo(byProtobuf(bytes));
    }

    @Test
    void anyFrameIsReadAsProtobufReadsIt() {
        int plain = 0;
        for (int seed = 0; seed < FRAMES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new FrameMaker(random).frame();
            assertSame(bytes, "seed " + seed);
            plain += FrameReader.plainBatch(bytes) == null ? 0 : 1;
        }
        assertThat(plain).as("frames that needed no protobuf").isBetween(FRAMES / 10, FRAMES * 9 / 10);
    }

    @Test
    void aDamagedFrameIsReadOrRefusedAsByProtobuf() {
        int refused = 0;
        for (int seed = 0; seed < FRAMES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = damaged(new FrameMaker(random).frame(), random);
            assertSame(bytes, "seed " + seed);
            refused += byProtobuf(bytes) == null ? 1 : 0;
        }
        assertThat(refused).as("frames that protobuf refuses").isBetween(FRAMES / 10, FRAMES * 9 / 10);
    }

    @Test
    void everyTruncationOfAFrameIsReadOrRefusedAsByProtobuf() {
        byte[] bytes = plain().toByteArray();
        for (int length = 0; length <= bytes.length; length++) {
            assertSame(Arrays.copyOf(bytes, length), "first " + length + " bytes");
        }
    }

    @Test
    void aBatchAsGatewaysSendItNeedsNoProtobuf() {
        assertThat(FrameReader.plainBatch(plain().toByteArray())).isNotNull();
    }

    @Test
    void nullAndEmptyAreTwoThings() {
        InBatch batch = FrameReader.plainBatch(GatewayFrame.newBuilder()
                .setBatch(Batch.newBuilder()
                        .addRecords(TestGateway.record("a").clearValue().setKey(ByteString.EMPTY))
                        .addRecords(TestGateway.record("a").setValue(ByteString.EMPTY)))
                .build()
                .toByteArray());
        assertThat(batch).isNotNull();
        assertThat(batch.record(0).key()).isEmpty();
        assertThat(batch.record(0).value()).isNull();
        assertThat(batch.record(0).valueBuffer()).isNull();
        assertThat(batch.record(1).key()).isNull();
        assertThat(batch.record(1).value()).isEmpty();
        assertThat(batch.record(1).valueAsString()).isEmpty();
    }

    @Test
    void aValueBufferIsOfItsOwnRecordAlone() {
        InBatch batch = FrameReader.plainBatch(plain().toByteArray());
        assertThat(batch).isNotNull();
        var buffer = batch.record(0).valueBuffer();
        assertThat(buffer).isNotNull();
        assertThat(buffer.isReadOnly()).isTrue();
        assertThat(buffer.position()).isZero();
        assertThat(StandardCharsets.UTF_8.decode(buffer).toString()).isEqualTo("a1");
        assertThat(batch.records()).isUnmodifiable();
        assertThat(batch.record(0).headers()).isUnmodifiable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "1204", "0a", "1200ff", "13", "00", "12050801120312"})
    void whatIsNoFrameIsRefused(String hex) {
        assertThatThrownBy(() -> FrameReader.read(HexFormat.of().parseHex(hex)))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    private static GatewayFrame plain() {
        return GatewayFrame.newBuilder()
                .setBatch(Batch.newBuilder()
                        .setBatchId(-3)
                        .setLease(Duration.newBuilder().setSeconds(600))
                        .addRecords(TestGateway.record("a1")
                                .setOffset(1L << 40)
                                .setTimestampMs(1_700_000_000_000L)
                                .setTimestampTypeValue(2)
                                .addHeaders(FrameMaker.header("tr\u00e4ce", "1"))
                                .addHeaders(FrameMaker.header("", null)))
                        .addRecords(TestGateway.record("b1").setKey(ByteString.copyFromUtf8("k"))))
                .build();
    }

    private static byte[] damaged(byte[] bytes, SplittableRandom random) {
        byte[] out = bytes.clone();
        if (out.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        switch (random.nextInt(4)) {
            case 0 -> out = Arrays.copyOf(out, random.nextInt(out.length));
            case 1 -> out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> out[random.nextInt(out.length)] = (byte) random.nextInt();
            default -> {
                int at = random.nextInt(out.length);
                byte[] longer = Arrays.copyOf(out, out.length + 1);
                System.arraycopy(out, at, longer, at + 1, out.length - at);
                longer[at] = (byte) random.nextInt();
                out = longer;
            }
        }
        return out;
    }

    /** Frames of all kinds: as protobuf writes them, with fields repeated, shuffled and unknown, with numbers longer than needed. */
    private static final class FrameMaker {
        private static final String[] TEXTS = {"t", "", "topic", "\u00fcber", "\uD83D\uDE00", "\uFFFD", "t"};
        private final SplittableRandom random;
        private final boolean odd;

        FrameMaker(SplittableRandom random) {
            this.random = random;
            this.odd = random.nextBoolean();
        }

        byte[] frame() {
            return switch (odd ? random.nextInt(12) : 12) {
                case 0 ->
                    GatewayFrame.newBuilder()
                            .setHello(GatewayHello.newBuilder().setProtocol(1))
                            .build()
                            .toByteArray();
                case 1 ->
                    GatewayFrame.newBuilder()
                            .setRevoke(Revoke.newBuilder().addBatchIds(7))
                            .build()
                            .toByteArray();
                case 2 ->
                    GatewayFrame.newBuilder()
                            .setGoAway(GoAway.newBuilder().setReason("r"))
                            .build()
                            .toByteArray();
                case 3 ->
                    message(out -> {
                        nested(out, 2, batch());
                        nested(out, 1 + random.nextInt(4), random.nextBoolean() ? batch() : new byte[0]);
                    });
                case 4 ->
                    message(out -> {
                        unknown(out);
                        nested(out, 2, batch());
                    });
                default -> message(out -> nested(out, 2, batch()));
            };
        }

        private byte[] batch() {
            return message(out -> {
                int fields = random.nextInt(8);
                if (!odd || random.nextInt(8) > 0) {
                    number(out, 1, random.nextLong(1000) - 2);
                    nested(out, 2, lease());
                }
                for (int i = 0; i < fields; i++) {
                    switch (odd ? random.nextInt(20) : 19) {
                        case 0 -> number(out, 1, random.nextLong());
                        case 1 -> nested(out, 2, lease());
                        case 2 -> unknown(out);
                        default -> nested(out, 3, record());
                    }
                }
            });
        }

        private byte[] lease() {
            Duration.Builder lease = Duration.newBuilder().setSeconds(random.nextInt(100));
            return odd && random.nextInt(8) == 0
                    ? lease.setUnknownFields(unknown()).build().toByteArray()
                    : lease.build().toByteArray();
        }

        private byte[] record() {
            return message(out -> {
                int fields = random.nextInt(12);
                for (int i = 0; i < fields; i++) {
                    switch (random.nextInt(odd ? 13 : 12)) {
                        case 0, 1 -> text(out, 1);
                        case 2 -> number(out, 2, random.nextInt());
                        case 3 -> number(out, 3, random.nextLong());
                        case 4 -> number(out, 4, random.nextLong(-1, 1 << 20));
                        case 5 -> number(out, 5, random.nextInt(-1, 5));
                        case 6 -> nested(out, 6, bytes());
                        case 7 -> nested(out, 7, bytes());
                        case 8, 9 -> nested(out, 8, header());
                        case 10 -> number(out, 9, random.nextInt(-1, 5));
                        case 11 -> number(out, 10, random.nextInt(5));
                        default -> unknown(out);
                    }
                }
            });
        }

        private byte[] header() {
            return message(out -> {
                int fields = random.nextInt(4);
                for (int i = 0; i < fields; i++) {
                    switch (random.nextInt(odd ? 5 : 4)) {
                        case 0, 1 -> text(out, 1);
                        case 2, 3 -> nested(out, 2, bytes());
                        default -> unknown(out);
                    }
                }
            });
        }

        static io.sluice.proto.processor.v1.Header header(String name, String value) {
            var header = io.sluice.proto.processor.v1.Header.newBuilder().setName(name);
            return (value == null ? header : header.setValue(ByteString.copyFromUtf8(value))).build();
        }

        private byte[] bytes() {
            byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 300 : 5)];
            random.nextBytes(bytes);
            return bytes;
        }

        private void text(CodedOutputStream out, int field) throws IOException {
            byte[] text = TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8);
            nested(out, field, odd && random.nextInt(20) == 0 ? bytes() : text);
        }

        private void unknown(CodedOutputStream out) throws IOException {
            unknown().writeTo(out);
        }

        private UnknownFieldSet unknown() {
            UnknownFieldSet.Field field = switch (random.nextInt(5)) {
                case 0 ->
                    UnknownFieldSet.Field.newBuilder()
                            .addVarint(random.nextLong())
                            .build();
                case 1 -> UnknownFieldSet.Field.newBuilder().addFixed32(7).build();
                case 2 -> UnknownFieldSet.Field.newBuilder().addFixed64(7).build();
                case 3 ->
                    UnknownFieldSet.Field.newBuilder()
                            .addGroup(UnknownFieldSet.getDefaultInstance())
                            .build();
                default ->
                    UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("x"))
                            .build();
            };
            return UnknownFieldSet.newBuilder()
                    .addField(1 + random.nextInt(random.nextBoolean() ? 10 : 3000), field)
                    .build();
        }

        private void number(CodedOutputStream out, int field, long value) throws IOException {
            out.writeTag(field, 0);
            varint(out, value);
        }

        private void nested(CodedOutputStream out, int field, byte[] content) throws IOException {
            out.writeTag(field, 2);
            varint(out, content.length);
            out.writeRawBytes(content);
        }

        /** Sometimes longer than it has to be, which protobuf takes. */
        private void varint(CodedOutputStream out, long value) throws IOException {
            int more = odd && random.nextInt(30) == 0 ? random.nextInt(11) : 0;
            long left = value;
            while (more > 0 || (left & ~0x7FL) != 0) {
                out.write((byte) (left & 0x7F | 0x80));
                left >>>= 7;
                more--;
            }
            out.write((byte) left);
        }

        private interface Content {
            void write(CodedOutputStream out) throws IOException;
        }

        private static byte[] message(Content content) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                CodedOutputStream out = CodedOutputStream.newInstance(bytes);
                content.write(out);
                out.flush();
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
