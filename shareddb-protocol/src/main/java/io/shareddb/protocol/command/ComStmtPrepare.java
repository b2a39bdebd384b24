package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;
import java.nio.charset.Charset;

/**
 * {@code COM_STMT_PREPARE}: prepare a statement. Answered with {@link io.shareddb.protocol.packet.PrepareOk} and the
 * definitions of parameters and columns.
 *
 * <pre>int&lt;1&gt; 0x16 | rest: statement</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html">manual</a>
 */
public record ComStmtPrepare(SqlText sql) implements Command {
    static ComStmtPrepare read(ByteBuf payload, Charset charset) {
        return new ComStmtPrepare(new SqlText(Fields.readRest(payload), charset));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
        sql.bytes().write(out);
    }

    @Override
    public int code() {
        return CommandCode.STMT_PREPARE;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtPrepare(this);
    }
}
