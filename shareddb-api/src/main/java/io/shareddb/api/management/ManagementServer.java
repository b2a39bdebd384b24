package io.shareddb.api.management;

import io.shareddb.api.http.Answers;
import io.shareddb.api.http.HttpServer;
import io.shareddb.api.http.Operations;
import io.shareddb.api.http.Problem;
import io.shareddb.api.http.ProblemException;
import io.shareddb.api.http.Routes;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.Members;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * The management API and the pages. Thread-safe. Clients of other machines get the probes and the metrics alone.
 *
 * <pre>
 * GET  /v1/cluster            ClusterView
 * POST /v1/cluster/transfer   TransferRequest → TransferResult; 409 if leadership stays where it is
 * POST /v1/cluster/drain      DrainRequest → the same; 409 if there is no such node
 * POST /v1/cluster/remove     RemoveRequest → the same; 409 if the node stays
 * GET  /v1/timings            {stage: StageView}
 * GET  /metrics               Prometheus
 * GET  /livez                 200 while the node is not stopped
 * GET  /readyz                200 while it answers reads (503 otherwise)
 * GET  /primary               200 while it takes writes (503 otherwise)
 * GET  /                      pages
 * </pre>
 */
public final class ManagementServer implements AutoCloseable {
    /** For load balancers and Prometheus, which are elsewhere: how the node does, and nothing that could be changed. */
    private static final Set<String> OPEN = Set.of("/metrics", "/livez", "/readyz", "/primary");

    private final ManagementService service;
    private final TimingsSource timings;
    private final HttpServer server;

    /**
     * What a probe says.
     *
     * @param ok the answer
     * @param state of the node
     * @param reason of the node, for people
     */
    public record Probe(boolean ok, String state, String reason) {}

    /**
     * Listens.
     *
     * @param bind port 0: any free one
     * @param allowRemote answers clients of other machines as those of this one: without a password
     * @param pages whose class path has the pages
     * @throws io.shareddb.api.http.HttpBindException if the address cannot be had
     */
    public ManagementServer(
            InetSocketAddress bind,
            boolean allowRemote,
            ManagementService service,
            TimingsSource timings,
            ClassLoader pages) {
        this.service = service;
        this.timings = timings;
        HttpHandler routes = new Routes()
                .get("/v1/cluster", exchange -> Answers.sendJson(exchange, 200, cluster()))
                .blocking("POST", "/v1/cluster/transfer", operation(TransferRequest.class, service::transfer))
                .blocking("POST", "/v1/cluster/drain", operation(DrainRequest.class, service::drain))
                .blocking("POST", "/v1/cluster/remove", operation(RemoveRequest.class, service::remove))
                .get("/v1/timings", exchange -> Answers.sendJson(exchange, 200, stages()))
                .get("/metrics", this::metrics)
                .get("/livez", exchange -> probe(exchange, service.status().state() != NodeState.STOPPED))
                .get("/readyz", exchange -> probe(exchange, ready(service.member(), service.status())))
                .get("/primary", exchange -> probe(exchange, service.status().writable()))
                .otherwise(new Pages(pages))
                .handler();
        this.server = HttpServer.start(bind, allowRemote ? routes : new LoopbackOnly(routes, OPEN));
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** The cluster as this node sees it. */
    public ClusterView cluster() {
        NodeStatus own = service.status();
        List<NodeView> nodes = new ArrayList<>();
        Optional<Members> members = service.log();
        nodes.add(NodeView.of(service.member(), own, members));
        for (PeerStatus peer : service.peers()) {
            nodes.add(NodeView.of(peer, members));
        }
        nodes.sort(Comparator.comparing(NodeView::name).thenComparing(NodeView::id));
        return new ClusterView(
                service.clusterName(), service.clusterId().orElse(null), own.epoch(), own.leader(), nodes);
    }

    /** Asks for a type that no page of another site can send without asking first, which is not answered. */
    private static <T> HttpHandler operation(Class<T> type, Function<T, ? extends CompletionStage<?>> operation) {
        return exchange -> {
            String media = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
            if (media == null || !media.split(";", 2)[0].trim().equalsIgnoreCase("application/json")) {
                throw new ProblemException(
                        Problem.badRequest("Content-Type: " + media + " (expected: application/json)"));
            }
            byte[] body = exchange.getInputStream().readAllBytes(); // bounded by the server
            Answers.sendJson(exchange, 200, Operations.await(operation.apply(Operations.read(body, type))));
        };
    }

    private Map<String, StageView> stages() {
        Map<String, StageView> stages = new LinkedHashMap<>();
        for (Map.Entry<String, Histogram> stage : timings.timings().entrySet()) {
            stages.put(stage.getKey(), StageView.of(stage.getValue()));
        }
        return stages;
    }

    private void metrics(HttpServerExchange exchange) {
        Answers.sendText(
                exchange,
                PrometheusText.MEDIA_TYPE,
                PrometheusText.of(service.status(), timings.timings(), timings.counts()));
    }

    /** A witness passes everything on, reads too. */
    private static boolean ready(Member member, NodeStatus status) {
        boolean reads = member.kind() == NodeKind.WITNESS ? status.leader() != null : status.readable();
        return reads && (status.state() == NodeState.FOLLOWING || status.state() == NodeState.LEADING);
    }

    private void probe(HttpServerExchange exchange, boolean ok) {
        NodeStatus status = service.status();
        Probe answer = new Probe(ok, status.state().name(), status.reason());
        Answers.sendJson(exchange, ok ? 200 : 503, answer);
    }

    @Override
    public void close() {
        server.close();
    }
}
