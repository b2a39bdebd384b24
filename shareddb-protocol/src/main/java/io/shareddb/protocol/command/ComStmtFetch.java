package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_STMT_FETCH}: the next rows of an open cursor. Answered with rows and EOF, without column definitions.
 *
 * <pre>int&lt;1&gt; 0x1C | int&lt;4&gt; statement id | int&lt;4&gt; rows</pre>
 *
 * @param statementId 0 to 2^32 - 1
 * @param rows at most this many, 32 bits
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_fetch.html">manual</a>
 */
public record ComStmtFetch(long statementId, long rows) implements Command {
    public ComStmtFetch {
        if (statementId >>> 32 != 0) {
            throw new IllegalArgumentException("statementId: " + statementId + " (expected: 0 to 2^32 - 1)");
        }
    }

    static ComStmtFetch read(ByteBuf payload) {
        return new ComStmtFetch(Fields.readInt4(payload), Fields.readInt4(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) statementId).writeIntLE((int) rows);
    }

    @Override
    public int code() {
        return CommandCode.STMT_FETCH;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtFetch(this);
    }
}
