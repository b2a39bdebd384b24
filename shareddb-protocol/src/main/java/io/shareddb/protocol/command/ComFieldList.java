package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_FIELD_LIST}: the columns of a table. Answered with column definitions, without their count, and EOF. Obsolete,
 * still sent by the command-line clients for completion.
 *
 * <pre>int&lt;1&gt; 0x04 | terminated string: table | rest: pattern</pre>
 *
 * @param pattern for column names, with % and _; may be empty
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_field_list.html">manual</a>
 */
public record ComFieldList(String table, String pattern) implements Command {
    static ComFieldList read(ByteBuf payload) {
        return new ComFieldList(Fields.readTerminatedString(payload), Fields.readRestString(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
        Fields.writeTerminatedString(out, table);
        ByteBufUtil.writeUtf8(out, pattern);
    }

    @Override
    public int code() {
        return CommandCode.FIELD_LIST;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.fieldList(this);
    }
}
