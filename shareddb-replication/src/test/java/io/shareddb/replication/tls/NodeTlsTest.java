package io.shareddb.replication.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTlsTest {
    @TempDir
    Path directory;

    private static byte[] bytes(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    private static NodeTls node(String name, String secret) {
        return NodeTls.ofSecret(name, bytes(secret), Optional.empty());
    }

    private static NodeTls node(String name, String secret, String previous) {
        return NodeTls.ofSecret(name, bytes(secret), Optional.of(bytes(previous)));
    }

    /** What became of a handshake: what each side failed with, if it did. */
    private record Outcome(Optional<Exception> client, Optional<Exception> server) {
        boolean good() {
            return client.isEmpty() && server.isEmpty();
        }
    }

    private static Outcome connect(NodeTls client, NodeTls server) {
        return connect(client.client("127.0.0.1", 7072), server.server());
    }

    /** One end: what it has to say and what became of it. */
    private static final class End {
        final SSLEngine engine;
        final ByteBuffer out = ByteBuffer.allocate(1 << 16);
        Optional<Exception> failure = Optional.empty();

        End(SSLEngine engine) {
            this.engine = engine;
        }

        /** @return whether anything happened */
        boolean step(ByteBuffer in) {
            try {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
                int before = out.position();
                boolean read = false;
                if (in.position() > 0) {
                    in.flip();
                    int length = in.remaining();
                    try {
                        engine.unwrap(in, ByteBuffer.allocate(1 << 16));
                    } finally {
                        read = in.remaining() < length;
                        in.compact();
                    }
                }
                if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    engine.wrap(ByteBuffer.allocate(0), out);
                }
                return read || out.position() > before || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
            } catch (SSLException e) {
                if (failure.isEmpty()) {
                    failure = Optional.of(e);
                }
                return true;
            }
        }
    }

    private static Outcome connect(SSLEngine clientEngine, SSLEngine serverEngine) {
        End client = new End(clientEngine);
        End server = new End(serverEngine);
        try {
            clientEngine.beginHandshake();
            serverEngine.beginHandshake();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
        for (int i = 0; i < 200; i++) {
            boolean moved = client.step(server.out);
            moved |= server.step(client.out);
            if (!moved) {
                break;
            }
        }
        return new Outcome(client.failure, server.failure);
    }

    @Test
    void whoKnowsTheSecretIsANode() throws Exception {
        NodeTls one = node("n1", "the secret");
        NodeTls two = node("n2", "the secret");
        SSLEngine client = two.client("127.0.0.1", 1);
        SSLEngine server = one.server();
        assertThat(connect(client, server).good()).isTrue();
        assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(client.getSession().getCipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
        assertThat(server.getSession().getPeerPrincipal().getName()).isEqualTo("CN=n2");
        assertThat(client.getSession().getPeerPrincipal().getName()).isEqualTo("CN=n1");
    }

    @Test
    void whoKnowsAnotherSecretIsRefusedAndBothSidesSayWhy() {
        NodeTls ours = node("n1", "the secret");
        NodeTls stranger = node("n2", "a guess");
        Outcome outcome = connect(stranger, ours);
        assertThat(stranger.explain(outcome.client().orElseThrow()).orElseThrow())
                .startsWith("its certificate (CN=n1 of CN=shareddb authority ")
                .contains("is not vouched for by CN=shareddb authority ")
                .endsWith("is CLUSTER_SECRET the same on all nodes?");
        assertThat(ours.explain(outcome.server().orElseThrow()).orElseThrow())
                .startsWith("it refuses our certificate")
                .endsWith("is CLUSTER_SECRET the same on all nodes?");
    }

    @Test
    void authorityFollowsFromTheSecretAlone() {
        Authority one = Authority.of(bytes("the secret"));
        Authority two = Authority.of(bytes("the secret"));
        Authority other = Authority.of(bytes("The secret"));
        assertThat(one.anchor().getCAPublicKey())
                .isEqualTo(two.anchor().getCAPublicKey())
                .isNotEqualTo(other.anchor().getCAPublicKey());
        assertThat(one.anchor().getCAName())
                .isEqualTo("CN=shareddb authority f8e00c67") // part of what nodes of different versions agree on
                .isNotEqualTo(other.anchor().getCAName());
    }

    @Test
    void aSecretIsReplacedInThreeStepsWithEveryTwoNeighboursConnected() {
        List<NodeTls> before = List.of(node("a", "old"));
        List<NodeTls> first = List.of(node("b", "old", "new"));
        List<NodeTls> second = List.of(node("c", "new", "old"));
        List<NodeTls> third = List.of(node("d", "new"));
        for (List<List<NodeTls>> together :
                List.of(List.of(before, first), List.of(first, second), List.of(second, third))) {
            List<NodeTls> nodes = new ArrayList<>();
            together.forEach(nodes::addAll);
            for (NodeTls client : nodes) {
                for (NodeTls server : nodes) {
                    assertThat(connect(client, server).good()).isTrue();
                }
            }
        }
        assertThat(connect(before.get(0), third.get(0)).good()).isFalse();
        assertThat(connect(before.get(0), second.get(0)).good()).isFalse();
    }

    @Test
    void whoShowsNoCertificateIsRefused() throws Exception {
        NodeTls ours = node("n1", "the secret");
        SSLContext anybody = SSLContext.getInstance("TLSv1.3");
        anybody.init(null, new javax.net.ssl.TrustManager[] {new TrustsAll()}, null);
        SSLEngine client = anybody.createSSLEngine("127.0.0.1", 1);
        client.setUseClientMode(true);
        Outcome outcome = connect(client, ours.server());
        assertThat(ours.explain(outcome.server().orElseThrow()).orElseThrow()).startsWith("it has no certificate");
    }

    @Test
    void aNodeCannotVouchForOthers() throws Exception {
        // n2 uses its own key as an authority for somebody who does not know the secret.
        Authority authority = Authority.of(bytes("the secret"));
        KeyPair nodeKeys = CertificateMaker.newKeys();
        X509Certificate node = authority.vouch("n2", nodeKeys);
        KeyPair strangerKeys = CertificateMaker.newKeys();
        X509Certificate stranger = CertificateMaker.issue(
                node.getSubjectX500Principal(),
                nodeKeys.getPrivate(),
                strangerKeys.getPublic(),
                new CertificateMaker.Content(
                        "n3", List.of(), Instant.EPOCH, Instant.now().plusSeconds(1_000)));
        PeerTrust trust = new PeerTrust(Set.of(authority.anchor()));
        trust.checkClientTrusted(new X509Certificate[] {node}, "");
        assertThatThrownBy(() -> trust.checkClientTrusted(new X509Certificate[] {stranger, node}, ""))
                .isInstanceOf(PeerTrust.RefusedException.class);
    }

    @Test
    void olderVersionsOfTlsAreRefused() throws Exception {
        NodeTls ours = node("n1", "the secret");
        SSLEngine client = node("n2", "the secret").client("127.0.0.1", 1);
        SSLParameters older = new SSLParameters();
        older.setProtocols(new String[] {"TLSv1.2"});
        older.setCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
        client.setSSLParameters(older);
        Outcome outcome = connect(client, ours.server());
        assertThat(ours.explain(outcome.server().orElseThrow()).orElseThrow()).startsWith("TLS failed");
    }

    @Test
    void plainTextAndGarbageAreNamed() {
        NodeTls ours = node("n1", "the secret");
        for (String text : List.of("GET /v1/node HTTP/1.1\r\n\r\n", "SDBL and so on and so forth")) {
            SSLEngine server = ours.server();
            ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            SSLException failure = org.junit.jupiter.api.Assertions.assertThrows(
                    SSLException.class, () -> server.unwrap(in, ByteBuffer.allocate(1 << 16)));
            assertThat(ours.explain(failure))
                    .hasValueSatisfying(why -> assertThat(why).contains("does not speak TLS"));
        }
        assertThat(ours.explain(new IOException("Connection reset"))).isEmpty();
    }

    @Test
    void certificatesOfOnesOwnAreTaken() throws Exception {
        TestAuthority authority = new TestAuthority("Example CA", directory);
        NodeTls one = authority.node("db1", Duration.ofDays(10));
        NodeTls two = authority.node("db2", Duration.ofDays(10));
        assertThat(connect(one, two).good()).isTrue();
        NodeTls stranger = new TestAuthority("Other CA", directory).node("db3", Duration.ofDays(10));
        Outcome outcome = connect(stranger, one);
        assertThat(stranger.explain(outcome.client().orElseThrow()).orElseThrow())
                .contains("CLUSTER_TLS_CA");
        assertThat(connect(node("db4", "the secret"), one).good()).isFalse();
    }

    @Test
    void expiredCertificatesAreRefusedByTheirOwnersAndByOthers() throws Exception {
        TestAuthority authority = new TestAuthority("Example CA", directory);
        TestAuthority.Files expired = authority.files("db2", Duration.ofDays(-1));
        PeerTrust others = new PeerTrust(Set.of(
                new TrustAnchor(PemFiles.certificates(expired.authority()).get(0), null)));
        X509Certificate[] chain = PemFiles.certificates(expired.certificate()).toArray(new X509Certificate[0]);
        assertThatThrownBy(() -> others.checkServerTrusted(chain, ""))
                .hasMessageContaining("its certificate (CN=db2 of CN=Example CA) expired at");
        assertThatThrownBy(() -> authority.node("db1", Duration.ofDays(-1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("would be refused by the other nodes")
                .hasMessageContaining("expired at");
    }

    @Test
    void filesThatDoNotBelongTogetherAreNamed() throws Exception {
        TestAuthority authority = new TestAuthority("Example CA", directory);
        TestAuthority.Files db1 = authority.files("db1", Duration.ofDays(10));
        TestAuthority.Files db2 = authority.files("db2", Duration.ofDays(10));
        assertThatThrownBy(() -> NodeTls.ofFiles(db1.certificate(), db2.key(), db1.authority()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(db2.key() + " is not the key of the first certificate in " + db1.certificate());
        TestAuthority.Files other = new TestAuthority("Other CA", directory).files("db3", Duration.ofDays(10));
        assertThatThrownBy(() -> NodeTls.ofFiles(db1.certificate(), db1.key(), other.authority()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not vouched for by CN=Other CA");
    }

    /** A client that does not mind who the server is. */
    private static final class TrustsAll extends javax.net.ssl.X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
