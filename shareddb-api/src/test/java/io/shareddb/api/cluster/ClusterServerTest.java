package io.shareddb.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.member.ClusterSecret;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterServerTest {
    private static final ClusterSecret SECRET = new ClusterSecret("geheim");
    private static final NodeId CALLER = new NodeId("caller");

    private final Member member = new Member(new NodeId("a"), "node1", "127.0.0.1", 3307, 7071, 8008, 7072);
    private final Membership membership = new Membership("c1", "shop", List.of(member));
    private Optional<SnapshotSource> source = Optional.empty();

    private final ClusterServer server = new ClusterServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            SECRET,
            new ClusterService() {
                @Override
                public PeerReport report() {
                    NodeStatus status = new NodeStatus(
                            NodeState.FOLLOWING, "", 3, new NodeId("b"), false, true, 9, 8, 0.5, 42, null);
                    return new PeerReport("shop", 3, member, membership, true, null, null, status);
                }

                @Override
                public Membership agree(Membership plan) {
                    if (!plan.clusterName().equals("shop")) {
                        throw new IllegalArgumentException("plan: cluster 'office' (expected: 'shop')");
                    }
                    return plan;
                }

                @Override
                public Optional<SnapshotSource> snapshot() {
                    return source;
                }
            },
            Clock.systemUTC());

    private final PeerAddress address =
            new PeerAddress("127.0.0.1", server.address().getPort());
    private final Member donor = new Member(
            new NodeId("a"), "node1", "127.0.0.1", 3307, server.address().getPort(), 8008, 7072);
    private final HttpPeerClient client = new HttpPeerClient(CALLER, SECRET, Clock.systemUTC());

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static PeerException failure(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            return (PeerException) Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("expected a failure");
    }

    @Test
    void nodeTellsAnotherOneWhoItIsAndHowItDoes() {
        PeerReport report = get(client.report(address));
        assertThat(report.member()).isEqualTo(member);
        assertThat(report.agreed()).isEqualTo(membership);
        assertThat(report.status().leader()).isEqualTo(new NodeId("b"));
        assertThat(report.status().lagSeconds()).isEqualTo(0.5);
    }

    @Test
    void formationIsAgreedTo() {
        assertThat(get(client.propose(address, membership))).isEqualTo(membership);
    }

    @Test
    void formationThatIsNotForThisNodeIsRefusedWithTheReason() {
        PeerException failure = failure(client.propose(address, new Membership("c2", "office", List.of(member))));
        assertThat(failure.reason()).isEqualTo(PeerException.Reason.FAILED);
        assertThat(failure).hasMessageContaining("409").hasMessageContaining("office");
    }

    @Test
    void wrongSecretIsRefusedAndNamed() {
        try (HttpPeerClient stranger = new HttpPeerClient(CALLER, new ClusterSecret("other"), Clock.systemUTC())) {
            PeerException failure = failure(stranger.report(address));
            assertThat(failure.reason()).isEqualTo(PeerException.Reason.REFUSED);
            assertThat(failure).hasMessageContaining("CLUSTER_SECRET");
        }
    }

    @Test
    void clockThatIsFarOffIsRefusedAndNamed() {
        InstantSource late = () -> Instant.now().minusSeconds(600);
        try (HttpPeerClient stranger = new HttpPeerClient(CALLER, SECRET, late)) {
            assertThat(failure(stranger.report(address))).hasMessageContaining("clocks");
        }
    }

    @Test
    void requestWithoutASignatureGetsAProblem() throws Exception {
        HttpResponse<String> response =
                send(HttpRequest.newBuilder(uri("/v1/node")).build());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("urn:shareddb:unauthorized");
    }

    @Test
    void recordedRequestIsGoodOnce() throws Exception {
        String timestamp = Long.toString(System.currentTimeMillis());
        String nonce = "00112233445566778899aabbccddeeff";
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/node"))
                .header(Signature.NODE, "caller")
                .header(Signature.TIMESTAMP, timestamp)
                .header(Signature.NONCE, nonce)
                .header(
                        Signature.SIGNATURE,
                        new Signature(SECRET).ofRequest("GET", "/v1/node", "caller", timestamp, nonce, new byte[0]))
                .build();
        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(send(request).statusCode()).isEqualTo(401);
    }

    @Test
    void signatureOfOnePathIsNoGoodForAnother() throws Exception {
        String timestamp = Long.toString(System.currentTimeMillis());
        String nonce = "00112233445566778899aabbccddeeff";
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/snapshot"))
                .header(Signature.NODE, "caller")
                .header(Signature.TIMESTAMP, timestamp)
                .header(Signature.NONCE, nonce)
                .header(
                        Signature.SIGNATURE,
                        new Signature(SECRET).ofRequest("GET", "/v1/node", "caller", timestamp, nonce, new byte[0]))
                .build();
        assertThat(send(request).statusCode()).isEqualTo(401);
    }

    @Test
    void unknownPathAndMethodGetProblems() throws Exception {
        HttpResponse<String> path = send(HttpRequest.newBuilder(uri("/v2")).build());
        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(path.body()).contains("urn:shareddb:not-found");
        HttpResponse<String> method =
                send(HttpRequest.newBuilder(uri("/v1/node")).DELETE().build());
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.body()).contains("urn:shareddb:method-not-allowed");
    }

    @Test
    void nobodyThereIsUnreachable() {
        PeerException failure = failure(client.report(new PeerAddress("127.0.0.1", 1)));
        assertThat(failure.reason()).isEqualTo(PeerException.Reason.UNREACHABLE);
    }

    @Test
    void copyIsStreamed() throws IOException {
        byte[] bytes = "row\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        source = Optional.of((out, progress) -> {
            out.write(bytes);
            return position();
        });
        try (InputStream in = client.open(donor)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void nodeWithoutACopySaysSo() {
        assertThatThrownBy(() -> client.open(donor))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no copy to give");
    }

    @Test
    void copyThatBreaksOffIsNotTakenForTheWhole() {
        source = Optional.of((out, progress) -> {
            out.write(new byte[200_000]);
            out.flush();
            throw new IOException("the engine went away");
        });
        assertThatThrownBy(() -> {
                    try (InputStream in = client.open(donor)) {
                        in.readAllBytes();
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void onlySomeCopiesAreMadeAtOnce() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        source = Optional.of((out, progress) -> {
            out.write(new byte[100_000]);
            out.flush();
            try {
                if (!release.await(10, TimeUnit.SECONDS)) {
                    throw new IOException("never released");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return position();
        });
        try (InputStream first = client.open(donor);
                InputStream second = client.open(donor)) {
            assertThatThrownBy(() -> client.open(donor)).hasMessageContaining("under way already");
            release.countDown();
            assertThat(first.readAllBytes()).hasSize(100_000);
            assertThat(second.readAllBytes()).hasSize(100_000);
        }
    }

    private static EnginePosition position() {
        return new MariaDbFamily().position("0-1-1");
    }

    private URI uri(String path) {
        return URI.create("http://" + address.authority() + path);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
