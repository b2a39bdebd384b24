package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_REFRESH}: flush something. Answered with OK. Obsolete.
 *
 * <pre>int&lt;1&gt; 0x07 | int&lt;1&gt; what, as bits</pre>
 *
 * @param what bits: 01 privileges, 02 logs, 04 tables and so on
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_refresh.html">manual</a>
 */
public record ComRefresh(int what) implements Command {
    static ComRefresh read(ByteBuf payload) {
        return new ComRefresh(Fields.readInt1(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeByte(what);
    }

    @Override
    public int code() {
        return CommandCode.REFRESH;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.refresh(this);
    }
}
