package io.shareddb.api.management;

import io.shareddb.api.http.Problem;
import io.shareddb.api.http.ProblemException;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.net.InetAddress;

/** Lets only clients of this machine in: the API knows no passwords yet. Thread-safe. */
record LoopbackOnly(HttpHandler next) implements HttpHandler {
    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        InetAddress source = exchange.getSourceAddress().getAddress();
        if (source == null || !source.isLoopbackAddress()) {
            throw new ProblemException(Problem.forbidden("this address answers clients of its own machine only; "
                    + "remote ones must be allowed in the node's configuration"));
        }
        next.handleRequest(exchange);
    }
}
