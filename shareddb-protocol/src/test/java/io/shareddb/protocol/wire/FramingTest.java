package io.shareddb.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.Golden;
import io.shareddb.protocol.wire.MalformedPacketException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    private static final int MAX = 1 << 26;

    @Test
    void payloadsComeOutHoweverTheBytesComeIn() {
        byte[] bytes = ByteBufUtil.getBytes(Golden.hex("030000 00 616263  000000 01  010000 02 64"));
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                EmbeddedChannel channel = new EmbeddedChannel(new PayloadDecoder(new SequenceCounter(), MAX));
                channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, first));
                channel.writeInbound(Unpooled.copiedBuffer(bytes, first, second - first));
                channel.writeInbound(Unpooled.copiedBuffer(bytes, second, bytes.length - second));
                assertThat(readHex(channel)).containsExactly("616263", "", "64");
                assertThat(channel.finish()).isFalse();
            }
        }
    }

    private static List<String> readHex(EmbeddedChannel channel) {
        List<String> read = new ArrayList<>();
        for (ByteBuf payload = channel.readInbound(); payload != null; payload = channel.readInbound()) {
            read.add(ByteBufUtil.hexDump(payload));
            payload.release();
        }
        return read;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 512, 513, 0xfffffe, 0xffffff, 0x1000000, 2 * 0xffffff, 2 * 0xffffff + 5})
    void payloadsOfAllLengthsAreSplitAndJoined(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        EmbeddedChannel out = new EmbeddedChannel(new PayloadEncoder(new SequenceCounter()));
        EmbeddedChannel in = new EmbeddedChannel(new PayloadDecoder(new SequenceCounter(), MAX));
        out.writeOutbound(Unpooled.wrappedBuffer(bytes));
        int packets = 0;
        int sent = 0;
        for (ByteBuf part = out.readOutbound(); part != null; part = out.readOutbound()) {
            packets += part.readableBytes() >= 4 ? 1 : 0;
            sent += part.readableBytes();
            in.writeInbound(part);
        }
        assertThat(packets).isPositive();
        assertThat(sent).isEqualTo(length + 4 * (length / 0xffffff + 1));
        ByteBuf payload = in.readInbound();
        assertThat(payload).isEqualTo(Unpooled.wrappedBuffer(bytes));
        payload.release();
        assertThat(in.finish()).isFalse();
        assertThat(out.finish()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 0xfffffe, 0xffffff, 0x1000001})
    void recordsAreFramedAsBuffersAre(int length) {
        byte[] bytes = new byte[length];
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(254);
        EmbeddedChannel out = new EmbeddedChannel(new PayloadEncoder(sequence));
        out.writeOutbound((Payload) buffer -> buffer.writeBytes(bytes));
        ByteBuf packets = out.readOutbound();
        SequenceCounter expected = new SequenceCounter();
        expected.set(254);
        EmbeddedChannel in = new EmbeddedChannel(new PayloadDecoder(expected, MAX));
        in.writeInbound(packets);
        ByteBuf payload = in.readInbound();
        assertThat(payload.readableBytes()).isEqualTo(length);
        payload.release();
        assertThat(expected.peek()).isEqualTo(sequence.peek());
        in.finishAndReleaseAll();
    }

    @Test
    void wrongSequenceNumberIsRefusedAndNothingIsReadBehindIt() {
        EmbeddedChannel channel = new EmbeddedChannel(new PayloadDecoder(new SequenceCounter(), MAX));
        assertThatThrownBy(() -> channel.writeInbound(Golden.hex("010000 01 64 010000 00 64")))
                .isInstanceOfSatisfying(MalformedPacketException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.OUT_OF_ORDER));
        channel.writeInbound(Golden.hex("010000 00 64"));
        assertThat(readHex(channel)).isEmpty();
        channel.finishAndReleaseAll();
    }

    @Test
    void tooLongPayloadIsRefusedByItsHeader() {
        EmbeddedChannel channel = new EmbeddedChannel(new PayloadDecoder(new SequenceCounter(), 10));
        assertThatThrownBy(() -> channel.writeInbound(Golden.hex("0b0000 00")))
                .isInstanceOfSatisfying(MalformedPacketException.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.TOO_LARGE));
        channel.finishAndReleaseAll();
    }

    @Test
    void partsTogetherAreHeldToTheLimitAndReleased() {
        EmbeddedChannel channel = new EmbeddedChannel(new PayloadDecoder(new SequenceCounter(), 0xffffff + 2));
        channel.writeInbound(
                Unpooled.buffer().writeMediumLE(0xffffff).writeByte(0).writeZero(0xffffff));
        assertThatThrownBy(() -> channel.writeInbound(Golden.hex("030000 01")))
                .hasMessageContaining("at least 16777218 bytes (expected: at most 16777217)");
        channel.finishAndReleaseAll();
    }

    @Test
    void pausedDecoderKeepsTheNextPayload() {
        SequenceCounter sequence = new SequenceCounter();
        PayloadDecoder decoder = new PayloadDecoder(sequence, MAX);
        EmbeddedChannel channel = new EmbeddedChannel(decoder, new PausingReader(decoder));
        channel.writeInbound(Golden.hex("010000 00 61  010000 00 62  010000 00 63"));
        assertThat(readHex(channel)).containsExactly("61");
        sequence.reset();
        decoder.resume();
        assertThat(readHex(channel)).containsExactly("62");
        sequence.reset();
        decoder.resume();
        assertThat(readHex(channel)).containsExactly("63");
        channel.finishAndReleaseAll();
    }

    @Test
    void pausedDecoderStopsReadingWhenMuchWaits() {
        PayloadDecoder decoder = new PayloadDecoder(new SequenceCounter(), MAX);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        decoder.pause();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[PausableDecoder.MAX_WAITING_BYTES + 1]));
        assertThat(channel.config().isAutoRead()).isFalse();
        decoder.resume();
        assertThatThrownBy(channel::checkException) // zeros: number 0 twice
                .isInstanceOf(MalformedPacketException.class);
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }

    private static final class PausingReader extends ChannelInboundHandlerAdapter {
        private final PayloadDecoder decoder;

        PausingReader(PayloadDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object payload) {
            decoder.pause();
            ctx.fireChannelRead(payload);
        }
    }

    @Test
    void packetsComeWithTheirHeadersAndAreNotJoined() {
        EmbeddedChannel channel = new EmbeddedChannel(new PacketDecoder(null));
        channel.writeInbound(Golden.hex("020000 05 6162 000000 09"));
        assertThat(readHex(channel)).containsExactly("020000056162", "00000009");
        channel.finishAndReleaseAll();
    }

    @Test
    void runsAndShownPacketsAreAllTheBytesInOrderHoweverTheyComeIn() {
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            CompositeByteBuf stream = Unpooled.compositeBuffer();
            List<String> shown = new ArrayList<>();
            int packets = random.nextInt(8);
            for (int i = 0; i < packets; i++) {
                byte[] body = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(12)];
                random.nextBytes(body);
                ByteBuf packet = Unpooled.buffer();
                Packets.writeHeader(packet, body.length, i);
                packet.writeBytes(body);
                if (body.length == 0 || body[0] >= 0) {
                    shown.add(ByteBufUtil.hexDump(packet));
                }
                stream.addComponent(true, packet);
            }
            EmbeddedChannel channel = new EmbeddedChannel(
                    new PacketRunDecoder((length, first) -> length > 0 && first > 127, new SequenceCounter()));
            String sent = ByteBufUtil.hexDump(stream);
            while (stream.isReadable()) {
                int length = 1 + random.nextInt(Math.min(stream.readableBytes(), 10));
                channel.writeInbound(Unpooled.copiedBuffer(stream.readSlice(length)));
            }
            StringBuilder all = new StringBuilder();
            List<String> seen = new ArrayList<>();
            for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
                ByteBuf bytes = part instanceof Packet packet ? packet.content() : (ByteBuf) part;
                all.append(ByteBufUtil.hexDump(bytes));
                if (part instanceof Packet) {
                    seen.add(ByteBufUtil.hexDump(bytes));
                }
                bytes.release();
            }
            assertThat(all).hasToString(sent);
            assertThat(seen).isEqualTo(shown);
            assertThat(channel.finish()).isFalse();
        }
    }

    @Test
    void partsOfALongPayloadPassInRunsUnasked() {
        List<Integer> asked = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(new PacketRunDecoder(
                (length, first) -> {
                    asked.add(length);
                    return true;
                },
                null));
        channel.writeInbound(
                Unpooled.buffer().writeMediumLE(0xffffff).writeByte(0).writeZero(0xffffff));
        channel.writeInbound(Golden.hex("010000 01 fe 020000 02 6162"));
        assertThat(asked).containsExactly(0xffffff, 2);
        channel.finishAndReleaseAll();
    }

    @Test
    void removedRunDecoderHandsOnWhatItHolds() {
        EmbeddedChannel channel = new EmbeddedChannel(new PacketRunDecoder((length, first) -> false, null));
        channel.writeInbound(Golden.hex("050000 00 6162"));
        assertThat(readHex(channel)).isEmpty();
        channel.pipeline().removeFirst();
        assertThat(readHex(channel)).containsExactly("050000006162");
        channel.finishAndReleaseAll();
    }

    @Test
    void randomBytesNeverHurt() {
        Random random = new Random(9);
        for (int i = 0; i < 3000; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            for (int kind = 0; kind < 3; kind++) {
                EmbeddedChannel channel = new EmbeddedChannel(
                        kind == 0
                                ? new PayloadDecoder(new SequenceCounter(), 1000)
                                : kind == 1
                                        ? new PacketDecoder(new SequenceCounter())
                                        : new PacketRunDecoder((length, first) -> first % 2 == 0, null));
                try {
                    channel.writeInbound(Unpooled.copiedBuffer(noise));
                } catch (MalformedPacketException e) {
                    assertThat(e.reason()).isIn(Reason.OUT_OF_ORDER, Reason.TOO_LARGE);
                }
                channel.finishAndReleaseAll();
            }
        }
    }
}
