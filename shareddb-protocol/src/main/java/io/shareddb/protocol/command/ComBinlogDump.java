package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_BINLOG_DUMP}: stream the binlog. Answered with {@link io.shareddb.protocol.binlog.EventPacket}s until an
 * error, or an EOF where {@link #NON_BLOCK} is set. MariaDB takes the position from {@code @slave_connect_state} instead
 * if that is set.
 *
 * <pre>int&lt;1&gt; 0x12 | int&lt;4&gt; position | int&lt;2&gt; flags | int&lt;4&gt; server id | rest: file name</pre>
 *
 * @param position in the file, 4 for its start; 32 bits
 * @param flags see the constants
 * @param serverId of the replica, 32 bits
 * @param file empty for the first one that the server has
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_binlog_dump.html">manual</a>
 */
public record ComBinlogDump(long position, int flags, long serverId, String file) implements Command {
    /** Flag: end with an EOF instead of waiting for more. */
    public static final int NON_BLOCK = 0x0001;

    /** Flag, MariaDB: send the events with the text of statements, too. */
    public static final int SEND_ANNOTATE_ROWS = 0x0002;

    static ComBinlogDump read(ByteBuf payload) {
        return new ComBinlogDump(
                Fields.readInt4(payload),
                Fields.readInt2(payload),
                Fields.readInt4(payload),
                Fields.readRestString(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) position).writeShortLE(flags).writeIntLE((int) serverId);
        ByteBufUtil.writeUtf8(out, file);
    }

    @Override
    public int code() {
        return CommandCode.BINLOG_DUMP;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.binlogDump(this);
    }
}
