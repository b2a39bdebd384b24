package io.shareddb.protocol.packet;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;

/**
 * First packet of the answer to {@code COM_STMT_PREPARE}; the definitions of parameters, then those of columns follow,
 * each group with an EOF behind it unless DEPRECATE_EOF is used or the group is empty.
 *
 * <pre>
 * int&lt;1&gt; 00 | int&lt;4&gt; statement id | int&lt;2&gt; columns | int&lt;2&gt; parameters | int&lt;1&gt; 0 | int&lt;2&gt; warnings
 * with OPTIONAL_RESULTSET_METADATA: int&lt;1&gt; 01 if definitions follow
 * </pre>
 *
 * @param statementId 32 bits
 * @param columns 0 to 65535
 * @param parameters 0 to 65535
 * @param warnings 0 to 65535
 * @param metadataFollows if definitions follow; {@code true} wherever the flag is not on the wire
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html">manual</a>
 */
public record PrepareOk(long statementId, int columns, int parameters, int warnings, boolean metadataFollows)
        implements Payload {
    /** Reads {@code payload}, which stays the caller's. */
    public static PrepareOk read(ByteBuf payload) {
        int header = Fields.readInt1(payload);
        if (header != OkPacket.HEADER) {
            throw new MalformedPacketException("not an answer to a prepare: 0x" + Integer.toHexString(header));
        }
        long statementId = Fields.readInt4(payload);
        int columns = Fields.readInt2(payload);
        int parameters = Fields.readInt2(payload);
        Fields.skip(payload, 1);
        int warnings = payload.isReadable() ? Fields.readInt2(payload) : 0;
        boolean metadata = !payload.isReadable() || payload.readUnsignedByte() != 0;
        return new PrepareOk(statementId, columns, parameters, warnings, metadata);
    }

    /** Appends the form without the metadata flag. */
    @Override
    public void write(ByteBuf out) {
        out.writeByte(OkPacket.HEADER).writeIntLE((int) statementId);
        out.writeShortLE(columns).writeShortLE(parameters).writeByte(0).writeShortLE(warnings);
    }
}
