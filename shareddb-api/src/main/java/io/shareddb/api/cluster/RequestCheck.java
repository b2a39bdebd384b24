package io.shareddb.api.cluster;

import io.shareddb.api.http.Problem;
import io.shareddb.api.http.ProblemException;
import io.shareddb.cluster.member.ClusterSecret;
import io.undertow.server.HttpServerExchange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets nodes of this cluster in, and nobody else. Thread-safe. */
final class RequestCheck {
    private static final Logger log = LoggerFactory.getLogger(RequestCheck.class);
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);
    private static final Pattern NONCE_FORM = Pattern.compile("[0-9a-f]{32}");
    private static final long SAY_AGAIN_MILLIS = 60_000;

    private final Signature signature;
    private final InstantSource clock;
    private final Nonces nonces = new Nonces(CLOCK_TOLERANCE.multipliedBy(3));
    private long saidMillis; // guarded by this: strangers must not fill the log

    RequestCheck(ClusterSecret secret, InstantSource clock) {
        this.signature = new Signature(secret);
        this.clock = clock;
    }

    /**
     * Checks a whole request.
     *
     * @param body empty for none
     * @return the nonce, to sign the answer with
     * @throws ProblemException 401 saying what is wrong
     */
    String check(HttpServerExchange exchange, byte[] body) {
        String node = header(exchange, Signature.NODE);
        String timestamp = header(exchange, Signature.TIMESTAMP);
        String nonce = header(exchange, Signature.NONCE);
        String given = header(exchange, Signature.SIGNATURE);
        String query = exchange.getQueryString();
        String target = exchange.getRequestURI() + (query.isEmpty() ? "" : "?" + query);
        String expected =
                signature.ofRequest(exchange.getRequestMethod().toString(), target, node, timestamp, nonce, body);
        if (!Signature.same(expected, given)) {
            throw refuse(exchange, node, "the signature does not match (is CLUSTER_SECRET the same on all nodes?)");
        }
        long now = clock.millis();
        long skew = Math.abs(now - millis(timestamp));
        if (skew > CLOCK_TOLERANCE.toMillis()) {
            throw refuse(
                    exchange,
                    node,
                    "the clocks are " + skew / 1000 + "s apart (at most " + CLOCK_TOLERANCE.toSeconds() + "s)");
        }
        if (!NONCE_FORM.matcher(nonce).matches() || !nonces.use(nonce, now)) {
            throw refuse(exchange, node, "the request was seen before");
        }
        return nonce;
    }

    Signature signature() {
        return signature;
    }

    private static String header(HttpServerExchange exchange, String name) {
        @Nullable String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static long millis(String timestamp) {
        try {
            return Long.parseLong(timestamp);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private ProblemException refuse(HttpServerExchange exchange, String node, String why) {
        if (mayBeSaid()) {
            String name = node.isEmpty() ? "no name" : node.replaceAll("[^a-z0-9-]", "?");
            log.warn("refused {} at {}: {}", name, exchange.getSourceAddress(), why);
        }
        return new ProblemException(Problem.unauthorized(why));
    }

    private synchronized boolean mayBeSaid() {
        long now = clock.millis();
        if (saidMillis != 0 && now - saidMillis < SAY_AGAIN_MILLIS) {
            return false;
        }
        saidMillis = now;
        return true;
    }
}
