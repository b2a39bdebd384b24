package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;

/**
 * {@code COM_PROCESS_INFO}: as SHOW PROCESSLIST. Answered with a result set. Obsolete.
 *
 * <pre>int&lt;1&gt; 0x0A</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_process_info.html">manual</a>
 */
public record ComProcessInfo() implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
    }

    @Override
    public int code() {
        return CommandCode.PROCESS_INFO;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.processInfo(this);
    }
}
