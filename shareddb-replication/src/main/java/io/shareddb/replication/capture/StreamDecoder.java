package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Packets;
import io.shareddb.replication.engine.TransactionFramer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stream that answers a dump command, with semi-synchronous replication on. Keeps at most 64 KB of it. Event loop only.
 *
 * <pre>
 * payload: 00 | EF | int&lt;1&gt; 01: acknowledge | event       FF: error       FE: end of stream
 * event:   header | body | int&lt;4&gt; CRC-32, little endian, if the format description says so
 * </pre>
 *
 * Payloads of 16 MB and more come in several packets. Sequence numbers are not looked at: engines start over with each wish for an
 * acknowledgement, and events have checksums.
 */
final class StreamDecoder extends ByteToMessageDecoder {
    private static final int CHECKSUM_BYTES = 4;
    private static final int PREFIX_BYTES = 3;
    private static final int SEMI_SYNC = 0xef;

    private final EventSink sink;
    private final CRC32 checksum = new CRC32();
    private boolean checksums = true;
    private boolean failed;
    private boolean payloadContinues;
    private int packetRemaining;

    /** The event whose bytes are being read. */
    private @Nullable EventHeader event;

    private long eventRemaining;
    private int expectedChecksum;

    StreamDecoder(EventSink sink) {
        this.sink = sink;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        failed = true; // unless this returns
        if (event != null) {
            readBody(in);
        } else {
            readStart(in);
        }
        failed = false;
    }

    private void readStart(ByteBuf in) {
        if (in.readableBytes() < Packets.HEADER_BYTES + 1) {
            return;
        }
        int body = Packets.bodyLength(in);
        int start = in.readerIndex() + Packets.HEADER_BYTES;
        int first = body == 0 ? -1 : in.getUnsignedByte(start);
        if (first != 0) {
            if (in.readableBytes() >= Packets.HEADER_BYTES + body) {
                refuse(in, body, first);
            }
            return;
        }
        if (body < PREFIX_BYTES + EventHeader.BYTES) {
            throw new MalformedPacketException("binlog event packet of " + body + " bytes");
        }
        if (in.readableBytes() < Packets.HEADER_BYTES + PREFIX_BYTES + EventHeader.BYTES) {
            return;
        }
        if (in.getUnsignedByte(start + 1) != SEMI_SYNC) {
            throw new MalformedPacketException("the engine does not wait for us: semi-synchronous replication is off");
        }
        ByteBuf rest = in.slice(start + PREFIX_BYTES, in.writerIndex() - start - PREFIX_BYTES);
        EventHeader header = EventHeader.peek(rest);
        int trailer = checksums || header.type() == EventType.FORMAT_DESCRIPTION ? CHECKSUM_BYTES : 0;
        if (header.length() < EventHeader.BYTES + trailer
                || (body < Packets.MAX_BODY_BYTES && header.length() != body - PREFIX_BYTES)) {
            throw new MalformedPacketException(
                    "binlog event of " + header.length() + " bytes in a packet of " + body + " bytes");
        }
        long visible = Math.min(header.length(), TransactionFramer.VISIBLE_BYTES);
        if (rest.readableBytes() < visible) {
            return;
        }
        boolean acknowledge = in.getByte(start + 2) != 0;
        in.skipBytes(Packets.HEADER_BYTES + PREFIX_BYTES);
        packetRemaining = body - PREFIX_BYTES;
        payloadContinues = body == Packets.MAX_BODY_BYTES;
        if (header.type() == EventType.FORMAT_DESCRIPTION && visible == header.length()) {
            checksums = rest.getByte((int) visible - CHECKSUM_BYTES - 1) != 0;
        }
        begin(header, rest.slice(0, (int) Math.min(visible, header.length() - trailer)), acknowledge);
        readBody(in);
    }

    private static void refuse(ByteBuf in, int body, int first) {
        ByteBuf payload = in.skipBytes(Packets.HEADER_BYTES).readSlice(body);
        if (first == ErrPacket.HEADER) {
            throw new SqlException(ErrPacket.read(payload));
        }
        throw new MalformedPacketException("the engine ended the binlog stream: packet starts with " + first);
    }

    private void begin(EventHeader header, ByteBuf visible, boolean acknowledge) {
        event = header;
        eventRemaining = header.length();
        checksum.reset();
        expectedChecksum = 0;
        sink.begin(header, visible, acknowledge);
    }

    private void readBody(ByteBuf in) {
        while (eventRemaining > 0 && in.isReadable()) {
            if (packetRemaining == 0 && !nextPacket(in)) {
                return;
            }
            int length = (int) Math.min(Math.min(in.readableBytes(), packetRemaining), eventRemaining);
            ByteBuf piece = in.readSlice(length);
            check(piece);
            packetRemaining -= length;
            eventRemaining -= length;
            sink.bytes(piece);
        }
        if (eventRemaining == 0 && finishPayload(in)) {
            end();
        }
    }

    private boolean nextPacket(ByteBuf in) {
        if (!payloadContinues) {
            throw new MalformedPacketException(eventRemaining + " bytes of a binlog event are missing");
        }
        if (in.readableBytes() < Packets.HEADER_BYTES) {
            return false;
        }
        packetRemaining = Packets.bodyLength(in);
        payloadContinues = packetRemaining == Packets.MAX_BODY_BYTES;
        in.skipBytes(Packets.HEADER_BYTES);
        return true;
    }

    /** A payload whose last packet was full is followed by an empty one. */
    private boolean finishPayload(ByteBuf in) {
        if (packetRemaining != 0) {
            throw new MalformedPacketException(packetRemaining + " bytes follow a binlog event in its packet");
        }
        return !payloadContinues || (nextPacket(in) && finishPayload(in));
    }

    /** Adds a piece to the checksum; the last four bytes of the event are the one that is expected. */
    private void check(ByteBuf piece) {
        int length = piece.readableBytes();
        long behind = eventRemaining - length;
        int summed = (int) Math.max(0, Math.min(length, eventRemaining - CHECKSUM_BYTES));
        for (ByteBuffer buffer : piece.nioBuffers(piece.readerIndex(), summed)) {
            checksum.update(buffer);
        }
        for (int i = summed; i < length; i++) {
            int place = CHECKSUM_BYTES - (int) (behind + length - i);
            expectedChecksum |= piece.getUnsignedByte(piece.readerIndex() + i) << (8 * place);
        }
    }

    private void end() {
        EventHeader complete = event;
        event = null;
        if (complete != null && checksums && (int) checksum.getValue() != expectedChecksum) {
            throw new MalformedPacketException("binlog event of type " + complete.type() + " and " + complete.length()
                    + " bytes has a wrong checksum");
        }
        sink.end();
    }

    /** Whether events come with checksums, by the last format description. */
    boolean checksums() {
        return checksums;
    }
}
