package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_STMT_RESET}: forget long data and the open cursor of a statement. Answered with OK.
 *
 * <pre>int&lt;1&gt; 0x1A | int&lt;4&gt; statement id</pre>
 *
 * @param statementId 0 to 2^32 - 1
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_reset.html">manual</a>
 */
public record ComStmtReset(long statementId) implements Command {
    public ComStmtReset {
        if (statementId >>> 32 != 0) {
            throw new IllegalArgumentException("statementId: " + statementId + " (expected: 0 to 2^32 - 1)");
        }
    }

    static ComStmtReset read(ByteBuf payload) {
        return new ComStmtReset(Fields.readInt4(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) statementId);
    }

    @Override
    public int code() {
        return CommandCode.STMT_RESET;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtReset(this);
    }
}
