package io.shareddb.server.proxy;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Whether clients may, or must, talk TLS, and how this node's sessions reach the leader's. Immutable.
 *
 * @param context for the server's side; {@code null} offers none
 * @param required clients without are refused with error 3159
 * @param peers for sessions with another node's endpoint; {@code null} for none
 * @param bare where such sessions need no TLS
 */
public record ClientTls(
        @Nullable SslContext context,
        boolean required,
        @Nullable SslContext peers,
        Predicate<InetAddress> bare) {
    /** Not offered. */
    public static final ClientTls NONE = of(null, false);

    /** Between clients and this node alone. */
    public static ClientTls of(@Nullable SslContext context, boolean required) {
        return new ClientTls(context, required, null, InetAddress::isLoopbackAddress);
    }

    /** The same, with {@code peers} for sessions with nodes on other machines. */
    public ClientTls withPeers(SslContext newPeers) {
        return new ClientTls(context, required, newPeers, InetAddress::isLoopbackAddress);
    }

    /** For a session with the node at {@code address}; {@code null} for none. */
    @Nullable
    SslContext towards(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        return host != null && bare.test(host) ? null : peers;
    }

    public ClientTls {
        if (required && context == null) {
            throw new IllegalArgumentException("required: true (expected: false without a context)");
        }
    }

    /**
     * The version or the cipher in use on a client's channel, as engines write them; empty without TLS.
     *
     * @param cipher rather than the version
     */
    static String describe(Channel channel, boolean cipher) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            return "";
        }
        SSLSession session = handler.engine().getSession();
        return cipher ? openSslName(session.getCipherSuite()) : session.getProtocol();
    }

    /** {@code TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384} is {@code ECDHE-ECDSA-AES256-GCM-SHA384}; TLS 1.3 has one name. */
    private static String openSslName(String suite) {
        return suite.contains("_WITH_")
                ? suite.replace("TLS_", "")
                        .replace("_WITH_", "-")
                        .replace("AES_", "AES")
                        .replace('_', '-')
                : suite;
    }
}
