package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;

/**
 * {@code COM_QUIT}: goodbye. Never answered; the server closes the connection.
 *
 * <pre>int&lt;1&gt; 0x01</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_quit.html">manual</a>
 */
public record ComQuit() implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
    }

    @Override
    public int code() {
        return CommandCode.QUIT;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.quit(this);
    }
}
