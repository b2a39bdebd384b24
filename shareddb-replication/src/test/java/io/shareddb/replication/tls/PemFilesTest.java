package io.shareddb.replication.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFilesTest {
    @TempDir
    Path directory;

    private final KeyPair keys = CertificateMaker.newKeys();

    private final X509Certificate certificate = CertificateMaker.selfSigned(
            keys,
            new CertificateMaker.Content(
                    "db1",
                    List.of("db1.example.org", "192.0.2.1"),
                    Instant.parse("2026-01-01T00:00:00Z"),
                    Instant.parse("2036-01-01T00:00:00Z")));

    private Path file(String name, String type, byte[] content) throws IOException {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void certificatesAndKeysSurviveTheirFiles() throws Exception {
        Path certificates = file("certificate.pem", "CERTIFICATE", certificate.getEncoded());
        Path key = file("key.pem", "PRIVATE KEY", keys.getPrivate().getEncoded());
        assertThat(PemFiles.certificates(certificates)).containsExactly(certificate);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(PemFiles.key(key));
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update((byte) 1);
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void aCertificateNamesItsHosts() throws Exception {
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(entry -> (Object) entry.get(1))
                .containsExactly("db1.example.org", "192.0.2.1");
        certificate.verify(keys.getPublic());
    }

    @Test
    void whatAFileLacksIsSaidWithItsName() throws Exception {
        Path certificates = file("certificate.pem", "CERTIFICATE", certificate.getEncoded());
        assertThatThrownBy(() -> PemFiles.key(certificates)).hasMessageContaining("certificate.pem holds no private");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> PemFiles.certificates(empty)).hasMessageContaining("empty.pem holds no certificate");
    }
}
