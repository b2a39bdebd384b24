package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.Collation;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * One column of a result set, or one parameter of a prepared statement.
 *
 * <pre>
 * length-encoded strings: "def" | schema | table | original table | name | original name
 * with MARIADB_EXTENDED_METADATA: length-encoded string: pieces of int&lt;1&gt; kind and length-encoded string
 * int&lt;1&gt; 12 | int&lt;2&gt; collation | int&lt;4&gt; length | int&lt;1&gt; type | int&lt;2&gt; flags | int&lt;1&gt; decimals | 2 zero bytes
 * </pre>
 *
 * Behind it, in answers to COM_FIELD_LIST, a default value; it is not read.
 *
 * @param extended MariaDB's pieces as they are; {@code null} where the connection has none
 * @param collation see {@link Collation}
 * @param length of the longest value in bytes, 32 bits
 * @param type see {@link ColumnType}
 * @param flags 16 bits: 1 NOT NULL, 2 primary key, 32 unsigned, 128 binary and so on
 * @param decimals of fractional numbers and times; 31 for unknown
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html">manual</a>
 */
public record ColumnDefinition(
        String schema,
        String table,
        String originalTable,
        String name,
        String originalName,
        @Nullable Bytes extended,
        int collation,
        long length,
        int type,
        int flags,
        int decimals)
        implements Payload {
    private static final int FIXED_BYTES = 12;
    private static final String CATALOG = "def";
    private static final int DEFAULT_LENGTH = 1024;
    private static final int UNKNOWN_DECIMALS = 31;

    /** A computed column of text. */
    public static ColumnDefinition text(String name) {
        return new ColumnDefinition(
                "",
                "",
                "",
                name,
                "",
                null,
                Collation.UTF8MB4_GENERAL_CI,
                DEFAULT_LENGTH,
                ColumnType.VAR_STRING,
                0,
                UNKNOWN_DECIMALS);
    }

    /** A computed column of signed 64-bit numbers. */
    public static ColumnDefinition number(String name) {
        int binary = 128;
        return new ColumnDefinition("", "", "", name, "", null, Collation.BINARY, 21, ColumnType.LONGLONG, binary, 0);
    }

    /** Reads {@code payload}, which stays the caller's, on a connection with {@code capabilities}. */
    public static ColumnDefinition read(ByteBuf payload, Capabilities capabilities) {
        Fields.readLengthEncodedSlice(payload); // catalog, always the same
        String schema = Fields.readLengthEncodedString(payload);
        String table = Fields.readLengthEncodedString(payload);
        String originalTable = Fields.readLengthEncodedString(payload);
        String name = Fields.readLengthEncodedString(payload);
        String originalName = Fields.readLengthEncodedString(payload);
        Bytes extended =
                capabilities.has(Capability.MARIADB_EXTENDED_METADATA) ? Fields.readLengthEncodedBytes(payload) : null;
        long fixed = Fields.readLengthEncodedInt(payload);
        if (fixed != FIXED_BYTES) {
            throw new MalformedPacketException(
                    "column definition with " + fixed + " bytes of fixed fields (expected: " + FIXED_BYTES + ")");
        }
        ColumnDefinition column = new ColumnDefinition(
                schema,
                table,
                originalTable,
                name,
                originalName,
                extended,
                Fields.readInt2(payload),
                Fields.readInt4(payload),
                Fields.readInt1(payload),
                Fields.readInt2(payload),
                Fields.readInt1(payload));
        Fields.skip(payload, 2);
        return column;
    }

    /** The same as a connection with {@code capabilities} has it: with MariaDB's pieces, none if there are none, or without. */
    public ColumnDefinition forCapabilities(Capabilities capabilities) {
        boolean wanted = capabilities.has(Capability.MARIADB_EXTENDED_METADATA);
        if (wanted == (extended != null)) {
            return this;
        }
        return new ColumnDefinition(
                schema,
                table,
                originalTable,
                name,
                originalName,
                wanted ? Bytes.EMPTY : null,
                collation,
                length,
                type,
                flags,
                decimals);
    }

    @Override
    public void write(ByteBuf out) {
        Fields.writeLengthEncodedString(out, CATALOG);
        Fields.writeLengthEncodedString(out, schema);
        Fields.writeLengthEncodedString(out, table);
        Fields.writeLengthEncodedString(out, originalTable);
        Fields.writeLengthEncodedString(out, name);
        Fields.writeLengthEncodedString(out, originalName);
        if (extended != null) {
            Fields.writeLengthEncodedBytes(out, extended);
        }
        out.writeByte(FIXED_BYTES)
                .writeShortLE(collation)
                .writeIntLE((int) length)
                .writeByte(type);
        out.writeShortLE(flags).writeByte(decimals).writeZero(2);
    }
}
