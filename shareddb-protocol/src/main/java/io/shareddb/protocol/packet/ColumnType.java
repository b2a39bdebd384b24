package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;

/**
 * Numbers of column types, and how long their binary values are.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html">manual</a>
 */
public final class ColumnType {
    public static final int DECIMAL = 0;
    public static final int TINY = 1;
    public static final int SHORT = 2;
    public static final int LONG = 3;
    public static final int FLOAT = 4;
    public static final int DOUBLE = 5;
    public static final int NULL = 6;
    public static final int TIMESTAMP = 7;
    public static final int LONGLONG = 8;
    public static final int INT24 = 9;
    public static final int DATE = 10;
    public static final int TIME = 11;
    public static final int DATETIME = 12;
    public static final int YEAR = 13;
    public static final int VARCHAR = 15;
    public static final int BIT = 16;
    public static final int VECTOR = 242;
    public static final int JSON = 245;
    public static final int NEWDECIMAL = 246;
    public static final int ENUM = 247;
    public static final int SET = 248;
    public static final int TINY_BLOB = 249;
    public static final int MEDIUM_BLOB = 250;
    public static final int LONG_BLOB = 251;
    public static final int BLOB = 252;
    public static final int VAR_STRING = 253;
    public static final int STRING = 254;
    public static final int GEOMETRY = 255;

    private ColumnType() {}

    /**
     * Moves past one value in binary form and returns a view of it, length and all. {@code payload} stays the caller's.
     *
     * <pre>numbers: 1, 2, 4 or 8 bytes | dates and times: int&lt;1&gt; length, so many bytes | else: length-encoded string</pre>
     */
    public static ByteBuf readBinary(ByteBuf payload, int type) {
        int start = payload.readerIndex();
        switch (type) {
            case NULL -> {}
            case TINY -> Fields.skip(payload, 1);
            case SHORT, YEAR -> Fields.skip(payload, 2);
            case LONG, INT24, FLOAT -> Fields.skip(payload, 4);
            case LONGLONG, DOUBLE -> Fields.skip(payload, 8);
            case DATE, DATETIME, TIMESTAMP, TIME -> Fields.skip(payload, Fields.readInt1(payload));
            case DECIMAL,
                    VARCHAR,
                    BIT,
                    VECTOR,
                    JSON,
                    NEWDECIMAL,
                    ENUM,
                    SET,
                    TINY_BLOB,
                    MEDIUM_BLOB,
                    LONG_BLOB,
                    BLOB,
                    VAR_STRING,
                    STRING,
                    GEOMETRY -> Fields.skip(payload, Fields.readLength(payload));
            default -> throw new MalformedPacketException("value of unknown type " + type);
        }
        return payload.slice(start, payload.readerIndex() - start);
    }
}
