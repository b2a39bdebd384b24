package io.shareddb.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificateTest {
    @TempDir
    Path directory;

    private CertificateFiles files(String name) {
        return new CertificateFiles(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    }

    @Test
    void ownCertificateIsMadeOnceAndItsKeyIsForItsOwnerAlone() throws Exception {
        CertificateFiles files = files("own");
        X509Certificate first;
        try (ClientCertificate made =
                ClientCertificate.selfMade(files, "node", List.of("localhost", "127.0.0.1"), Optional.empty())) {
            assertThat(made.context().isServer()).isTrue();
            first = files.read().certificate();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.key())))
                .isEqualTo("rw-------");
        assertThat(first.getSubjectAlternativeNames()).hasSize(2);
        ClientCertificate.selfMade(files, "node", List.of("localhost"), Optional.empty())
                .close();
        assertThat(files.read().certificate()).isEqualTo(first);
        Files.delete(files.certificate());
        ClientCertificate.selfMade(files, "node", List.of("localhost"), Optional.empty())
                .close();
        assertThat(files.read().certificate()).isNotEqualTo(first);
    }

    @Test
    void filesThatDoNotBelongTogetherAreRefused() throws Exception {
        files("a").make("a", List.of());
        files("b").make("b", List.of());
        CertificateFiles mixed =
                new CertificateFiles(files("a").certificate(), files("b").key());
        assertThatThrownBy(() -> ClientCertificate.given(mixed, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("b.key is not the private key of the certificate in");
        assertThatThrownBy(() -> ClientCertificate.given(files("missing"), Optional.empty()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void changedFilesAreReadAgainAndWrongOnesAreNot() throws Exception {
        CertificateFiles files = files("own");
        files.make("first", List.of());
        X509Certificate first = files.read().certificate();
        try (ClientCertificate certificate = ClientCertificate.given(files, Optional.empty())) {
            assertThat(shown(certificate)).isEqualTo(first);
            Files.writeString(files.certificate(), "nonsense");
            touch(files.certificate(), 10);
            certificate.look();
            assertThat(shown(certificate)).isEqualTo(first);
            files.make("second", List.of());
            touch(files.certificate(), 20);
            certificate.look();
            assertThat(shown(certificate).getSubjectX500Principal().getName()).isEqualTo("CN=second");
        }
    }

    private static void touch(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + seconds * 1000L));
    }

    /** What a client would be shown. */
    private static X509Certificate shown(ClientCertificate certificate) throws Exception {
        ByteBufAllocator alloc = UnpooledByteBufAllocator.DEFAULT;
        SSLEngine server = certificate.context().newEngine(alloc);
        SSLEngine client = SslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .build()
                .newEngine(alloc);
        shake(client, server);
        return (X509Certificate) client.getSession().getPeerCertificates()[0];
    }

    private static void shake(SSLEngine client, SSLEngine server) throws Exception {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        ByteBuffer rest = ByteBuffer.allocate(1 << 16);
        client.beginHandshake();
        for (int i = 0; i < 100; i++) {
            step(client, toServer, toClient, rest);
            step(server, toClient, toServer, rest);
            if (client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && toClient.position() == 0) {
                return;
            }
        }
        throw new AssertionError("no end of the handshake");
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in, ByteBuffer rest) throws Exception {
        Runnable task;
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_TASK -> {
                while ((task = engine.getDelegatedTask()) != null) {
                    task.run();
                }
            }
            default -> {
                in.flip();
                SSLEngineResult result = engine.unwrap(in, rest);
                assertThat(result.getStatus()).isNotEqualTo(SSLEngineResult.Status.CLOSED);
                in.compact();
            }
        }
    }
}
