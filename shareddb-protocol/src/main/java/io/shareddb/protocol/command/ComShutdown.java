package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;

/**
 * {@code COM_SHUTDOWN}: stop the server. Obsolete in MySQL, alive in MariaDB.
 *
 * <pre>int&lt;1&gt; 0x08 | rest: how, mostly nothing or a zero byte</pre>
 */
public record ComShutdown(Bytes how) implements Command {
    static ComShutdown read(ByteBuf payload) {
        return new ComShutdown(Fields.readRest(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(code());
        how.write(out);
    }

    @Override
    public int code() {
        return CommandCode.SHUTDOWN;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.shutdown(this);
    }
}
