package io.shareddb.api.management;

import io.shareddb.api.http.Problem;
import io.shareddb.api.http.ProblemException;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.net.InetAddress;
import java.util.Set;

/**
 * Lets only clients of this machine in, because the API knows no passwords yet; others get what is at some paths. Thread-safe.
 *
 * @param open paths that answer everybody
 */
record LoopbackOnly(HttpHandler next, Set<String> open) implements HttpHandler {
    LoopbackOnly {
        open = Set.copyOf(open);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        InetAddress source = exchange.getSourceAddress().getAddress();
        boolean here = source != null && source.isLoopbackAddress();
        if (!here && !open.contains(exchange.getRequestPath())) {
            throw new ProblemException(Problem.forbidden(exchange.getRequestPath()
                    + " answers clients of the node's own machine only, because it asks for no password"));
        }
        next.handleRequest(exchange);
    }
}
