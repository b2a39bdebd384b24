package io.shareddb.replication.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Keys and certificates in the text form that other tools write. Stateless. */
public final class PemFiles {
    private PemFiles() {}

    /**
     * All certificates of a file, in its order.
     *
     * @throws IOException if it cannot be read or holds none, naming it
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate (expected: PEM, BEGIN CERTIFICATE)");
            }
            return found;
        } catch (CertificateException e) {
            throw new IOException(file + " is no file of certificates: " + e.getMessage(), e);
        }
    }

    /**
     * The first private key of a file, without a password: PKCS #8, or as OpenSSL wrote them before.
     *
     * @throws IOException if it cannot be read or holds none, naming it
     */
    public static PrivateKey key(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file);
                PEMParser parser = new PEMParser(reader)) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PEMKeyPair pair) {
                    return converter.getKeyPair(pair).getPrivate();
                }
                if (part instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                }
            }
            throw new IOException(file + " holds no private key without a password (expected: PEM, BEGIN PRIVATE KEY)");
        }
    }
}
