package io.shareddb.protocol.handshake;

import static io.shareddb.protocol.capability.Capability.COMPRESS;
import static io.shareddb.protocol.capability.Capability.CONNECT_ATTRS;
import static io.shareddb.protocol.capability.Capability.CONNECT_WITH_DB;
import static io.shareddb.protocol.capability.Capability.DEPRECATE_EOF;
import static io.shareddb.protocol.capability.Capability.LONG_FLAG;
import static io.shareddb.protocol.capability.Capability.LONG_PASSWORD;
import static io.shareddb.protocol.capability.Capability.MULTI_RESULTS;
import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH;
import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static io.shareddb.protocol.capability.Capability.PROTOCOL_41;
import static io.shareddb.protocol.capability.Capability.PS_MULTI_RESULTS;
import static io.shareddb.protocol.capability.Capability.SECURE_CONNECTION;
import static io.shareddb.protocol.capability.Capability.SESSION_TRACK;
import static io.shareddb.protocol.capability.Capability.SSL;
import static io.shareddb.protocol.capability.Capability.TRANSACTIONS;
import static io.shareddb.protocol.capability.Capability.ZSTD_COMPRESSION_ALGORITHM;

import io.netty.handler.ssl.SslContext;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Collation;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a client logs in. Immutable; start with {@link #of} and change with the {@code with} methods.
 *
 * @param secret what the user proves itself with
 * @param database to use from the start; {@code null} for none
 * @param capabilities wanted; used is what the server offers too. Those that the other fields ask for are added
 * @param collation of the connection, 1 to 255; 0 for the server's own
 * @param maxPacketBytes longest payload taken; also the limit of the decoder after the login
 * @param attributes about this program
 * @param tls set to insist on TLS; {@code null} for none
 * @param requestPublicKey if the server may be asked for its RSA key without TLS; who sits in between could answer with
 *     his own and read the password, so leave it to loopback connections
 * @param timeout of the whole login
 */
public record ClientLoginConfig(
        String user,
        LoginSecret secret,
        @Nullable String database,
        Capabilities capabilities,
        int collation,
        int maxPacketBytes,
        Map<String, String> attributes,
        @Nullable SslContext tls,
        boolean requestPublicKey,
        Duration timeout) {
    /** What a client of this codec can do unless it is told otherwise. */
    public static final Capabilities DEFAULT_CAPABILITIES = Capabilities.of(
            LONG_PASSWORD,
            LONG_FLAG,
            PROTOCOL_41,
            TRANSACTIONS,
            SECURE_CONNECTION,
            MULTI_RESULTS,
            PS_MULTI_RESULTS,
            PLUGIN_AUTH,
            PLUGIN_AUTH_LENENC_CLIENT_DATA,
            SESSION_TRACK,
            DEPRECATE_EOF);

    private static final int MAX_PACKET_BYTES = 1 << 30;

    /** A login without database and TLS, within ten seconds, with packets of up to 1 GB. */
    public static ClientLoginConfig of(String user, String password) {
        return of(user, new LoginSecret.Password(password));
    }

    /** The same with what is known of a password. */
    public static ClientLoginConfig of(String user, LoginSecret secret) {
        return new ClientLoginConfig(
                user,
                secret,
                null,
                DEFAULT_CAPABILITIES,
                Collation.UTF8MB4_GENERAL_CI,
                MAX_PACKET_BYTES,
                Map.of(),
                null,
                false,
                Duration.ofSeconds(10));
    }

    public ClientLoginConfig withDatabase(@Nullable String newDatabase) {
        return new ClientLoginConfig(
                user,
                secret,
                newDatabase,
                capabilities,
                collation,
                maxPacketBytes,
                attributes,
                tls,
                requestPublicKey,
                timeout);
    }

    public ClientLoginConfig withCapabilities(Capabilities newCapabilities) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                newCapabilities,
                collation,
                maxPacketBytes,
                attributes,
                tls,
                requestPublicKey,
                timeout);
    }

    public ClientLoginConfig withCollation(int newCollation) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                capabilities,
                newCollation,
                maxPacketBytes,
                attributes,
                tls,
                requestPublicKey,
                timeout);
    }

    public ClientLoginConfig withMaxPacketBytes(int newMaxPacketBytes) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                capabilities,
                collation,
                newMaxPacketBytes,
                attributes,
                tls,
                requestPublicKey,
                timeout);
    }

    public ClientLoginConfig withAttributes(Map<String, String> newAttributes) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                capabilities,
                collation,
                maxPacketBytes,
                newAttributes,
                tls,
                requestPublicKey,
                timeout);
    }

    public ClientLoginConfig withTls(@Nullable SslContext newTls) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                capabilities,
                collation,
                maxPacketBytes,
                attributes,
                newTls,
                requestPublicKey,
                timeout);
    }

    public ClientLoginConfig withRequestPublicKey(boolean newRequestPublicKey) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                capabilities,
                collation,
                maxPacketBytes,
                attributes,
                tls,
                newRequestPublicKey,
                timeout);
    }

    public ClientLoginConfig withTimeout(Duration newTimeout) {
        return new ClientLoginConfig(
                user,
                secret,
                database,
                capabilities,
                collation,
                maxPacketBytes,
                attributes,
                tls,
                requestPublicKey,
                newTimeout);
    }

    /** The capabilities of a login to a server that offers {@code offered}. */
    Capabilities negotiate(Capabilities offered) {
        Capabilities wanted = capabilities
                .without(COMPRESS, ZSTD_COMPRESSION_ALGORITHM) // servers alone compress here
                .with(PROTOCOL_41, SECURE_CONNECTION);
        wanted = database == null ? wanted.without(CONNECT_WITH_DB) : wanted.with(CONNECT_WITH_DB);
        wanted = attributes.isEmpty() ? wanted.without(CONNECT_ATTRS) : wanted.with(CONNECT_ATTRS);
        wanted = tls == null ? wanted.without(SSL) : wanted.with(SSL);
        return wanted.and(offered);
    }

    @Override
    public String toString() {
        return "ClientLoginConfig[user=" + user + ", database=" + database + ", tls=" + (tls != null) + "]";
    }
}
