package io.shareddb.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shareddb.cluster.member.ClusterJson;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes answers. Stateless. */
public final class Answers {
    private Answers() {}

    /** {@code body} as JSON. */
    public static byte[] json(Object body) {
        try {
            return ClusterJson.mapper().writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + body.getClass().getSimpleName() + " as JSON", e);
        }
    }

    /** Ends {@code exchange} with {@code body} as JSON. */
    public static void sendJson(HttpServerExchange exchange, int status, Object body) {
        send(exchange, status, "application/json", json(body));
    }

    /** Ends {@code exchange} with a problem. */
    public static void sendProblem(HttpServerExchange exchange, Problem problem) {
        send(exchange, problem.status(), Problem.MEDIA_TYPE, json(problem));
    }

    /** Ends {@code exchange} with {@code text}. */
    public static void sendText(HttpServerExchange exchange, String contentType, String text) {
        send(exchange, 200, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpServerExchange exchange, int status, String contentType, byte[] body) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseSender().send(ByteBuffer.wrap(body));
    }
}
