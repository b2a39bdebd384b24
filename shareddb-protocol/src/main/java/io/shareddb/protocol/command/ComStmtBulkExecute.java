package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_STMT_BULK_EXECUTE}, MariaDB: run a prepared statement with many sets of parameters. Answered as an execution.
 *
 * <pre>int&lt;1&gt; 0xFA | int&lt;4&gt; statement id | int&lt;2&gt; flags | rest: types and values</pre>
 *
 * @param statementId 0 to 2^32 - 1
 */
public record ComStmtBulkExecute(long statementId, int flags, Bytes parameters) implements Command {
    public ComStmtBulkExecute {
        if (statementId >>> 32 != 0) {
            throw new IllegalArgumentException("statementId: " + statementId + " (expected: 0 to 2^32 - 1)");
        }
    }

    static ComStmtBulkExecute read(ByteBuf payload) {
        return new ComStmtBulkExecute(Fields.readInt4(payload), Fields.readInt2(payload), Fields.readRest(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) statementId).writeShortLE(flags);
        parameters.write(out);
    }

    @Override
    public int code() {
        return CommandCode.STMT_BULK_EXECUTE;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtBulkExecute(this);
    }
}
