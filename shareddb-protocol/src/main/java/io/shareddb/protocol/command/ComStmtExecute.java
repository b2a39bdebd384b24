package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_STMT_EXECUTE}: run a prepared statement. Answered as a query, rows in binary form.
 *
 * <pre>int&lt;1&gt; 0x17 | int&lt;4&gt; statement id | int&lt;1&gt; flags | int&lt;4&gt; 1 | rest: parameters</pre>
 *
 * @param statementId 0 to 2^32 - 1; MariaDB takes 2^32 - 1 for the last one prepared
 * @param flags see the constants
 * @param iterations always 1
 * @param parameters null bitmap, types and values; their form needs the number of parameters, so they are left as they are
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_execute.html">manual</a>
 */
public record ComStmtExecute(long statementId, int flags, long iterations, Bytes parameters) implements Command {
    /** Flag: open a read-only cursor; rows come by COM_STMT_FETCH. */
    public static final int CURSOR_READ_ONLY = 0x01;

    /** Flag, with QUERY_ATTRIBUTES: the number of parameters is sent along. */
    public static final int PARAMETER_COUNT_AVAILABLE = 0x08;

    public ComStmtExecute {
        if (statementId >>> 32 != 0) {
            throw new IllegalArgumentException("statementId: " + statementId + " (expected: 0 to 2^32 - 1)");
        }
    }

    static ComStmtExecute read(ByteBuf payload) {
        return new ComStmtExecute(
                Fields.readInt4(payload), Fields.readInt1(payload), Fields.readInt4(payload), Fields.readRest(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) statementId).writeByte(flags).writeIntLE((int) iterations);
        parameters.write(out);
    }

    @Override
    public int code() {
        return CommandCode.STMT_EXECUTE;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtExecute(this);
    }
}
