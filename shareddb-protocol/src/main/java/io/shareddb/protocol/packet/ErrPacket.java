package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A refusal.
 *
 * <pre>int&lt;1&gt; FF | int&lt;2&gt; number | [ '#' | 5 letters SQLSTATE ] | rest: message</pre>
 *
 * Before the login is read, servers leave the SQLSTATE out (1040 too many connections, 1130 host not allowed).
 *
 * @param number 0 to 65535
 * @param sqlState five ASCII letters or digits
 * @param message UTF-8
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html">manual</a>
 */
public record ErrPacket(int number, @Nullable String sqlState, String message) implements Payload {
    /** First byte. */
    public static final int HEADER = 0xff;

    public ErrPacket {
        if (number >>> 16 != 0) {
            throw new IllegalArgumentException("number: " + number + " (expected: 0 to 65535)");
        }
        if (sqlState != null && sqlState.length() != 5) {
            throw new IllegalArgumentException("sqlState: " + sqlState + " (expected: 5 characters)");
        }
    }

    /** If {@code payload} starts like an error; it stays the caller's and unread. */
    public static boolean matches(ByteBuf payload) {
        return payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == HEADER;
    }

    /** Reads all of {@code payload}, which stays the caller's. */
    public static ErrPacket read(ByteBuf payload) {
        int header = Fields.readInt1(payload);
        if (header != HEADER) {
            throw new MalformedPacketException("not an error packet: starts with 0x" + Integer.toHexString(header));
        }
        int number = Fields.readInt2(payload);
        String sqlState = null;
        if (payload.readableBytes() >= 6 && payload.getByte(payload.readerIndex()) == '#') {
            payload.skipBytes(1);
            sqlState = payload.readSlice(5).toString(StandardCharsets.ISO_8859_1);
        }
        return new ErrPacket(number, sqlState, Fields.readRestString(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(HEADER).writeShortLE(number);
        if (sqlState != null) {
            out.writeByte('#').writeCharSequence(sqlState, StandardCharsets.ISO_8859_1);
        }
        ByteBufUtil.writeUtf8(out, message);
    }
}
