package io.shareddb.server.tls;

import io.shareddb.replication.tls.CertificateMaker;
import io.shareddb.replication.tls.PemFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A certificate and its private key in two PEM files.
 *
 * @param certificate the owner's certificate first, then those of who issued it
 * @param key without a password
 */
public record CertificateFiles(Path certificate, Path key) {
    /** Clients that keep a self-made certificate shall not have to do so often. */
    private static final Duration VALID = Duration.ofDays(3650);

    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    /**
     * What the files hold.
     *
     * @param chain the owner's certificate first
     */
    record Content(List<X509Certificate> chain, PrivateKey key) {
        Content {
            chain = List.copyOf(chain);
        }

        X509Certificate certificate() {
            return chain.get(0);
        }
    }

    /**
     * Reads both.
     *
     * @throws IOException if one cannot be read or the key is not that of the certificate, naming the file
     */
    Content read() throws IOException {
        Content content = new Content(PemFiles.certificates(certificate), PemFiles.key(key));
        if (!belongTogether(content)) {
            throw new IOException(key + " is not the private key of the certificate in " + certificate);
        }
        return content;
    }

    private static boolean belongTogether(Content content) throws IOException {
        String algorithm = content.key().getAlgorithm();
        if (!algorithm.equals(content.certificate().getPublicKey().getAlgorithm())) {
            return false;
        }
        try {
            Signature signature =
                    Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : "SHA256with" + algorithm);
            byte[] sample = "sample".getBytes(StandardCharsets.UTF_8);
            signature.initSign(content.key());
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(content.certificate().getPublicKey());
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "keys of kind " + algorithm + " cannot be used for TLS here (expected: EC or RSA)", e);
        }
    }

    /** When either was changed last. */
    FileTime changed() throws IOException {
        FileTime first = Files.getLastModifiedTime(certificate);
        FileTime second = Files.getLastModifiedTime(key);
        return first.compareTo(second) > 0 ? first : second;
    }

    boolean exist() {
        return Files.exists(certificate) && Files.exists(key);
    }

    /**
     * Writes a new key and a certificate that nobody but its owner vouches for. The key is written first: who finds a certificate finds
     * its key.
     *
     * @param name of the owner
     * @param hosts names and addresses of the owner
     */
    void make(String name, List<String> hosts) throws IOException {
        KeyPair keys = CertificateMaker.newKeys();
        Instant now = Instant.now();
        X509Certificate made = CertificateMaker.selfSigned(
                keys, new CertificateMaker.Content(name, hosts, now.minus(CLOCKS_DIFFER), now.plus(VALID)));
        try {
            write(key, pem("PRIVATE KEY", keys.getPrivate().getEncoded()), "rw-------");
            write(certificate, pem("CERTIFICATE", made.getEncoded()), "rw-r--r--");
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was just made has its encoding", e);
        }
    }

    private static String pem(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        var allowed = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(part, options, allowed)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
