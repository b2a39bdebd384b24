package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;

/**
 * {@code COM_DEBUG}: write internals to the server's log. Answered with EOF, under DEPRECATE_EOF in the form of an OK.
 *
 * <pre>int&lt;1&gt; 0x0D</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_debug.html">manual</a>
 */
public record ComDebug() implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
    }

    @Override
    public int code() {
        return CommandCode.DEBUG;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.debug(this);
    }
}
