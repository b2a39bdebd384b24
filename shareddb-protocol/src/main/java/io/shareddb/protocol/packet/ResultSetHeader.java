package io.shareddb.protocol.packet;

import static io.shareddb.protocol.capability.Capability.MARIADB_CACHE_METADATA;
import static io.shareddb.protocol.capability.Capability.OPTIONAL_RESULTSET_METADATA;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import org.jspecify.annotations.Nullable;

/**
 * First packet of a result set.
 *
 * <pre>length-encoded int: columns | with OPTIONAL_RESULTSET_METADATA or MARIADB_CACHE_METADATA: int&lt;1&gt; 01 if definitions follow</pre>
 *
 * The manual of MySQL has the flag first; MySQL 9.7 sends it last, as MariaDB does.
 *
 * @param columns 1 to 65535
 * @param definitionsFollow {@code null} where the connection has no such flag: they do
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset.html">manual</a>
 */
public record ResultSetHeader(int columns, @Nullable Boolean definitionsFollow) implements Payload {
    private static final int MAX_COLUMNS = 0xffff;

    /** Reads {@code payload}, which stays the caller's, on a connection with {@code capabilities}. */
    public static ResultSetHeader read(ByteBuf payload, Capabilities capabilities) {
        long columns = Fields.readLengthEncodedInt(payload);
        if (columns < 1 || columns > MAX_COLUMNS) {
            throw new MalformedPacketException(
                    "result set of " + Long.toUnsignedString(columns) + " columns (expected: 1 to 65535)");
        }
        Boolean follow = null;
        if (capabilities.has(OPTIONAL_RESULTSET_METADATA) || capabilities.has(MARIADB_CACHE_METADATA)) {
            follow = Fields.readInt1(payload) != 0;
        }
        return new ResultSetHeader((int) columns, follow);
    }

    /** How many column definitions follow. */
    public int definitions() {
        return definitionsFollow == null || definitionsFollow ? columns : 0;
    }

    @Override
    public void write(ByteBuf out) {
        Fields.writeLengthEncodedInt(out, columns);
        if (definitionsFollow != null) {
            out.writeByte(definitionsFollow ? 1 : 0);
        }
    }
}
