package io.shareddb.api.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shareddb.api.http.Answers;
import io.shareddb.api.http.HttpServer;
import io.shareddb.api.http.Operations;
import io.shareddb.api.http.Problem;
import io.shareddb.api.http.ProblemException;
import io.shareddb.api.http.Routes;
import io.shareddb.cluster.member.ClusterJson;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.tls.NodeTls;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster API: a node for the other nodes, to whom alone it speaks. Thread-safe.
 *
 * <pre>
 * GET  /v1/node        PeerReport
 * POST /v1/formation   Membership → Membership that this node has agreed to; 409 if the plan is not for it
 * POST /v1/transfer    TransferRequest → TransferResult; 409 if leadership stays
 * POST /v1/drain       DrainRequest → the same; 409 if it is not for this node
 * POST /v1/remove      RemoveRequest → the same; 409 if the node stays
 * POST /v1/join        JoinRequest → JoinResult; 409 if the node is not taken in now
 * POST /v1/announce    Member → the same: where the caller is
 * GET  /v1/snapshot    a copy of the engine as a stream, as rows, or with ?form=files as files; 503 when there is none to give in
 *                      this form or too many are under way
 * </pre>
 */
public final class ClusterServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterServer.class);
    private static final int MAX_SNAPSHOTS = 2;

    private final ClusterService service;
    private final Semaphore snapshots = new Semaphore(MAX_SNAPSHOTS);
    private final HttpServer server;

    /**
     * Listens.
     *
     * @param bind port 0: any free one
     * @param self this node's name in its log
     * @param tls proves who is a node; without it everybody who reaches the address is taken for one
     * @throws io.shareddb.api.http.HttpBindException if the address cannot be had
     */
    public ClusterServer(InetSocketAddress bind, String self, Optional<NodeTls> tls, ClusterService service) {
        this.service = service;
        HttpHandler routes = new Routes()
                .get("/v1/node", exchange -> Answers.sendJson(exchange, 200, service.report()))
                .blocking("POST", "/v1/formation", this::formation)
                .blocking("POST", "/v1/transfer", operation(TransferRequest.class, service::transfer))
                .blocking("POST", "/v1/drain", operation(DrainRequest.class, service::drain))
                .blocking("POST", "/v1/remove", operation(RemoveRequest.class, service::remove))
                .blocking("POST", "/v1/join", operation(JoinRequest.class, service::join))
                .blocking("POST", "/v1/announce", operation(Member.class, member -> {
                    service.announce(member);
                    return CompletableFuture.completedFuture(member);
                }))
                .blocking("GET", "/v1/snapshot", this::snapshot)
                .handler();
        this.server = tls.map(proof -> HttpServer.start(bind, proof, self, routes))
                .orElseGet(() -> HttpServer.start(bind, routes));
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.address();
    }

    private void formation(HttpServerExchange exchange) throws IOException {
        byte[] body = exchange.getInputStream().readAllBytes(); // bounded by the server
        try {
            Membership plan = ClusterJson.mapper().readValue(body, Membership.class);
            Answers.sendJson(exchange, 200, service.agree(plan));
        } catch (JsonProcessingException e) {
            throw new ProblemException(Problem.badRequest("the body is no membership: " + e.getOriginalMessage()));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Problem.conflict(String.valueOf(e.getMessage())));
        }
    }

    private static <T> HttpHandler operation(Class<T> type, Function<T, ? extends CompletionStage<?>> operation) {
        return exchange -> {
            byte[] body = exchange.getInputStream().readAllBytes(); // bounded by the server
            Answers.sendJson(exchange, 200, Operations.await(operation.apply(Operations.read(body, type))));
        };
    }

    private void snapshot(HttpServerExchange exchange) {
        CopyForm form = form(exchange);
        SnapshotSource source = service.snapshot(form)
                .orElseThrow(() -> new ProblemException(Problem.unavailable("this node has no copy to give now")));
        if (!snapshots.tryAcquire()) {
            throw new ProblemException(Problem.busy(MAX_SNAPSHOTS + " copies are under way already"));
        }
        try {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
            log.info("copy for {} begins: form={}", exchange.getSourceAddress(), form);
            EnginePosition position = source.writeTo(exchange.getOutputStream(), progress -> {});
            exchange.getOutputStream().close();
            log.info("copy for {} is complete: position={}", exchange.getSourceAddress(), position.text());
        } catch (IOException | EngineException e) {
            breakOff(exchange, e);
        } finally {
            snapshots.release();
        }
    }

    private static CopyForm form(HttpServerExchange exchange) {
        String asked = Optional.ofNullable(exchange.getQueryParameters().get("form"))
                .map(Deque::peekFirst)
                .orElse("rows");
        return switch (asked) {
            case "rows" -> CopyForm.ROWS;
            case "files" -> CopyForm.FILES;
            default -> throw new ProblemException(Problem.badRequest("form: " + asked + " (expected: rows or files)"));
        };
    }

    /** The receiver must not take what it has for the whole: the connection ends in the middle of the body. */
    private static void breakOff(HttpServerExchange exchange, Exception reason) {
        if (!exchange.isResponseStarted()) {
            log.info("no copy for {}: {}", exchange.getSourceAddress(), reason.getMessage());
            throw new ProblemException(Problem.unavailable("the copy could not be begun: " + reason.getMessage()));
        }
        log.warn("copy for {} broke off: {}", exchange.getSourceAddress(), reason.toString());
        try {
            exchange.getConnection().close();
        } catch (IOException e) {
            log.debug("closing a connection: {}", e.toString());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
