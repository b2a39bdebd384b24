package io.shareddb.replication.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class StreamDecoderTest {
    /** From an 11.4.5 engine. */
    private static final String FAKE_ROTATE = "00ef00" // OK, semi-sync, no ACK
            + "00000000" + "04" + "01000000" + "2d000000" + "00000000" + "2000" // header
            + "1d01000000000000" + "7069642d62696e2e303030303031" // 0x11d, "pid-bin.000001"
            + "9e638e73"; // CRC-32

    private static final String FAKE_GTID_LIST = "00ef00"
            + "00000000" + "a3" + "01000000" + "2b000000" + "9e040000" + "2000"
            + "01000000" + "00000000" + "01000000" + "0400000000000000" // 0-1-4
            + "86bad3a4";
    private static final String GTID = "00ef00" + "1c7e036b" + "a2" + "01000000" + "2a000000" + "c8040000" + "0800"
            + "0500000000000000" + "00000000" + "0c" + "000000000000" + "edbe9af1";
    private static final String XID = "00ef01" + "1c7e036b" + "10" + "01000000" + "1f000000" + "6f050000" + "0000"
            + "3700000000000000" + "90d77b8d";

    private final RecordingSink sink = new RecordingSink();
    private final EmbeddedChannel channel = new EmbeddedChannel(new StreamDecoder(sink));

    private static ByteBuf packets(String... payloads) {
        ByteBuf out = Unpooled.buffer();
        for (String payload : payloads) {
            byte[] bytes = ByteBufUtil.decodeHexDump(payload);
            out.writeMediumLE(bytes.length).writeByte(7).writeBytes(bytes);
        }
        return out;
    }

    /** An event with a right checksum as a payload. */
    private static ByteBuf payload(int type, byte[] body, boolean acknowledge) {
        ByteBuf event = Unpooled.buffer();
        new EventHeader(1, type, 1, EventHeader.BYTES + body.length + 4L, 0, 0).write(event);
        event.writeBytes(body);
        CRC32 checksum = new CRC32();
        checksum.update(event.nioBuffer());
        event.writeIntLE((int) checksum.getValue());
        return Unpooled.buffer()
                .writeByte(0)
                .writeByte(0xef)
                .writeByte(acknowledge ? 1 : 0)
                .writeBytes(event);
    }

    private static ByteBuf packets(ByteBuf payload) {
        try {
            return PayloadEncoder.frame(
                    UnpooledByteBufAllocator.DEFAULT, out -> out.writeBytes(payload), new SequenceCounter());
        } finally {
            payload.release();
        }
    }

    @Test
    void readsWhatAnEngineSentHoweverItIsCut() {
        ByteBuf stream = packets(FAKE_ROTATE, FAKE_GTID_LIST, GTID, XID);
        for (int cut = 0; cut <= stream.readableBytes(); cut++) {
            RecordingSink found = new RecordingSink();
            EmbeddedChannel cutChannel = new EmbeddedChannel(new StreamDecoder(found));
            cutChannel.writeInbound(stream.copy(0, cut), stream.copy(cut, stream.readableBytes() - cut));
            assertThat(found.events).as("cut at %s", cut).containsExactly("4", "a3", "a2", "10!");
            assertThat(found.contents.get(3)).isEqualTo(ByteBufUtil.decodeHexDump(XID.substring(6)));
            cutChannel.finishAndReleaseAll();
        }
    }

    @Test
    void readsByteByByte() {
        ByteBuf stream = packets(FAKE_ROTATE, GTID, XID);
        while (stream.isReadable()) {
            channel.writeInbound(stream.readBytes(1));
        }
        assertThat(sink.events).containsExactly("4", "a2", "10!");
        channel.finishAndReleaseAll();
    }

    @Test
    void changedByteIsFound() {
        ByteBuf stream = packets(XID);
        for (int i = 4 + 3; i < stream.readableBytes(); i++) {
            ByteBuf changed = stream.copy();
            changed.setByte(i, changed.getByte(i) ^ 1);
            RecordingSink found = new RecordingSink();
            EmbeddedChannel other = new EmbeddedChannel(new StreamDecoder(found));
            int place = i;
            assertThatThrownBy(() -> {
                        other.writeInbound(changed);
                        other.checkException();
                    })
                    .as("byte %s", place)
                    .isInstanceOf(MalformedPacketException.class);
            assertThat(found.events).isEmpty();
            other.finishAndReleaseAll();
        }
    }

    @Test
    void eventsOfSeveralPacketsArePassedOnPieceByPiece() {
        int full = 0xffffff - 3 - EventHeader.BYTES - 4; // the payload fills its packet exactly: an empty one follows
        for (int length : new int[] {full - 1, full, full + 1, 2 * 0xffffff - 26, 2 * 0xffffff}) {
            byte[] body = new byte[length];
            Arrays.fill(body, (byte) 'x');
            sink.events.clear();
            sink.contents.clear();
            ByteBuf stream = packets(payload(0x17, body, true));
            stream.writeBytes(ByteBufUtil.getBytes(packets(XID)));
            Random random = new Random(length);
            while (stream.isReadable()) {
                channel.writeInbound(stream.readBytes(Math.min(stream.readableBytes(), 1 + random.nextInt(1 << 20))));
            }
            stream.release();
            assertThat(sink.events).containsExactly("17!", "10!");
            assertThat(sink.contents.get(0)).hasSize(EventHeader.BYTES + length + 4);
        }
        channel.finishAndReleaseAll();
    }

    @Test
    void errorsAndForeignStreamsEndIt() {
        fails(SqlException.class, packets(Unpooled.buffer().writeBytes(error())));
        fails(MalformedPacketException.class, packets("fe00000200"));
        fails(MalformedPacketException.class, packets("00" + GTID.substring(6))); // without semi-sync
        fails(MalformedPacketException.class, packets("00ef00" + GTID.substring(6, 20)));
        fails(MalformedPacketException.class, packets(GTID + "00"));
        fails(MalformedPacketException.class, packets(""));
    }

    private static ByteBuf error() {
        ByteBuf out = Unpooled.buffer();
        new ErrPacket(1236, "HY000", "no").write(out);
        return out;
    }

    private static void fails(Class<? extends Throwable> expected, ByteBuf stream) {
        RecordingSink found = new RecordingSink();
        EmbeddedChannel channel = new EmbeddedChannel(new StreamDecoder(found));
        assertThatThrownBy(() -> {
                    channel.writeInbound(stream, packets(XID));
                    channel.checkException();
                })
                .satisfies(thrown -> {
                    Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null
                            ? thrown.getCause()
                            : thrown;
                    assertThat(cause).isInstanceOf(expected);
                });
        assertThat(found.events).isEmpty();
        channel.finishAndReleaseAll();
    }

    @Test
    void randomBytesNeverHang() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 30) { // often a packet that begins well
                bytes[0] = (byte) (bytes.length - 4);
                bytes[1] = 0;
                bytes[2] = 0;
                bytes[4] = 0;
                bytes[5] = (byte) 0xef;
            }
            EmbeddedChannel noise = new EmbeddedChannel(new StreamDecoder(new RecordingSink()));
            try {
                noise.writeInbound(Unpooled.wrappedBuffer(bytes));
            } catch (DecoderException expected) {
                assertThat(expected).isNotNull();
            }
            try {
                noise.finishAndReleaseAll();
            } catch (DecoderException expected) {
                assertThat(expected).isNotNull();
            }
        }
    }
}
