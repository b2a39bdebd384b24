package io.shareddb.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;

/**
 * From the server: authenticate with this method instead. The client answers with the method's bytes alone.
 *
 * <pre>int&lt;1&gt; FE | terminated string: method | rest: data, for our methods a nonce and a zero byte</pre>
 *
 * The one-byte form of servers before 4.1 is refused: it asks for an insecure hash.
 *
 * @param data as on the wire, with the zero byte
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_switch_request.html">manual</a>
 */
public record AuthSwitchRequest(String method, Bytes data) implements Payload {
    /** First byte. */
    public static final int HEADER = 0xfe;

    /** Reads {@code payload}, which stays the caller's. */
    public static AuthSwitchRequest read(ByteBuf payload) {
        int header = Fields.readInt1(payload);
        if (header != HEADER) {
            throw new MalformedPacketException("not a switch request: starts with 0x" + Integer.toHexString(header));
        }
        return new AuthSwitchRequest(Fields.readTerminatedString(payload), Fields.readRest(payload));
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(HEADER);
        Fields.writeTerminatedString(out, method);
        data.write(out);
    }
}
