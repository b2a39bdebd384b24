package io.shareddb.api.http;

import io.shareddb.cluster.member.ClusterJson;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerException;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests that change something, and what becomes of them. Stateless. */
public final class Operations {
    private static final int LIMIT_SECONDS = 30;

    private Operations() {}

    /** {@code body} as JSON; ends the request if it is none of {@code type}. */
    public static <T> T read(byte[] body, Class<T> type) {
        try {
            T request = ClusterJson.mapper().readValue(body, type);
            if (request != null) {
                return request;
            }
        } catch (IOException e) {
            throw new ProblemException(Problem.badRequest("the body is no " + type.getSimpleName() + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
        throw new ProblemException(Problem.badRequest("the body is null (expected: " + type.getSimpleName() + ")"));
    }

    /** Waits; ends the request with a problem if it fails. */
    public static <T> T await(CompletionStage<T> operation) {
        try {
            return operation.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String text = String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
            if (cause instanceof OperationException) {
                throw new ProblemException(Problem.conflict(text));
            }
            if (cause instanceof PeerException) {
                throw new ProblemException(Problem.unavailable(text));
            }
            throw new IllegalStateException(text, cause);
        } catch (TimeoutException e) {
            throw new ProblemException(Problem.unavailable(
                    "not done within " + LIMIT_SECONDS + "s; it may still be: ask for the cluster's state"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.unavailable("this node stops"));
        }
    }
}
