package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.StandardCharsets;

/**
 * {@code COM_REGISTER_REPLICA} (older name: {@code COM_REGISTER_SLAVE}): list me in SHOW REPLICAS. Answered with OK.
 *
 * <pre>
 * int&lt;1&gt; 0x15 | int&lt;4&gt; server id | three strings, each with int&lt;1&gt; length: host, user, password
 * int&lt;2&gt; port | int&lt;4&gt; rank, unused | int&lt;4&gt; id of the source, filled in by it
 * </pre>
 *
 * @param serverId of the replica, 32 bits; differs from every other one's
 * @param host under which the replica wants to be listed, at most 255 bytes, mostly empty; so user and password
 * @param port of the replica, 0 to 65535
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_register_replica.html">manual</a>
 */
public record ComRegisterReplica(
        long serverId, String host, String user, String password, int port, long rank, long sourceId)
        implements Command {
    /** A registration without an address. */
    public static ComRegisterReplica of(long serverId) {
        return new ComRegisterReplica(serverId, "", "", "", 0, 0, 0);
    }

    static ComRegisterReplica read(ByteBuf payload) {
        return new ComRegisterReplica(
                Fields.readInt4(payload),
                readString(payload),
                readString(payload),
                readString(payload),
                Fields.readInt2(payload),
                Fields.readInt4(payload),
                Fields.readInt4(payload));
    }

    private static String readString(ByteBuf payload) {
        return Fields.readSlice(payload, Fields.readInt1(payload)).toString(StandardCharsets.UTF_8);
    }

    private static void writeString(ByteBuf out, String text) {
        out.writeByte(ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(out, text);
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) serverId);
        writeString(out, host);
        writeString(out, user);
        writeString(out, password);
        out.writeShortLE(port).writeIntLE((int) rank).writeIntLE((int) sourceId);
    }

    @Override
    public int code() {
        return CommandCode.REGISTER_REPLICA;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.registerReplica(this);
    }
}
