package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_PROCESS_KILL}: end a connection. Answered with OK. Obsolete.
 *
 * <pre>int&lt;1&gt; 0x0C | int&lt;4&gt; connection</pre>
 *
 * @param connection its id, 32 bits
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_process_kill.html">manual</a>
 */
public record ComProcessKill(long connection) implements Command {
    static ComProcessKill read(ByteBuf payload) {
        return new ComProcessKill(Fields.readInt4(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) connection);
    }

    @Override
    public int code() {
        return CommandCode.PROCESS_KILL;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.processKill(this);
    }
}
