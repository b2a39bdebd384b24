package io.shareddb.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;

/**
 * From the server: the next step of the authentication method.
 *
 * <pre>int&lt;1&gt; 01 | rest: data, whose form is the method's</pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_more_data.html">manual</a>
 */
public record AuthMoreData(Bytes data) implements Payload {
    /** First byte. */
    public static final int HEADER = 1;

    /** Reads {@code payload}, which stays the caller's. */
    public static AuthMoreData read(ByteBuf payload) {
        int header = Fields.readInt1(payload);
        if (header != HEADER) {
            throw new MalformedPacketException("not authentication data: starts with 0x" + Integer.toHexString(header));
        }
        return new AuthMoreData(Fields.readRest(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(HEADER);
        data.write(out);
    }
}
