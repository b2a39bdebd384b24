package io.shareddb.api.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementServerTest {
    private static final NodeId A = new NodeId("a");

    @TempDir
    Path classes;

    private NodeStatus status = new NodeStatus(
            NodeState.LEADING,
            "",
            5,
            A,
            true,
            true,
            12,
            12,
            0,
            42,
            new EngineSummary("MariaDB", "11.4.5-MariaDB-log", 43, 3306),
            null,
            null);
    private ManagementServer server;
    private URLClassLoader pages;

    @BeforeEach
    void start() throws Exception {
        Path folder = Files.createDirectories(classes.resolve("META-INF/resources/shareddb-ui"));
        Files.writeString(folder.resolve("index.html"), "<title>Shared DB</title>");
        pages = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
        Histogram histogram = new Histogram(3);
        histogram.recordValue(100);
        histogram.recordValue(300);
        server = new ManagementServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                false,
                new Service(),
                () -> Map.of("quorum", histogram),
                pages);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        pages.close();
    }

    private final class Service implements ManagementService {
        @Override
        public String clusterName() {
            return "shop";
        }

        @Override
        public Optional<String> clusterId() {
            return Optional.of("c1");
        }

        @Override
        public Member member() {
            return new Member(A, "node1", "127.0.0.1", 3307, 7071, 8008, 7072);
        }

        @Override
        public NodeStatus status() {
            return status;
        }

        @Override
        public List<PeerStatus> peers() {
            NodeStatus follower =
                    new NodeStatus(NodeState.FOLLOWING, "", 5, A, false, true, 12, 10, 1.5, 52, null, null, null);
            return List.of(
                    new PeerStatus(peer("c", "node3", 3), false, null, Duration.ofSeconds(9), "connection refused"),
                    new PeerStatus(peer("b", "node2", 2), true, follower, Duration.ofMillis(200), ""));
        }

        @Override
        public CompletionStage<TransferResult> transfer(TransferRequest request) {
            String to = request.to();
            return to == null || request.force()
                    ? CompletableFuture.completedFuture(new TransferResult(A))
                    : CompletableFuture.failedFuture(new OperationException("node: " + to + " (expected: node1)"));
        }

        @Override
        public Optional<Members> log() {
            return Optional.of(new Members(4, List.of(A, new NodeId("b"), new NodeId("c")), List.of(A)));
        }

        @Override
        public CompletionStage<RemoveRequest> remove(RemoveRequest request) {
            return CompletableFuture.completedFuture(request);
        }

        @Override
        public CompletionStage<DrainRequest> drain(DrainRequest request) {
            return CompletableFuture.failedFuture(
                    new PeerException(PeerException.Reason.UNREACHABLE, "node2: connection refused"));
        }

        private Member peer(String id, String name, int offset) {
            return new Member(
                    new NodeId(id), name, "127.0.0.1", 3306 + offset, 7070 + offset, 8007 + offset, 7080 + offset);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void operationAnswersWithItsResultOrWithTheReasonWhyNothingChanged() throws Exception {
        HttpResponse<String> done = post("/v1/cluster/transfer", "application/json", "{\"to\":null,\"force\":false}");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).isEqualTo("{\"leader\":\"a\"}");
        HttpResponse<String> refused =
                post("/v1/cluster/transfer", "application/json", "{\"to\":\"x\",\"force\":false}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("urn:shareddb:conflict", "node: x (expected: node1)");
        HttpResponse<String> unreachable =
                post("/v1/cluster/drain", "application/json", "{\"node\":\"node2\",\"on\":true}");
        assertThat(unreachable.statusCode()).isEqualTo(503);
        assertThat(unreachable.body()).contains("connection refused");
    }

    @Test
    void operationIsNotTakenFromAPageOfAnotherSite() throws Exception {
        HttpResponse<String> form = post("/v1/cluster/transfer", "text/plain", "{\"to\":null,\"force\":false}");
        assertThat(form.statusCode()).isEqualTo(400);
        assertThat(form.body()).contains("Content-Type: text/plain (expected: application/json)");
        assertThat(post("/v1/cluster/transfer", "application/json", "null").statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/cluster/transfer", "application/json", "{").statusCode())
                .isEqualTo(400);
    }

    @Test
    void clientsOfOtherMachinesGetTheProbesAndTheMetricsAlone() throws Exception {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
        assumeTrue(outside.isPresent(), "this machine has no address but loopback");
        try (ManagementServer bound = new ManagementServer(
                new InetSocketAddress(outside.orElseThrow(), 0), false, new Service(), () -> Map.of(), pages)) {
            String base = "http://" + outside.orElseThrow().getHostAddress() + ":"
                    + bound.address().getPort();
            for (String path : List.of("/livez", "/readyz", "/primary", "/metrics")) {
                HttpRequest probe =
                        HttpRequest.newBuilder(URI.create(base + path)).build();
                assertThat(send(probe).statusCode()).as(path).isEqualTo(200);
            }
            for (String path : List.of("/v1/cluster", "/v1/timings", "/")) {
                HttpRequest question =
                        HttpRequest.newBuilder(URI.create(base + path)).build();
                assertThat(send(question).statusCode()).as(path).isEqualTo(403);
            }
            HttpRequest order = HttpRequest.newBuilder(URI.create(base + "/v1/cluster/transfer"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"to\":null,\"force\":false}"))
                    .build();
            HttpResponse<String> refused = send(order);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("/v1/cluster/transfer answers clients of the node's own machine only");
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void clusterShowsEveryNode() throws Exception {
        HttpResponse<String> response = get("/v1/cluster");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode cluster = new ObjectMapper().readTree(response.body());
        assertThat(cluster.path("name").asText()).isEqualTo("shop");
        assertThat(cluster.path("epoch").asLong()).isEqualTo(5);
        assertThat(cluster.path("leader").asText()).isEqualTo("a");
        JsonNode leader = cluster.path("nodes").path(0);
        assertThat(leader.path("role").asText()).isEqualTo("leader");
        assertThat(leader.path("state").asText()).isEqualTo("LEADING");
        assertThat(leader.path("mysql").asText()).isEqualTo("127.0.0.1:3307");
        assertThat(leader.path("ui").asText()).isEqualTo("127.0.0.1:8008");
        assertThat(leader.path("committedSeq").asLong()).isEqualTo(12);
        assertThat(leader.path("operatorPid").asLong()).isEqualTo(42);
        assertThat(leader.path("engine").path("product").asText()).isEqualTo("MariaDB");
        assertThat(leader.path("engine").path("pid").asLong()).isEqualTo(43);
        assertThat(leader.path("engine").path("port").asInt()).isEqualTo(3306);
        JsonNode follower = cluster.path("nodes").path(1);
        assertThat(follower.path("role").asText()).isEqualTo("follower");
        assertThat(follower.path("appliedSeq").asLong()).isEqualTo(10);
        assertThat(follower.path("lagSeconds").asDouble()).isEqualTo(1.5);
        JsonNode gone = cluster.path("nodes").path(2);
        assertThat(gone.path("state").asText()).isEqualTo("UNREACHABLE");
        assertThat(gone.path("reason").asText()).isEqualTo("connection refused");
        assertThat(gone.path("committedSeq").isNull()).isTrue();
        assertThat(gone.path("ageSeconds").asDouble()).isEqualTo(9);
    }

    @Test
    void probesFollowTheRole() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/primary").statusCode()).isEqualTo(200);
        status = new NodeStatus(
                NodeState.RESEEDING, "copy from node2", 5, null, false, false, 12, 0, 0, 42, null, null, null);
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("RESEEDING").contains("copy from node2");
        assertThat(get("/primary").statusCode()).isEqualTo(503);
        status = new NodeStatus(NodeState.STOPPED, "", 0, null, false, false, 12, 0, 0, 42, null, null, null);
        assertThat(get("/livez").statusCode()).isEqualTo(503);
        HttpResponse<String> head = send(HttpRequest.newBuilder(uri("/primary"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(head.statusCode()).isEqualTo(503);
    }

    @Test
    void timingsAreInMicroseconds() throws Exception {
        JsonNode quorum = new ObjectMapper().readTree(get("/v1/timings").body()).path("quorum");
        assertThat(quorum.path("count").asLong()).isEqualTo(2);
        assertThat(quorum.path("p50").asLong()).isEqualTo(100);
        assertThat(quorum.path("max").asLong()).isEqualTo(300);
    }

    @Test
    void metricsAreInSeconds() throws Exception {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(response.body())
                .contains("# TYPE shareddb_commit_stage_seconds summary\n")
                .contains("shareddb_commit_stage_seconds{stage=\"quorum\",quantile=\"0.5\"} 1.0E-4\n")
                .contains("shareddb_commit_stage_seconds_count{stage=\"quorum\"} 2\n")
                .contains("shareddb_state{state=\"LEADING\"} 1\n")
                .contains("shareddb_state{state=\"FAILED\"} 0\n")
                .contains("shareddb_committed_seq 12\n");
    }

    @Test
    void pagesComeFromTheClassPath() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Shared DB");
        assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(get("/../../management/ManagementServer.class").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNotThereIsAProblem() throws Exception {
        HttpResponse<String> response = get("/v1/nothing");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = new ObjectMapper().readTree(response.body());
        assertThat(problem.path("type").asText()).isEqualTo("urn:shareddb:not-found");
        assertThat(problem.path("status").asInt()).isEqualTo(404);
        for (String path : List.of("/v1/cluster", "/", "/livez")) {
            HttpResponse<String> method =
                    send(HttpRequest.newBuilder(uri(path)).DELETE().build());
            assertThat(method.statusCode()).as(path).isEqualTo(405);
            assertThat(method.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }
}
