package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.binlog.GtidSetCodec;
import io.shareddb.protocol.binlog.MySqlGtidSet;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.StandardCharsets;

/**
 * {@code COM_BINLOG_DUMP_GTID}, MySQL: stream what is not in a set of transactions. Answered as {@link ComBinlogDump}.
 *
 * <pre>
 * int&lt;1&gt; 0x1E | int&lt;2&gt; flags | int&lt;4&gt; server id | int&lt;4&gt; length of the name | file name | int&lt;8&gt; position, 4
 * int&lt;4&gt; length of the set | set, see {@link GtidSetCodec}
 * </pre>
 *
 * The server reads name, position and set in any case; a native replica sends no name and position 4.
 *
 * @param flags see the constants
 * @param serverId of the replica, 32 bits
 * @param have what the replica has already
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_binlog_dump_gtid.html">manual</a>
 */
public record ComBinlogDumpGtid(int flags, long serverId, String file, long position, MySqlGtidSet have)
        implements Command {
    /** Flag: end with an EOF instead of waiting for more. */
    public static final int NON_BLOCK = 0x0001;

    /** Flag: heartbeats in their second form, for files beyond 4 GB. The first form is understood as well. */
    public static final int HEARTBEAT_V2 = 0x0002;

    private static final long FILE_START = 4;

    /** What a replica sends that has {@code have}. */
    public static ComBinlogDumpGtid of(long serverId, MySqlGtidSet have) {
        return new ComBinlogDumpGtid(0, serverId, "", FILE_START, have);
    }

    static ComBinlogDumpGtid read(ByteBuf payload) {
        int flags = Fields.readInt2(payload);
        long serverId = Fields.readInt4(payload);
        String file = Fields.readSlice(payload, Fields.readInt4(payload)).toString(StandardCharsets.UTF_8);
        long position = Fields.readInt8(payload);
        ByteBuf set = Fields.readSlice(payload, Fields.readInt4(payload));
        return new ComBinlogDumpGtid(flags, serverId, file, position, GtidSetCodec.read(set));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeShortLE(flags).writeIntLE((int) serverId);
        out.writeIntLE(ByteBufUtil.utf8Bytes(file));
        ByteBufUtil.writeUtf8(out, file);
        out.writeLongLE(position);
        int lengthIndex = out.writerIndex();
        out.writeIntLE(0);
        GtidSetCodec.write(have, out);
        out.setIntLE(lengthIndex, out.writerIndex() - lengthIndex - 4);
    }

    @Override
    public int code() {
        return CommandCode.BINLOG_DUMP_GTID;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.binlogDumpGtid(this);
    }
}
