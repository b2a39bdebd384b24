package io.shareddb.protocol.handshake;

import static io.shareddb.protocol.capability.Capability.COMPRESS;
import static io.shareddb.protocol.capability.Capability.CONNECT_ATTRS;
import static io.shareddb.protocol.capability.Capability.CONNECT_WITH_DB;
import static io.shareddb.protocol.capability.Capability.DEPRECATE_EOF;
import static io.shareddb.protocol.capability.Capability.LONG_FLAG;
import static io.shareddb.protocol.capability.Capability.LONG_PASSWORD;
import static io.shareddb.protocol.capability.Capability.MULTI_RESULTS;
import static io.shareddb.protocol.capability.Capability.MULTI_STATEMENTS;
import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH;
import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static io.shareddb.protocol.capability.Capability.PROTOCOL_41;
import static io.shareddb.protocol.capability.Capability.PS_MULTI_RESULTS;
import static io.shareddb.protocol.capability.Capability.SECURE_CONNECTION;
import static io.shareddb.protocol.capability.Capability.SESSION_TRACK;
import static io.shareddb.protocol.capability.Capability.TRANSACTIONS;

import io.netty.handler.ssl.SslContext;
import io.shareddb.protocol.auth.CachingSha2Password;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Collation;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.wire.Compression;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a server greets and how long it waits. Immutable.
 *
 * @param serverVersion such as {@code 11.4.5-MariaDB-log}: drivers decide by it what they send
 * @param threadId the connection's id, 32 bits, as {@code SELECT connection_id()} will show it
 * @param capabilities offered; SSL is added when {@code tls} is there, and removed when not
 * @param collation the server's default, lower 8 bits
 * @param defaultMethod {@code mysql_native_password} or {@code caching_sha2_password}
 * @param tls offered when set
 * @param timeout from the greeting to the client's last word, positive
 * @param maxPacketBytes longest payload taken after the login
 * @param compression of what follows the login, by the capabilities in use; {@code capabilities} must offer what it chooses by
 */
public record ServerLoginConfig(
        String serverVersion,
        long threadId,
        Capabilities capabilities,
        int collation,
        ServerStatus status,
        String defaultMethod,
        @Nullable SslContext tls,
        Duration timeout,
        int maxPacketBytes,
        Function<LoginAttempt, Optional<Compression>> compression) {
    /** What a server that answers queries with {@code packet}'s records can do. */
    public static final Capabilities DEFAULT_CAPABILITIES = Capabilities.of(
            LONG_PASSWORD,
            LONG_FLAG,
            CONNECT_WITH_DB,
            PROTOCOL_41,
            TRANSACTIONS,
            SECURE_CONNECTION,
            MULTI_STATEMENTS,
            MULTI_RESULTS,
            PS_MULTI_RESULTS,
            PLUGIN_AUTH,
            CONNECT_ATTRS,
            PLUGIN_AUTH_LENENC_CLIENT_DATA,
            SESSION_TRACK,
            DEPRECATE_EOF);

    private static final int MAX_PACKET_BYTES = 64 << 20;

    public ServerLoginConfig {
        if (!defaultMethod.equals(NativePassword.NAME) && !defaultMethod.equals(CachingSha2Password.NAME)) {
            throw new IllegalArgumentException("defaultMethod: " + defaultMethod + " (expected: " + NativePassword.NAME
                    + " or " + CachingSha2Password.NAME + ")");
        }
    }

    /** Without TLS, with {@code mysql_native_password} first, within ten seconds, packets of up to 64 MB. */
    public static ServerLoginConfig of(String serverVersion, long threadId) {
        return new ServerLoginConfig(
                serverVersion,
                threadId,
                DEFAULT_CAPABILITIES,
                Collation.UTF8MB4_GENERAL_CI,
                ServerStatus.AUTOCOMMIT,
                NativePassword.NAME,
                null,
                Duration.ofSeconds(10),
                MAX_PACKET_BYTES,
                ServerLoginConfig::zlibIfAsked);
    }

    /** Compresses for clients that use COMPRESS, and not for others. */
    public static Optional<Compression> zlibIfAsked(LoginAttempt attempt) {
        return attempt.capabilities().has(COMPRESS) ? Optional.of(Compression.zlib()) : Optional.empty();
    }

    public ServerLoginConfig withCapabilities(Capabilities newCapabilities) {
        return new ServerLoginConfig(
                serverVersion,
                threadId,
                newCapabilities,
                collation,
                status,
                defaultMethod,
                tls,
                timeout,
                maxPacketBytes,
                compression);
    }

    public ServerLoginConfig withDefaultMethod(String newDefaultMethod) {
        return new ServerLoginConfig(
                serverVersion,
                threadId,
                capabilities,
                collation,
                status,
                newDefaultMethod,
                tls,
                timeout,
                maxPacketBytes,
                compression);
    }

    public ServerLoginConfig withTls(@Nullable SslContext newTls) {
        return new ServerLoginConfig(
                serverVersion,
                threadId,
                capabilities,
                collation,
                status,
                defaultMethod,
                newTls,
                timeout,
                maxPacketBytes,
                compression);
    }

    public ServerLoginConfig withTimeout(Duration newTimeout) {
        return new ServerLoginConfig(
                serverVersion,
                threadId,
                capabilities,
                collation,
                status,
                defaultMethod,
                tls,
                newTimeout,
                maxPacketBytes,
                compression);
    }
}
