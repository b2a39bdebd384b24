package io.shareddb.api.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what {@code next} throws into problems. Thread-safe. */
public record ErrorHandler(HttpHandler next) implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(ErrorHandler.class);

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        try {
            next.handleRequest(exchange);
        } catch (ProblemException e) {
            answer(exchange, e.problem());
        } catch (Exception e) {
            log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestPath(), e);
            answer(exchange, Problem.internal("the request failed, this node's log says why"));
        }
    }

    private static void answer(HttpServerExchange exchange, Problem problem) {
        if (exchange.isResponseStarted()) {
            exchange.setPersistent(false).endExchange();
        } else {
            Answers.sendProblem(exchange, problem);
        }
    }
}
