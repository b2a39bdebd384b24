package io.shareddb.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.wire.Payload;

/**
 * The head of a {@link LoginPacket} alone: TLS begins right behind it, and then comes the login itself.
 *
 * <pre>
 * int&lt;4&gt; capabilities with SSL | int&lt;4&gt; longest packet | int&lt;1&gt; collation | 19 zero bytes
 * int&lt;4&gt; MariaDB's capabilities, if LONG_PASSWORD is not set; else zero
 * </pre>
 *
 * @param maxPacketBytes longest payload that the client takes, 32 bits
 * @param collation the client's, lower 8 bits
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_ssl_request.html">manual</a>
 */
public record SslRequest(Capabilities capabilities, long maxPacketBytes, int collation) implements Payload {
    /** Length of the payload. */
    public static final int BYTES = 32;

    /** If {@code payload} is one, rather than a login; it stays the caller's and unread. */
    public static boolean matches(ByteBuf payload) {
        return payload.readableBytes() == BYTES
                && (payload.getUnsignedIntLE(payload.readerIndex()) & Capability.SSL.mask()) != 0;
    }

    /** Reads {@code payload}, which stays the caller's. */
    public static SslRequest read(ByteBuf payload) {
        LoginHead head = LoginHead.read(payload);
        return new SslRequest(head.capabilities(), head.maxPacketBytes(), head.collation());
    }

    @Override
    public void write(ByteBuf out) {
        new LoginHead(capabilities, maxPacketBytes, collation).write(out);
    }
}
