package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;

/**
 * The end of column definitions or rows on connections without
 * {@link io.shareddb.protocol.capability.Capability#DEPRECATE_EOF}.
 *
 * <pre>int&lt;1&gt; FE | int&lt;2&gt; warnings | int&lt;2&gt; status</pre>
 *
 * @param warnings 0 to 65535
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_eof_packet.html">manual</a>
 */
public record EofPacket(int warnings, ServerStatus status) implements Payload {
    /** First byte. A row that starts with it is longer than an EOF, since FE begins a length of nine bytes. */
    public static final int HEADER = 0xfe;

    /** Longer payloads with this header are something else. */
    static final int MAX_BYTES = 8;

    public EofPacket {
        if (warnings >>> 16 != 0) {
            throw new IllegalArgumentException("warnings: " + warnings + " (expected: 0 to 65535)");
        }
    }

    /** If {@code payload} is an EOF rather than a row; it stays the caller's and unread. */
    public static boolean matches(ByteBuf payload) {
        return payload.isReadable()
                && payload.readableBytes() <= MAX_BYTES
                && payload.getUnsignedByte(payload.readerIndex()) == HEADER;
    }

    /** Reads {@code payload}, which stays the caller's. */
    public static EofPacket read(ByteBuf payload) {
        int header = Fields.readInt1(payload);
        if (header != HEADER) {
            throw new MalformedPacketException("not an EOF packet: starts with 0x" + Integer.toHexString(header));
        }
        return new EofPacket(Fields.readInt2(payload), new ServerStatus(Fields.readInt2(payload)));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(HEADER).writeShortLE(warnings).writeShortLE(status.bits());
    }
}
