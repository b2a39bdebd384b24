package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_SET_OPTION}: switch MULTI_STATEMENTS on or off. Answered with EOF, under DEPRECATE_EOF in the form of an OK.
 *
 * <pre>int&lt;1&gt; 0x1B | int&lt;2&gt; option</pre>
 *
 * @param option 0 on, 1 off
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_set_option.html">manual</a>
 */
public record ComSetOption(int option) implements Command {
    static ComSetOption read(ByteBuf payload) {
        return new ComSetOption(Fields.readInt2(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code()).writeShortLE(option);
    }

    @Override
    public int code() {
        return CommandCode.SET_OPTION;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.setOption(this);
    }
}
