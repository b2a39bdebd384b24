package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;

/**
 * {@code COM_STATISTICS}: a line of figures. Answered with bare text in one packet, no OK.
 *
 * <pre>int&lt;1&gt; 0x09</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_statistics.html">manual</a>
 */
public record ComStatistics() implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
    }

    @Override
    public int code() {
        return CommandCode.STATISTICS;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.statistics(this);
    }
}
