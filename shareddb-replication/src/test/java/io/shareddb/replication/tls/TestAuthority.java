package io.shareddb.replication.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority as a company has one. Its files and those of its nodes lie in one directory. */
final class TestAuthority {
    /** What a node is configured with. */
    record Files(Path certificate, Path key, Path authority) {}

    private final KeyPair keys = CertificateMaker.newKeys();
    private final X509Certificate certificate;
    private final Path directory;

    TestAuthority(String name, Path directory) throws Exception {
        this.directory = directory;
        X500Name subject = new X500Name("CN=" + name);
        var builder = new JcaX509v3CertificateBuilder(
                subject,
                BigInteger.ONE,
                Date.from(Instant.EPOCH),
                Date.from(Instant.now().plus(Duration.ofDays(100))),
                subject,
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    /** A node's files; its certificate is valid for {@code time} from now. */
    Files files(String node, Duration time) throws Exception {
        KeyPair own = CertificateMaker.newKeys();
        X509Certificate issued = CertificateMaker.issue(
                certificate.getSubjectX500Principal(),
                keys.getPrivate(),
                own.getPublic(),
                new CertificateMaker.Content(
                        node, List.of(), Instant.EPOCH, Instant.now().plus(time)));
        return new Files(
                write(node + ".crt", "CERTIFICATE", issued.getEncoded()),
                write(node + ".key", "PRIVATE KEY", own.getPrivate().getEncoded()),
                write(
                        certificate.getSubjectX500Principal().getName() + ".ca",
                        "CERTIFICATE",
                        certificate.getEncoded()));
    }

    NodeTls node(String name, Duration time) throws Exception {
        Files files = files(name, time);
        return NodeTls.ofFiles(files.certificate(), files.key(), files.authority());
    }

    private Path write(String name, String type, byte[] content) throws IOException {
        return java.nio.file.Files.writeString(
                directory.resolve(name),
                "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + type + "-----\n");
    }
}
