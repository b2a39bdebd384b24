package io.shareddb.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.SnapshotFrame;
import io.shareddb.replication.snapshot.SnapshotReader;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.snapshot.SnapshotWriter;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClusterServerTest {
    private static final Optional<NodeTls> TLS = tls("node1", "geheim");
    private static final NodeId CALLER = new NodeId("caller");

    private final Member member = new Member(new NodeId("a"), "node1", "127.0.0.1", 3307, 7071, 8008, 7072);
    private final Membership membership = new Membership("c1", "shop", List.of(member));
    private final Members log = new Members(7, List.of(member.id(), new NodeId("b")), List.of(member.id()));
    private final List<Member> announced = new CopyOnWriteArrayList<>();
    private Optional<SnapshotSource> source = Optional.empty();

    private final ClusterServer server = new ClusterServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "node1", TLS, new ClusterService() {
                @Override
                public PeerReport report() {
                    NodeStatus status = new NodeStatus(
                            NodeState.FOLLOWING, "", 3, new NodeId("b"), false, true, 9, 8, 0.5, 42, null, null, null);
                    return new PeerReport(
                            "shop", 3, member, membership, true, null, null, status, log, List.of(member));
                }

                @Override
                public Membership agree(Membership plan) {
                    if (!plan.clusterName().equals("shop")) {
                        throw new IllegalArgumentException("plan: cluster 'office' (expected: 'shop')");
                    }
                    return plan;
                }

                @Override
                public CompletionStage<TransferResult> transfer(TransferRequest request) {
                    return CompletableFuture.failedFuture(new OperationException("a does not lead"));
                }

                @Override
                public CompletionStage<DrainRequest> drain(DrainRequest request) {
                    return CompletableFuture.completedFuture(request);
                }

                @Override
                public CompletionStage<RemoveRequest> remove(RemoveRequest request) {
                    return CompletableFuture.completedFuture(request);
                }

                @Override
                public CompletionStage<JoinResult> join(JoinRequest request) {
                    return CompletableFuture.completedFuture(
                            new JoinResult(membership, List.of(member, request.member()), null));
                }

                @Override
                public void announce(Member said) {
                    announced.add(said);
                }

                @Override
                public Optional<SnapshotSource> snapshot(CopyForm form) {
                    return source;
                }
            });

    private final PeerAddress address =
            new PeerAddress("127.0.0.1", server.address().getPort());
    private final Member donor = new Member(
            new NodeId("a"), "node1", "127.0.0.1", 3307, server.address().getPort(), 8008, 7072);
    private final HttpPeerClient client = new HttpPeerClient(CALLER, tls("node2", "geheim"));

    private static Optional<NodeTls> tls(String node, String secret) {
        return Optional.of(NodeTls.ofSecret(node, secret.getBytes(StandardCharsets.UTF_8), Optional.empty()));
    }

    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.shareddb.api.http");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.WARN) {
                warnings.add(event.getFormattedMessage());
            }
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void close() {
        logger.detachAppender(appender);
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
    void operationsAreDoneOrRefusedWithTheReason() {
        RemoveRequest removal = new RemoveRequest("b", false);
        assertThat(get(client.remove(address, removal))).isEqualTo(removal);
        Member replica = new Member(new NodeId("r"), "r", "127.0.0.1", 3307, 7071, 8008, 7072, NodeKind.REPLICA);
        assertThat(get(client.join(address, new JoinRequest("shop", replica, true, false))))
                .isEqualTo(new JoinResult(membership, List.of(member, replica), null));
        get(client.announce(address, replica));
        assertThat(announced).containsExactly(replica);
        assertThat(get(client.report(address)).log()).isEqualTo(log);
        DrainRequest drain = new DrainRequest("a", true);
        assertThat(get(client.drain(address, drain))).isEqualTo(drain);
        assertThat(client.transfer(address, new TransferRequest("b", false)))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationException.class)
                .withMessage("a does not lead");
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
        assertThat(client.propose(address, new Membership("c2", "office", List.of(member))))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationException.class)
                .withMessageContaining("office");
    }

    @Test
    void wrongSecretIsRefusedAndBothSidesSayWhy() throws Exception {
        try (HttpPeerClient stranger = new HttpPeerClient(CALLER, tls("node3", "other"))) {
            PeerException failure = failure(stranger.report(address));
            assertThat(failure.reason()).isEqualTo(PeerException.Reason.REFUSED);
            assertThat(failure)
                    .hasMessageContaining("its certificate (CN=node1 of ")
                    .hasMessageContaining("is CLUSTER_SECRET the same on all nodes?");
            assertThat(warnings.poll(10, TimeUnit.SECONDS))
                    .startsWith("node1 has no connection with a peer at 127.0.0.1:")
                    .contains("it refuses our certificate")
                    .endsWith("is CLUSTER_SECRET the same on all nodes?");
            assertThatThrownBy(() -> stranger.open(donor, CopyForm.ROWS)).hasMessageContaining("CLUSTER_SECRET");
        }
    }

    @Test
    void whoShowsNoCertificateGetsNoAnswer() throws Exception {
        HttpClient curious =
                HttpClient.newBuilder().sslContext(TrustsAll.context()).build();
        HttpRequest request = HttpRequest.newBuilder(uri("/v1/node")).build();
        assertThatThrownBy(() -> curious.send(request, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(warnings.poll(10, TimeUnit.SECONDS))
                .startsWith("node1 has no connection with a peer at 127.0.0.1:")
                .contains("it has no certificate");
    }

    @Test
    void whoSpeaksPlainHttpGetsNoAnswer() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /v1/node HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP");
        }
        assertThat(warnings.poll(10, TimeUnit.SECONDS)).contains("it does not speak TLS");
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
        try (InputStream in = client.open(donor, CopyForm.ROWS)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void severalThreadsWriteOneCopy() throws Exception {
        int threads = 4;
        int pieces = 40;
        byte[] piece = new byte[256 << 10];
        source = Optional.of((out, progress) -> {
            SnapshotWriter writer = new SnapshotWriter(out);
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int table = i;
                writers.add(CompletableFuture.runAsync(
                        () -> {
                            byte[] own = piece.clone();
                            new Random(table).nextBytes(own); // does not become shorter
                            for (int j = 0; j < pieces; j++) {
                                write(writer, new SnapshotFrame.Rows(table, 1, ByteBuffer.wrap(own)));
                            }
                        },
                        task -> new Thread(task).start()));
            }
            writers.forEach(CompletableFuture::join);
            writer.write(new SnapshotFrame.End((long) threads * pieces));
            return new MariaDbFamily().position("0-1-1");
        });
        long rows = 0;
        try (InputStream in = client.open(donor, CopyForm.ROWS)) {
            SnapshotReader reader = new SnapshotReader(in);
            SnapshotFrame frame = reader.read();
            while (frame instanceof SnapshotFrame.Rows some) {
                byte[] expected = new byte[piece.length];
                new Random(some.table()).nextBytes(expected);
                assertThat(some.values()).isEqualTo(ByteBuffer.wrap(expected));
                rows += some.count();
                frame = reader.read();
            }
            assertThat(frame).isEqualTo(new SnapshotFrame.End(rows));
        }
        assertThat(rows).isEqualTo((long) threads * pieces);
    }

    private static void write(SnapshotWriter writer, SnapshotFrame frame) {
        try {
            writer.write(frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nodeWithoutACopySaysSo() {
        assertThatThrownBy(() -> client.open(donor, CopyForm.ROWS))
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
                    try (InputStream in = client.open(donor, CopyForm.ROWS)) {
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
        try (InputStream first = client.open(donor, CopyForm.ROWS);
                InputStream second = client.open(donor, CopyForm.ROWS)) {
            assertThatThrownBy(() -> client.open(donor, CopyForm.ROWS)).hasMessageContaining("under way already");
            release.countDown();
            assertThat(first.readAllBytes()).hasSize(100_000);
            assertThat(second.readAllBytes()).hasSize(100_000);
        }
    }

    private static EnginePosition position() {
        return new MariaDbFamily().position("0-1-1");
    }

    private URI uri(String path) {
        return URI.create("https://" + address.authority() + path);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(TLS.orElseThrow().context())
                .sslParameters(TLS.orElseThrow().parameters())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
