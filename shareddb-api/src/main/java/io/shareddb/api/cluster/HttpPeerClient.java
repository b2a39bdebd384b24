package io.shareddb.api.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shareddb.api.http.Answers;
import io.shareddb.cluster.member.ClusterJson;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.Failures;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.OperationClient;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerException.Reason;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.cluster.repair.SnapshotFetcher;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the {@link ClusterServer} of other nodes. Thread-safe. */
public final class HttpPeerClient implements PeerClient, OperationClient, SnapshotFetcher, AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);
    private static final Duration OPERATION_LIMIT = Duration.ofSeconds(20);
    private static final Duration SNAPSHOT_BEGIN_LIMIT = Duration.ofSeconds(60);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    private final Optional<NodeTls> tls;
    private final ExecutorService executor;
    private final ScheduledExecutorService timer;
    private final HttpClient client;

    /**
     * Prepares; nobody is asked yet.
     *
     * @param own for the names of its threads
     * @param tls proves who is a node, as for {@link ClusterServer}
     */
    public HttpPeerClient(NodeId own, Optional<NodeTls> tls) {
        this.tls = tls;
        this.executor = Executors.newFixedThreadPool(2, task -> daemon(task, own + "-peer-client"));
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, own + "-peer-timer"));
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .executor(executor);
        tls.ifPresent(proof -> builder.sslContext(proof.context()).sslParameters(proof.parameters()));
        this.client = builder.build();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public CompletionStage<PeerReport> report(PeerAddress address) {
        return ask(address, "GET", "/v1/node", new byte[0], ANSWER_LIMIT, PeerReport.class);
    }

    @Override
    public CompletionStage<Membership> propose(PeerAddress address, Membership plan) {
        return ask(address, "POST", "/v1/formation", Answers.json(plan), ANSWER_LIMIT, Membership.class);
    }

    @Override
    public CompletionStage<TransferResult> transfer(PeerAddress leader, TransferRequest request) {
        return ask(leader, "POST", "/v1/transfer", Answers.json(request), OPERATION_LIMIT, TransferResult.class);
    }

    @Override
    public CompletionStage<DrainRequest> drain(PeerAddress address, DrainRequest request) {
        return ask(address, "POST", "/v1/drain", Answers.json(request), ANSWER_LIMIT, DrainRequest.class);
    }

    @Override
    public CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request) {
        return ask(leader, "POST", "/v1/remove", Answers.json(request), OPERATION_LIMIT, RemoveRequest.class);
    }

    @Override
    public CompletionStage<JoinResult> join(PeerAddress address, JoinRequest request) {
        return ask(address, "POST", "/v1/join", Answers.json(request), OPERATION_LIMIT, JoinResult.class);
    }

    @Override
    public CompletionStage<Member> announce(PeerAddress address, Member own) {
        return ask(address, "POST", "/v1/announce", Answers.json(own), ANSWER_LIMIT, Member.class);
    }

    private <T> CompletionStage<T> ask(
            PeerAddress address, String method, String path, byte[] body, Duration limit, Class<T> answerType) {
        HttpRequest request;
        try {
            request = request(address, method, path, body).timeout(limit).build();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(new PeerException(Reason.FAILED, address + " is no address", e));
        }
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                // the request's own limit ends with the answer's head
                .orTimeout(limit.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    if (failure != null) {
                        throw unreachable(address, failure);
                    }
                    return read(address, response, answerType);
                });
    }

    private static <T> T read(PeerAddress address, HttpResponse<byte[]> response, Class<T> type) {
        if (response.statusCode() != 200) {
            throw refusal(address, response.statusCode(), response.body());
        }
        try {
            return ClusterJson.mapper().readValue(response.body(), type);
        } catch (IOException e) {
            throw new PeerException(
                    Reason.FAILED, address + " answered what this version does not understand: " + e.getMessage(), e);
        }
    }

    private static RuntimeException refusal(PeerAddress address, int status, byte[] body) {
        String detail;
        try {
            JsonNode problem = ClusterJson.mapper().readTree(body);
            detail = problem.path("detail").asText("no reason given");
        } catch (JsonProcessingException e) {
            detail = "no reason given";
        } catch (IOException e) {
            detail = "unreadable answer";
        }
        if (status == 409) {
            return new OperationException(detail);
        }
        return new PeerException(Reason.FAILED, address + " answered " + status + ": " + detail);
    }

    private PeerException unreachable(PeerAddress address, Throwable failure) {
        Optional<String> refusal = tls.flatMap(proof -> proof.explain(failure));
        if (refusal.isPresent()) {
            return new PeerException(Reason.REFUSED, address + ": " + refusal.get(), failure);
        }
        Throwable cause = Failures.cause(failure);
        String why = cause instanceof HttpTimeoutException || cause instanceof TimeoutException
                ? "no answer in time"
                : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new PeerException(Reason.UNREACHABLE, address + ": " + why, cause);
    }

    @Override
    public InputStream open(Member donor, CopyForm form) throws IOException {
        String path = form == CopyForm.FILES ? "/v1/snapshot?form=files" : "/v1/snapshot";
        HttpRequest request = request(donor.api(), "GET", path, new byte[0])
                .timeout(SNAPSHOT_BEGIN_LIMIT)
                .build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException e) {
            throw new IOException(unreachable(donor.api(), e).getMessage(), e);
        }
        InputStream body = response.body();
        try {
            if (response.statusCode() != 200) {
                throw refusal(donor.api(), response.statusCode(), body.readNBytes(10_000));
            }
        } catch (PeerException | OperationException e) {
            body.close();
            throw new IOException(e.getMessage(), e);
        }
        return new StallGuard(body, STALL_LIMIT, timer);
    }

    private HttpRequest.Builder request(PeerAddress address, String method, String path, byte[] body) {
        String scheme = tls.isPresent() ? "https://" : "http://";
        return HttpRequest.newBuilder(URI.create(scheme + address.authority() + path))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Content-Type", "application/json");
    }

    /** Questions under way fail. */
    @Override
    public void close() {
        executor.shutdownNow();
        timer.shutdownNow();
    }
}
