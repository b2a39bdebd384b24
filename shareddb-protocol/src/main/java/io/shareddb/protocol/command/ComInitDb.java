package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_INIT_DB}: use this database. Answered with OK.
 *
 * <pre>int&lt;1&gt; 0x02 | rest: name</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_init_db.html">manual</a>
 */
public record ComInitDb(String database) implements Command {
    static ComInitDb read(ByteBuf payload) {
        return new ComInitDb(Fields.readRestString(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
        ByteBufUtil.writeUtf8(out, database);
    }

    @Override
    public int code() {
        return CommandCode.INIT_DB;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.initDb(this);
    }
}
