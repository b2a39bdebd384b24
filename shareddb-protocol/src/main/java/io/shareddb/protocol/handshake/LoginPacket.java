package io.shareddb.protocol.handshake;

import static io.shareddb.protocol.capability.Capability.CONNECT_ATTRS;
import static io.shareddb.protocol.capability.Capability.CONNECT_WITH_DB;
import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH;
import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static io.shareddb.protocol.capability.Capability.SECURE_CONNECTION;
import static io.shareddb.protocol.capability.Capability.ZSTD_COMPRESSION_ALGORITHM;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.Payload;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is: {@code HandshakeResponse41}. The capabilities say which fields are there.
 *
 * <pre>
 * 32 bytes as in {@link SslRequest}, SSL only within TLS | terminated string: user
 * PLUGIN_AUTH_LENENC_CLIENT_DATA: length-encoded string; else SECURE_CONNECTION: int&lt;1&gt; length, bytes; else
 *     terminated string: authentication data
 * CONNECT_WITH_DB: terminated string: database
 * PLUGIN_AUTH: terminated string: authentication method
 * CONNECT_ATTRS: length-encoded int: bytes of all, then length-encoded name and value, repeated
 * ZSTD_COMPRESSION_ALGORITHM: int&lt;1&gt; level
 * </pre>
 *
 * Fields that a client announces and then leaves out at the end are taken as empty, as servers do.
 *
 * @param maxPacketBytes longest payload that the client takes, 32 bits
 * @param collation the client's, lower 8 bits
 * @param authResponse the method's answer to the greeting's nonce
 * @param database {@code null} without CONNECT_WITH_DB
 * @param authMethod the method of {@code authResponse}; {@code null} without PLUGIN_AUTH
 * @param attributes about the client program, in the order of the wire
 * @param zstdLevel 1 to 22; 0 without ZSTD_COMPRESSION_ALGORITHM
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html">manual</a>
 */
public record LoginPacket(
        Capabilities capabilities,
        long maxPacketBytes,
        int collation,
        String user,
        Bytes authResponse,
        @Nullable String database,
        @Nullable String authMethod,
        Map<String, String> attributes,
        int zstdLevel)
        implements Payload {
    /** Reads {@code payload}, which stays the caller's. */
    public static LoginPacket read(ByteBuf payload) {
        LoginHead head = LoginHead.read(payload);
        Capabilities capabilities = head.capabilities();
        String user = Fields.readTerminatedString(payload);
        Bytes response = readAuthResponse(payload, capabilities);
        @Nullable String database = null;
        if (capabilities.has(CONNECT_WITH_DB) && payload.isReadable()) {
            database = Fields.readTerminatedString(payload);
        }
        @Nullable String method = null;
        if (capabilities.has(PLUGIN_AUTH) && payload.isReadable()) {
            method = Fields.readTerminatedString(payload);
        }
        Map<String, String> attributes = Map.of();
        if (capabilities.has(CONNECT_ATTRS) && payload.isReadable()) {
            attributes = ConnectAttributes.read(payload);
        }
        int zstdLevel = 0;
        if (capabilities.has(ZSTD_COMPRESSION_ALGORITHM) && payload.isReadable()) {
            zstdLevel = Fields.readInt1(payload);
        }
        return new LoginPacket(
                capabilities,
                head.maxPacketBytes(),
                head.collation(),
                user,
                response,
                database,
                method,
                attributes,
                zstdLevel);
    }

    private static Bytes readAuthResponse(ByteBuf payload, Capabilities capabilities) {
        if (capabilities.has(PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            return Fields.readLengthEncodedBytes(payload);
        }
        if (capabilities.has(SECURE_CONNECTION)) {
            return Fields.readBytes(payload, Fields.readInt1(payload));
        }
        return Bytes.of(Fields.readTerminatedSlice(payload));
    }

    @Override
    public void write(ByteBuf out) {
        new LoginHead(capabilities, maxPacketBytes, collation).write(out);
        Fields.writeTerminatedString(out, user);
        if (capabilities.has(PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            Fields.writeLengthEncodedBytes(out, authResponse);
        } else if (capabilities.has(SECURE_CONNECTION)) {
            out.writeByte(authResponse.length());
            authResponse.write(out);
        } else {
            authResponse.write(out);
            out.writeByte(0);
        }
        if (capabilities.has(CONNECT_WITH_DB)) {
            Fields.writeTerminatedString(out, database == null ? "" : database);
        }
        if (capabilities.has(PLUGIN_AUTH)) {
            Fields.writeTerminatedString(out, authMethod == null ? "" : authMethod);
        }
        if (capabilities.has(CONNECT_ATTRS)) {
            ConnectAttributes.write(attributes, out);
        }
        if (capabilities.has(ZSTD_COMPRESSION_ALGORITHM)) {
            out.writeByte(zstdLevel);
        }
    }
}
