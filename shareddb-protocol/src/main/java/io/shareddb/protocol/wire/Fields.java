package io.shareddb.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The field types of the protocol. Integers are unsigned and little endian. Each {@code read} moves the reader index past
 * its field, leaves the buffer the caller's, and throws {@link MalformedPacketException} where the field does not fit into
 * what is left of the payload.
 *
 * <pre>
 * length-encoded integer   0 to 250: one byte | FC int&lt;2&gt; | FD int&lt;3&gt; | FE int&lt;8&gt;; FB is NULL in rows, FF never
 * length-encoded string    length-encoded integer, then so many bytes
 * terminated string        bytes up to a zero byte
 * rest                     bytes up to the end of the payload
 * </pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html">manual</a>
 */
public final class Fields {
    /** In a row: the value is NULL. At the start of a result: the server asks for a local file. */
    public static final int NULL = 0xfb;

    private Fields() {}

    public static int readInt1(ByteBuf payload) {
        require(payload, 1);
        return payload.readUnsignedByte();
    }

    public static int readInt2(ByteBuf payload) {
        require(payload, 2);
        return payload.readUnsignedShortLE();
    }

    public static int readInt3(ByteBuf payload) {
        require(payload, 3);
        return payload.readUnsignedMediumLE();
    }

    public static long readInt4(ByteBuf payload) {
        require(payload, 4);
        return payload.readUnsignedIntLE();
    }

    /** All 64 bits: compare with {@link Long#compareUnsigned}. */
    public static long readInt8(ByteBuf payload) {
        require(payload, 8);
        return payload.readLongLE();
    }

    /** All 64 bits: compare with {@link Long#compareUnsigned}. NULL (FB) is refused: ask {@link #isNull} first. */
    public static long readLengthEncodedInt(ByteBuf payload) {
        int first = readInt1(payload);
        if (first < NULL) {
            return first;
        }
        return switch (first) {
            case 0xfc -> readInt2(payload);
            case 0xfd -> readInt3(payload);
            case 0xfe -> readInt8(payload);
            default ->
                throw new MalformedPacketException("length-encoded integer starts with 0x" + Integer.toHexString(first)
                        + " (expected: 0 to 0xfa, 0xfc to 0xfe)");
        };
    }

    /** If the next byte of a row says NULL; reads nothing. */
    public static boolean isNull(ByteBuf payload) {
        require(payload, 1);
        return payload.getUnsignedByte(payload.readerIndex()) == NULL;
    }

    /** Reads the length of a field and checks that so many bytes are there. */
    public static int readLength(ByteBuf payload) {
        long length = readLengthEncodedInt(payload);
        if (length < 0 || length > payload.readableBytes()) {
            throw new MalformedPacketException("field of " + Long.toUnsignedString(length) + " bytes, but "
                    + payload.readableBytes() + " are left in the payload");
        }
        return (int) length;
    }

    /** A view of the string, valid as long as {@code payload} is. */
    public static ByteBuf readLengthEncodedSlice(ByteBuf payload) {
        return payload.readSlice(readLength(payload));
    }

    public static Bytes readLengthEncodedBytes(ByteBuf payload) {
        return Bytes.of(readLengthEncodedSlice(payload));
    }

    public static String readLengthEncodedString(ByteBuf payload, Charset charset) {
        return readLengthEncodedSlice(payload).toString(charset);
    }

    /** A length-encoded string in UTF-8, as names and messages are. */
    public static String readLengthEncodedString(ByteBuf payload) {
        return readLengthEncodedString(payload, StandardCharsets.UTF_8);
    }

    /** A view of the string without its zero byte, valid as long as {@code payload} is. */
    public static ByteBuf readTerminatedSlice(ByteBuf payload) {
        int length = payload.bytesBefore((byte) 0);
        if (length < 0) {
            throw new MalformedPacketException("terminated string without a zero byte");
        }
        ByteBuf slice = payload.readSlice(length);
        payload.skipBytes(1);
        return slice;
    }

    /** A terminated string in UTF-8. */
    public static String readTerminatedString(ByteBuf payload) {
        return readTerminatedSlice(payload).toString(StandardCharsets.UTF_8);
    }

    /** A view of {@code length} bytes, valid as long as {@code payload} is. */
    public static ByteBuf readSlice(ByteBuf payload, long length) {
        require(payload, length);
        return payload.readSlice((int) length);
    }

    public static Bytes readBytes(ByteBuf payload, long length) {
        return Bytes.of(readSlice(payload, length));
    }

    /** Everything up to the end of the payload. */
    public static Bytes readRest(ByteBuf payload) {
        return Bytes.of(payload.readSlice(payload.readableBytes()));
    }

    /** Everything up to the end of the payload, in UTF-8. */
    public static String readRestString(ByteBuf payload) {
        return payload.readSlice(payload.readableBytes()).toString(StandardCharsets.UTF_8);
    }

    public static void skip(ByteBuf payload, long length) {
        require(payload, length);
        payload.skipBytes((int) length);
    }

    /** Throws unless {@code length} more bytes are there; a negative length is an unsigned one beyond 2^63. */
    public static void require(ByteBuf payload, long length) {
        if (length < 0 || length > payload.readableBytes()) {
            throw new MalformedPacketException("payload ends early: " + Long.toUnsignedString(length)
                    + " bytes needed, " + payload.readableBytes() + " left");
        }
    }

    public static void writeLengthEncodedInt(ByteBuf out, long value) {
        if (Long.compareUnsigned(value, 251) < 0) {
            out.writeByte((int) value);
        } else if (Long.compareUnsigned(value, 0xffff) <= 0) {
            out.writeByte(0xfc).writeShortLE((int) value);
        } else if (Long.compareUnsigned(value, 0xffffff) <= 0) {
            out.writeByte(0xfd).writeMediumLE((int) value);
        } else {
            out.writeByte(0xfe).writeLongLE(value);
        }
    }

    /** How many bytes {@link #writeLengthEncodedInt} appends for {@code value}: 1, 3, 4 or 9. */
    public static int lengthEncodedIntBytes(long value) {
        if (Long.compareUnsigned(value, 251) < 0) {
            return 1;
        }
        if (Long.compareUnsigned(value, 0xffff) <= 0) {
            return 3;
        }
        return Long.compareUnsigned(value, 0xffffff) <= 0 ? 4 : 9;
    }

    public static void writeLengthEncodedBytes(ByteBuf out, Bytes value) {
        writeLengthEncodedInt(out, value.length());
        value.write(out);
    }

    /** Copies the readable bytes of {@code value}, which stays the caller's and unread. */
    public static void writeLengthEncodedBytes(ByteBuf out, ByteBuf value) {
        writeLengthEncodedInt(out, value.readableBytes());
        out.writeBytes(value, value.readerIndex(), value.readableBytes());
    }

    /** In UTF-8. */
    public static void writeLengthEncodedString(ByteBuf out, String value) {
        writeLengthEncodedInt(out, ByteBufUtil.utf8Bytes(value));
        ByteBufUtil.writeUtf8(out, value);
    }

    /**
     * In UTF-8.
     *
     * @throws IllegalArgumentException if {@code value} holds a zero character, which would end it early
     */
    public static void writeTerminatedString(ByteBuf out, String value) {
        if (value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("value: holds a zero character at " + value.indexOf(0));
        }
        ByteBufUtil.writeUtf8(out, value);
        out.writeByte(0);
    }
}
