package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of an answer to COM_STMT_EXECUTE or COM_STMT_FETCH.
 *
 * <pre>int&lt;1&gt; 00 | bitmap of NULLs, (columns + 9) / 8 bytes, first column at bit 2 | the other values, by their type</pre>
 *
 * @param values in binary form, strings and times with their length, see {@link ColumnType#readBinary}; {@code null} for
 *     NULL
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html">manual</a>
 */
public record BinaryRow(List<@Nullable Bytes> values) implements Payload {
    private static final int BITMAP_OFFSET = 2;

    public BinaryRow {
        values = Collections.unmodifiableList(new ArrayList<>(values)); // copyOf refuses null
    }

    /** Reads {@code payload}, which stays the caller's, by the types of {@code columns}. */
    public static BinaryRow read(ByteBuf payload, List<ColumnDefinition> columns) {
        int header = Fields.readInt1(payload);
        if (header != 0) {
            throw new MalformedPacketException("not a binary row: starts with 0x" + Integer.toHexString(header));
        }
        ByteBuf nulls = Fields.readSlice(payload, bitmapBytes(columns.size()));
        List<@Nullable Bytes> row = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            int bit = i + BITMAP_OFFSET;
            boolean isNull = (nulls.getByte(nulls.readerIndex() + bit / 8) >> bit % 8 & 1) == 1;
            row.add(
                    isNull
                            ? null
                            : Bytes.of(ColumnType.readBinary(
                                    payload, columns.get(i).type())));
        }
        return new BinaryRow(row);
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(0);
        byte[] nulls = new byte[bitmapBytes(values.size())];
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                int bit = i + BITMAP_OFFSET;
                nulls[bit / 8] |= (byte) (1 << bit % 8);
            }
        }
        out.writeBytes(nulls);
        for (Bytes value : values) {
            if (value != null) {
                value.write(out);
            }
        }
    }

    private static int bitmapBytes(int columns) {
        return (columns + 7 + BITMAP_OFFSET) / 8;
    }
}
