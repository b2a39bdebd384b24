package io.shareddb.server.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows the certificate of the moment; connections that are open keep theirs. Thread-safe. */
final class CurrentKeyManager extends X509ExtendedKeyManager {
    private volatile CertificateFiles.Content current;
    private volatile CertificateFiles.Content previous; // of handshakes that began before the change

    CurrentKeyManager(CertificateFiles.Content first) {
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
        return byAlias(alias).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
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
