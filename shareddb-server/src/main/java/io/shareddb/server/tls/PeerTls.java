package io.shareddb.server.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.shareddb.replication.tls.NodeTls;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * TLS of a node's sessions with another node's MySQL endpoint, whose certificate for clients need not be known here: it is asked for the
 * one that nodes show each other. Only who has the name of a peer is shown that one, since guesses of the cluster's secret could be
 * tried on it and clients may be anybody. The login then proves who asks. Immutable, thread-safe.
 *
 * @param tls this node's
 * @param user as whom it logs in on other nodes
 * @param accepted as whom others may log in here
 */
public record PeerTls(NodeTls tls, String user, Set<String> accepted) {
    private static final String NO_DOMAIN = ".invalid"; // a server name needs one, and no host has this one

    public PeerTls {
        accepted = Set.copyOf(accepted);
    }

    private static SNIServerName serverName(String user) {
        return new SNIHostName(user + NO_DOMAIN);
    }

    /** The client's side: trusts nodes of the cluster and nobody else. */
    public SslContext client() {
        SSLParameters parameters = tls.parameters();
        SslContext plain = new JdkSslContext(
                tls.context(),
                true,
                Arrays.asList(parameters.getCipherSuites()),
                IdentityCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED,
                ClientAuth.NONE,
                parameters.getProtocols(),
                false);
        return new DelegatingSslContext(plain) {
            @Override
            protected void initEngine(SSLEngine engine) {
                SSLParameters named = engine.getSSLParameters();
                named.setServerNames(List.of(serverName(user)));
                engine.setSSLParameters(named);
            }
        };
    }

    /** Whether the client of {@code engine}, which is shaking hands, asks as a node does. */
    boolean isAskedFor(SSLEngine engine) {
        return engine.getHandshakeSession() instanceof ExtendedSSLSession session
                && accepted.stream().map(PeerTls::serverName).anyMatch(session.getRequestedServerNames()::contains);
    }
}
