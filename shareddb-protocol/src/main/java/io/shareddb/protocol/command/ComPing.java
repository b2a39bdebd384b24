package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;

/**
 * {@code COM_PING}: are you there? Answered with OK.
 *
 * <pre>int&lt;1&gt; 0x0E</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_ping.html">manual</a>
 */
public record ComPing() implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
    }

    @Override
    public int code() {
        return CommandCode.PING;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.ping(this);
    }
}
