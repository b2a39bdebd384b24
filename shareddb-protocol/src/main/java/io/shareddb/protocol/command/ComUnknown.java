package io.shareddb.protocol.command;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;

/**
 * A command that this codec does not know: to be passed on, or answered with error 1047.
 *
 * <pre>int&lt;1&gt; code | rest</pre>
 *
 * @param body without the code
 */
public record ComUnknown(int code, Bytes body) implements Command {
    @Override
    public void write(ByteBuf out) {
        out.writeByte(code);
        body.write(out);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.unknown(this);
    }
}
