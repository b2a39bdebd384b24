package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_STMT_SEND_LONG_DATA}: a piece of a parameter. Never answered; errors come with the execution.
 *
 * <pre>int&lt;1&gt; 0x18 | int&lt;4&gt; statement id | int&lt;2&gt; parameter | rest: data</pre>
 *
 * @param statementId 32 bits
 * @param parameter index from 0
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_send_long_data.html">manual</a>
 */
public record ComStmtSendLongData(long statementId, int parameter, Bytes data) implements Command {
    static ComStmtSendLongData read(ByteBuf payload) {
        return new ComStmtSendLongData(Fields.readInt4(payload), Fields.readInt2(payload), Fields.readRest(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeIntLE((int) statementId).writeShortLE(parameter);
        data.write(out);
    }

    @Override
    public int code() {
        return CommandCode.STMT_SEND_LONG_DATA;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stmtSendLongData(this);
    }
}
