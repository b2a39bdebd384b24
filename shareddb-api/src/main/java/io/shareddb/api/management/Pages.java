package io.shareddb.api.management;

import io.shareddb.api.http.Answers;
import io.shareddb.api.http.Problem;
import io.shareddb.api.http.ProblemException;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.ClassPathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;

/** The pages, from the class path. Thread-safe. */
final class Pages implements HttpHandler {
    private static final String FOLDER = "META-INF/resources/shareddb-ui";
    private static final HttpString CONTENT_SECURITY_POLICY = new HttpString("Content-Security-Policy");
    private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");

    private final ResourceHandler resources;

    Pages(ClassLoader loader) {
        resources = new ResourceHandler(
                        new ClassPathResourceManager(loader, FOLDER),
                        exchange -> Answers.sendProblem(exchange, Problem.notFound(exchange.getRequestPath())))
                .setWelcomeFiles("index.html")
                .setDirectoryListingEnabled(false);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HttpString method = exchange.getRequestMethod();
        if (!method.equals(Methods.GET) && !method.equals(Methods.HEAD)) {
            throw new ProblemException(Problem.methodNotAllowed(method.toString(), exchange.getRequestPath()));
        }
        exchange.getResponseHeaders().put(CONTENT_SECURITY_POLICY, "default-src 'self'; img-src 'self' data:");
        exchange.getResponseHeaders().put(CONTENT_TYPE_OPTIONS, "nosniff");
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
        resources.handleRequest(exchange);
    }
}
