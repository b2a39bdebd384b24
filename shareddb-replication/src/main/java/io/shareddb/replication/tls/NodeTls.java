package io.shareddb.replication.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS between nodes: version 1.3, both sides show a certificate, and nothing of a peer is looked at before its certificate is
 * found to be good. Immutable, thread-safe.
 *
 * <p>{@link #ofSecret} needs no more than a secret that all nodes know: each makes its own key and vouches for it with the authority
 * that follows from the secret. {@link #ofFiles} takes certificates that somebody else made.
 */
public final class NodeTls {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHERS = {"TLS_AES_128_GCM_SHA256"};

    private final SSLContext context;
    private final X509ExtendedKeyManager keys;
    private final String advice;
    private final Instant expires;

    private NodeTls(X509ExtendedKeyManager keys, Set<TrustAnchor> anchors, String advice, Instant expires) {
        this.keys = keys;
        this.context = context(keys, anchors);
        this.advice = advice;
        this.expires = expires;
    }

    /**
     * For nodes that know a secret.
     *
     * @param node how other nodes' logs name this one, at most 64 characters
     * @param secret at least 16 bytes that nobody can guess
     * @param alsoTrusted another secret whose holders are trusted as well, while it is changed
     */
    public static NodeTls ofSecret(String node, byte[] secret, Optional<byte[]> alsoTrusted) {
        Authority authority = Authority.of(secret);
        KeyPair keys = CertificateMaker.newKeys();
        X509Certificate own = authority.vouch(node, keys);
        Set<TrustAnchor> anchors = new HashSet<>(Set.of(authority.anchor()));
        alsoTrusted.ifPresent(other -> anchors.add(Authority.of(other).anchor()));
        return new NodeTls(
                keyManager(keys.getPrivate(), List.of(own)),
                anchors,
                "is CLUSTER_SECRET the same on all nodes?",
                own.getNotAfter().toInstant());
    }

    /**
     * For nodes with certificates of their own.
     *
     * @param certificate this node's in PEM, then those between it and the authority, if any
     * @param key its private key in PEM, without a password
     * @param authorities in PEM; whoever has a certificate of one of them is a node
     * @throws IOException if a file cannot be read or they do not belong together, naming it
     */
    public static NodeTls ofFiles(Path certificate, Path key, Path authorities) throws IOException {
        List<X509Certificate> own = PemFiles.certificates(certificate);
        PrivateKey privateKey = PemFiles.key(key);
        if (!belongTogether(privateKey, own.get(0))) {
            throw new IOException(key + " is not the key of the first certificate in " + certificate);
        }
        Set<TrustAnchor> anchors = PemFiles.certificates(authorities).stream()
                .map(trusted -> new TrustAnchor(trusted, null))
                .collect(Collectors.toSet());
        try {
            new PeerTrust(anchors).checkClientTrusted(own.toArray(new X509Certificate[0]), "");
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " would be refused by the other nodes: " + e.getMessage(), e);
        }
        return new NodeTls(
                keyManager(privateKey, own),
                anchors,
                "is CLUSTER_TLS_CA the same on all nodes, and has it issued their certificates?",
                own.get(0).getNotAfter().toInstant());
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        try {
            String algorithm = "EC".equals(key.getAlgorithm()) ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
            if ("EdDSA".equals(key.getAlgorithm())) {
                algorithm = "EdDSA";
            }
            Signature signature = Signature.getInstance(algorithm);
            byte[] message = {1, 2, 3};
            signature.initSign(key);
            signature.update(message);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static X509ExtendedKeyManager keyManager(PrivateKey key, List<X509Certificate> chain) {
        char[] noPassword = new char[0];
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("node", key, noPassword, chain.toArray(new X509Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, noPassword);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot use the node's key", e);
        }
    }

    private static SSLContext context(X509ExtendedKeyManager keys, Set<TrustAnchor> anchors) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] {keys}, new TrustManager[] {new PeerTrust(anchors)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot do TLS 1.3", e);
        }
    }

    /** This node's certificate, for servers that show it to nodes and another one to others. */
    public X509ExtendedKeyManager keys() {
        return keys;
    }

    /** For clients that make their engines themselves, together with {@link #parameters}. */
    public SSLContext context() {
        return context;
    }

    /** What every engine of {@link #context} must be set to; a fresh copy. */
    public SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters(CIPHERS, PROTOCOLS);
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    /** Our end of a connection that we opened. */
    public SSLEngine client(String host, int port) {
        return set(context.createSSLEngine(host, port), true);
    }

    /** Our end of a connection that somebody else opened, who must show a certificate. */
    public SSLEngine server() {
        return set(context.createSSLEngine(), false);
    }

    private SSLEngine set(SSLEngine engine, boolean client) {
        engine.setUseClientMode(client);
        engine.setSSLParameters(parameters());
        return engine;
    }

    /** After that other nodes refuse this one's certificate. */
    public Instant expires() {
        return expires;
    }

    /**
     * Why a connection failed, as of the peer, with what to look at; empty if it did not fail for TLS.
     *
     * @param failure of an engine, or with one of its exceptions as a cause
     */
    public Optional<String> explain(Throwable failure) {
        SSLException tls = null;
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PeerTrust.RefusedException refused) {
                return Optional.of(refused.getMessage() + ": " + advice);
            }
            if (cause instanceof SSLException found) {
                tls = found;
            }
        }
        return Optional.ofNullable(tls).map(this::explain);
    }

    private String explain(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith("Received fatal alert")) {
            return refusesUs(message);
        }
        if (message.contains("SSL message") || message.startsWith("not an SSL/TLS record")) {
            return "it does not speak TLS: it is no node, or has CLUSTER_TLS=false";
        }
        if (message.startsWith("Empty client certificate chain")) {
            return "it has no certificate: " + advice;
        }
        return "TLS failed: " + message;
    }

    /** Why there is no connection with a peer that refuses this node's certificate, as of the peer. */
    public String refusesUs(String how) {
        return "it refuses our certificate (" + how + "): " + advice;
    }

    /** All that a message may name of this: nothing of keys. */
    @Override
    public String toString() {
        return "NodeTls[until " + expires + "]";
    }
}
