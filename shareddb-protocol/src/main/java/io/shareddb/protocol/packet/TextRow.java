package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of an answer to COM_QUERY.
 *
 * <pre>for each column: FB for NULL, else length-encoded string: the value as text</pre>
 *
 * @param values {@code null} for NULL
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_row.html">manual</a>
 */
public record TextRow(List<@Nullable Bytes> values) implements Payload {
    public TextRow {
        values = Collections.unmodifiableList(new ArrayList<>(values)); // copyOf refuses null
    }

    /** A row of UTF-8 text. */
    public static TextRow of(@Nullable String... values) {
        List<@Nullable Bytes> row = new ArrayList<>(values.length);
        for (String value : values) {
            row.add(value == null ? null : Bytes.utf8(value));
        }
        return new TextRow(row);
    }

    /** Reads {@code payload} to its end; it stays the caller's. */
    public static TextRow read(ByteBuf payload) {
        List<@Nullable Bytes> row = new ArrayList<>();
        while (payload.isReadable()) {
            if (Fields.isNull(payload)) {
                payload.skipBytes(1);
                row.add(null);
            } else {
                row.add(Fields.readLengthEncodedBytes(payload));
            }
        }
        return new TextRow(row);
    }

    /** The value of a column, from 0, as UTF-8 text. */
    public @Nullable String text(int column) {
        Bytes value = values.get(column);
        return value == null ? null : value.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void write(ByteBuf out) {
        for (Bytes value : values) {
            if (value == null) {
                out.writeByte(Fields.NULL);
            } else {
                Fields.writeLengthEncodedBytes(out, value);
            }
        }
    }
}
