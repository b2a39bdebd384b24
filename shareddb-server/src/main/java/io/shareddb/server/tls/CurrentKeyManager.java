package io.shareddb.server.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows the certificate of the moment, and to other nodes, who ask as {@link PeerTls} does, the node's own. Connections that are
 * open keep theirs. Thread-safe.
 */
final class CurrentKeyManager extends X509ExtendedKeyManager {
    private static final String NODE_PREFIX = "node:"; // no serial number has a colon

    private final @Nullable PeerTls peers;
    private volatile CertificateFiles.Content current;
    private volatile CertificateFiles.Content previous; // of handshakes that began before the change

    /** @param peers what other nodes are shown; {@code null} for the same */
    CurrentKeyManager(CertificateFiles.Content first, @Nullable PeerTls peers) {
        this.peers = peers;
        current = first;
        previous = first;
    }

    void set(CertificateFiles.Content next) {
        previous = current;
        current = next;
    }

    CertificateFiles.Content current() {
        return current;
    }

    private static String alias(CertificateFiles.Content content) {
        return content.certificate().getSerialNumber().toString(16);
    }

    private CertificateFiles.Content byAlias(String alias) {
        CertificateFiles.Content newest = current;
        return alias.equals(alias(newest)) ? newest : previous;
    }

    private boolean fits(String keyType) {
        return keyType.equals(current.key().getAlgorithm());
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        if (peers != null && engine != null && peers.isAskedFor(engine)) {
            String alias = peers.tls().keys().chooseEngineServerAlias(keyType, issuers, engine);
            return alias == null ? null : NODE_PREFIX + alias;
        }
        return fits(keyType) ? alias(current) : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return fits(keyType) ? new String[] {alias(current)} : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        if (peers != null && alias.startsWith(NODE_PREFIX)) {
            return peers.tls().keys().getCertificateChain(alias.substring(NODE_PREFIX.length()));
        }
        return byAlias(alias).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        if (peers != null && alias.startsWith(NODE_PREFIX)) {
            return peers.tls().keys().getPrivateKey(alias.substring(NODE_PREFIX.length()));
        }
        return byAlias(alias).key();
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}
