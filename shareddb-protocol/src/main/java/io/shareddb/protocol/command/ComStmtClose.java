package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_STMT_CLOSE}: forget a prepared statement. Never answered, not even with an error.
 *
 * <pre>int&lt;1&gt; 0x19 | int&lt;4&gt; statement id</pre>
 *
 * @param statementId from the reply to {@code COM_STMT_PREPARE}, 0 to 2^32 - 1
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_close.html">manual</a>
 */
public record ComStmtClose(long statementId) implements Command {
    public ComStmtClose {
        if (statementId >>> 32 != 0) {
            throw new IllegalArgumentException("statementId: " + statementId + " (expected: 0 to 2^32 - 1)");
        }
    }

    static ComStmtClose read(ByteBuf payload) {
        return new ComStmtClose(Fields.readInt4(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) statementId);
    }

    @Override
    public int code() {
        return CommandCode.STMT_CLOSE;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtClose(this);
    }
}
