package io.shareddb.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.Payload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The server's first words.
 *
 * <pre>
 * int&lt;1&gt; 10 | terminated string: server version | int&lt;4&gt; thread id | 8 bytes: nonce, first part | 00
 * int&lt;2&gt; capabilities, lower half | int&lt;1&gt; collation | int&lt;2&gt; status | int&lt;2&gt; capabilities, upper half
 * int&lt;1&gt; length of the nonce + 1, with PLUGIN_AUTH | 6 zero bytes
 * int&lt;4&gt; MariaDB's capabilities, if LONG_PASSWORD is not set; else zero
 * 12 bytes: nonce, second part | 00 | terminated string: authentication method, with PLUGIN_AUTH
 * </pre>
 *
 * @param serverVersion such as {@code 11.4.5-MariaDB-log}
 * @param threadId the connection's id, 32 bits
 * @param collation the server's default, lower 8 bits
 * @param authMethod the server's default; {@code null} without PLUGIN_AUTH
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html">manual</a>
 */
public record Greeting(
        String serverVersion,
        long threadId,
        Nonce nonce,
        Capabilities capabilities,
        int collation,
        ServerStatus status,
        @Nullable String authMethod)
        implements Payload {
    /** First byte. */
    public static final int PROTOCOL_VERSION = 10;

    private static final int FIRST_PART = 8;

    /** Reads {@code payload}, which stays the caller's. */
    public static Greeting read(ByteBuf payload) {
        int protocol = Fields.readInt1(payload);
        if (protocol != PROTOCOL_VERSION) {
            throw new MalformedPacketException(
                    "greeting of protocol version " + protocol + " (expected: " + PROTOCOL_VERSION + ")");
        }
        String version = Fields.readTerminatedString(payload);
        long threadId = Fields.readInt4(payload);
        Bytes first = Fields.readBytes(payload, FIRST_PART);
        Fields.skip(payload, 1);
        long bits = Fields.readInt2(payload);
        int collation = Fields.readInt1(payload);
        ServerStatus status = new ServerStatus(Fields.readInt2(payload));
        bits |= (long) Fields.readInt2(payload) << 16;
        Fields.skip(payload, 1 + 6);
        long extended = Fields.readInt4(payload);
        Capabilities capabilities = new Capabilities(bits);
        if (capabilities.isMariaDb()) {
            capabilities = new Capabilities(bits | extended << 32);
        }
        Nonce nonce = new Nonce(first.plus(Fields.readBytes(payload, Nonce.LENGTH - FIRST_PART)));
        Fields.skip(payload, 1);
        @Nullable String method = null;
        if (capabilities.has(Capability.PLUGIN_AUTH)) {
            method = readMethod(payload);
        }
        return new Greeting(version, threadId, nonce, capabilities, collation, status, method);
    }

    /** A method's name; before MySQL 5.5.10 and 5.6.2 it lacks its zero byte. */
    private static String readMethod(ByteBuf payload) {
        return payload.bytesBefore((byte) 0) < 0
                ? Fields.readRestString(payload)
                : Fields.readTerminatedString(payload);
    }

    @Override
    public void write(ByteBuf out) {
        out.writeByte(PROTOCOL_VERSION);
        Fields.writeTerminatedString(out, serverVersion);
        out.writeIntLE((int) threadId);
        nonce.bytes().slice(0, FIRST_PART).write(out);
        out.writeByte(0);
        out.writeShortLE(capabilities.lower()).writeByte(collation).writeShortLE(status.bits());
        out.writeShortLE(capabilities.lower() >>> 16);
        out.writeByte(authMethod == null ? 0 : Nonce.LENGTH + 1).writeZero(6);
        out.writeIntLE(capabilities.isMariaDb() ? capabilities.upper() : 0);
        nonce.bytes().slice(FIRST_PART, Nonce.LENGTH).write(out);
        out.writeByte(0);
        if (authMethod != null) {
            out.writeCharSequence(authMethod, StandardCharsets.UTF_8);
            out.writeByte(0);
        }
    }
}
