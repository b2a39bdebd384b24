package io.shareddb.api.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.RoutingHandler;
import io.undertow.server.handlers.BlockingHandler;

/** Paths and methods; what is not there gets a problem. Built by one thread, then thread-safe. */
public final class Routes {
    private final RoutingHandler routing = new RoutingHandler();

    public Routes() {
        routing.setFallbackHandler(exchange -> {
            throw new ProblemException(Problem.notFound(exchange.getRequestPath()));
        });
        routing.setInvalidMethodHandler(exchange -> {
            throw new ProblemException(
                    Problem.methodNotAllowed(exchange.getRequestMethod().toString(), exchange.getRequestPath()));
        });
    }

    /** Answers GET and HEAD with {@code handler}, which does not block. */
    public Routes get(String path, HttpHandler handler) {
        routing.get(path, new ErrorHandler(handler));
        routing.add("HEAD", path, new ErrorHandler(handler));
        return this;
    }

    /** Answers {@code method} with {@code handler} on a thread that may block. */
    public Routes blocking(String method, String path, HttpHandler handler) {
        routing.add(method, path, new BlockingHandler(new ErrorHandler(handler)));
        return this;
    }

    /** What is at no other path. */
    public Routes otherwise(HttpHandler handler) {
        routing.setFallbackHandler(handler);
        return this;
    }

    public HttpHandler handler() {
        return routing;
    }
}
