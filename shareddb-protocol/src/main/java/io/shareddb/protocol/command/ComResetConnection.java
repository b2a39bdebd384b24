package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;

/**
 * {@code COM_RESET_CONNECTION}: forget the session's state, keep the login. Answered with OK.
 *
 * <pre>int&lt;1&gt; 0x1F</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_reset_connection.html">manual</a>
 */
public record ComResetConnection() implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
    }

    @Override
    public int code() {
        return CommandCode.RESET_CONNECTION;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.resetConnection(this);
    }
}
