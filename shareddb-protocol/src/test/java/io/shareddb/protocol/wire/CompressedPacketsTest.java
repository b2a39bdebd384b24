package io.shareddb.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("FutureReturnValueIgnored") // the promises tell
class CompressedPacketsTest {
    private final SequenceCounter sequence = new SequenceCounter();

    private EmbeddedChannel decoder() {
        return new EmbeddedChannel(new CompressedPacketDecoder(sequence, Compression.zlib()));
    }

    private EmbeddedChannel encoder() {
        return new EmbeddedChannel(new CompressedPacketEncoder(sequence, Compression.zlib()));
    }

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    /** All that came out at the application's end. */
    private static ByteBuf received(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private static ByteBuf sent(EmbeddedChannel channel) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    /** The manual's example: {@code SELECT "012345678901234567890123456789012345"}, compressed. */
    @Test
    void commandOfTheManualIsRead() {
        EmbeddedChannel channel = decoder();
        channel.writeInbound(
                hex("22 00 00 00 32 00 00 78 9c d3 63 60 60 60 2e 4e cd 49 4d 2e 51 50 32 30 34 32 36 31 35"
                        + "33 b7 b0 c4 cd 52 02 00 0c d1 0a 6c"));
        assertThat(received(channel).toString(StandardCharsets.US_ASCII))
                .isEqualTo(".\0\0\0\3select \"012345678901234567890123456789012345\"");
        assertThat(sequence.peek()).isEqualTo(1);
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void shortBodiesAreNotCompressed() {
        EmbeddedChannel channel = encoder();
        sequence.set(1);
        channel.writeOutbound(hex("07 00 00 01 00 00 00 02 00 00 00")); // an OK
        assertThat(ByteBufUtil.hexDump(sent(channel))).isEqualTo("0b000001000000" + "0700000100000002000000");
        assertThat(sequence.peek()).isEqualTo(2);
        channel.finish();
    }

    @Test
    void whatIsWrittenBetweenTwoFlushesIsOnePacket() {
        EmbeddedChannel channel = encoder();
        for (int i = 0; i < 100; i++) {
            channel.write(Unpooled.copiedBuffer("row " + i, StandardCharsets.US_ASCII), channel.voidPromise());
        }
        var last = channel.newPromise();
        channel.write(Unpooled.EMPTY_BUFFER, last);
        assertThat(last.isDone()).isFalse();
        channel.flush();
        assertThat(last.isSuccess()).isTrue();
        ByteBuf packet = sent(channel);
        assertThat(packet.readUnsignedMediumLE()).isEqualTo(packet.readableBytes() - 4);
        assertThat(packet.readUnsignedByte()).isZero();
        assertThat(packet.readUnsignedMediumLE()).isEqualTo(590);
        channel.finish();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 49, 50, 51, 1000, 262_143, 262_144, 262_145, 20_000_000})
    void bytesOfAnyLengthComeBack(int length) {
        Random random = new Random(length);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length / 2; i++) {
            bytes[i] = (byte) (i / 1000); // half of it is worth it
        }
        EmbeddedChannel from = encoder();
        from.writeOutbound(Unpooled.wrappedBuffer(bytes));
        ByteBuf wire = sent(from);
        sequence.reset();
        EmbeddedChannel to = decoder();
        while (wire.isReadable()) {
            to.writeInbound(
                    Unpooled.copiedBuffer(wire.readSlice(Math.min(wire.readableBytes(), 1 + random.nextInt(100_000)))));
        }
        assertThat(ByteBufUtil.getBytes(received(to))).isEqualTo(bytes);
        from.finish();
        to.finish();
    }

    @Test
    void highlyCompressibleBytesComeBackWhole() {
        byte[] zeros = new byte[CompressedPacketEncoder.CHUNK_BYTES];
        ByteBuf out = Unpooled.buffer();
        assertThat(Compression.zlib().compress(Unpooled.wrappedBuffer(zeros), out))
                .isTrue();
        assertThat(out.readableBytes()).isLessThan(3000);
        ByteBuf back = Unpooled.buffer();
        Compression.zlib().decompress(out, back, zeros.length);
        assertThat(ByteBufUtil.getBytes(back)).isEqualTo(zeros);
    }

    @Test
    void anExampleCutAnywhereWaitsOrIsRefused() {
        ByteBuf packet = Unpooled.buffer();
        EmbeddedChannel from = encoder();
        from.writeOutbound(Unpooled.copiedBuffer("abcdefghij".repeat(30), StandardCharsets.US_ASCII));
        packet.writeBytes(sent(from));
        from.finish();
        for (int cut = 0; cut < packet.readableBytes(); cut++) {
            sequence.reset();
            EmbeddedChannel waits = decoder();
            waits.writeInbound(packet.copy(0, cut));
            assertThat(waits.inboundMessages()).isEmpty();
            waits.finish();
            if (cut >= CompressedPackets.HEADER_BYTES) {
                ByteBuf shorter = packet.copy(0, cut).setMediumLE(0, cut - CompressedPackets.HEADER_BYTES);
                sequence.reset();
                EmbeddedChannel refuses = decoder();
                assertThatThrownBy(() -> refuses.writeInbound(shorter)).isInstanceOf(MalformedPacketException.class);
                refuses.writeInbound(hex("00 00 00 00 00 00 00")); // dropped: there is no way back into step
                assertThat(refuses.finish()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 299, 301, 0xffffff})
    void lieAboutTheLengthBeforeCompressionIsRefused(int claimed) {
        EmbeddedChannel from = encoder();
        from.writeOutbound(Unpooled.copiedBuffer("abcdefghij".repeat(30), StandardCharsets.US_ASCII));
        ByteBuf packet = sent(from).setMediumLE(4, claimed);
        from.finish();
        sequence.reset();
        EmbeddedChannel to = decoder();
        assertThatThrownBy(() -> to.writeInbound(packet)).isInstanceOf(MalformedPacketException.class);
        assertThat(to.finish()).isFalse();
    }

    @Test
    void numbersCountBothDirectionsAndBeginAgainWithEachCommand() {
        EmbeddedChannel channel = decoder();
        channel.writeInbound(hex("01 00 00 00 00 00 00 aa"));
        channel.writeInbound(hex("01 00 00 01 00 00 00 bb"));
        assertThat(sequence.next()).isEqualTo(2); // an answer
        channel.writeInbound(hex("01 00 00 03 00 00 00 cc"));
        channel.writeInbound(hex("01 00 00 00 00 00 00 dd"));
        assertThat(ByteBufUtil.hexDump(received(channel))).isEqualTo("aabbccdd");
        assertThatThrownBy(() -> channel.writeInbound(hex("01 00 00 02 00 00 00 ee")))
                .hasMessageContaining("out of order");
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void noiseNeverHangsOrLeaks() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            if (noise.length > 7 && random.nextBoolean()) { // a header that fits
                noise[0] = (byte) (noise.length - 7);
                noise[1] = (byte) ((noise.length - 7) >> 8);
                noise[2] = 0;
                noise[3] = 0;
                if (noise.length > 9 && random.nextBoolean()) {
                    noise[7] = 0x78;
                    noise[8] = 0x01;
                }
            }
            sequence.reset();
            EmbeddedChannel channel = decoder();
            try {
                channel.writeInbound(Unpooled.wrappedBuffer(noise));
            } catch (MalformedPacketException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
            received(channel);
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void whatNobodyFlushedIsNotSent() {
        EmbeddedChannel channel = encoder();
        var promise = channel.newPromise();
        channel.write(Unpooled.wrappedBuffer(new byte[100]), promise);
        channel.close();
        assertThat(promise.isSuccess()).isFalse();
        assertThat(promise.isDone()).isTrue();
        assertThat(channel.finish()).isFalse();
    }
}
