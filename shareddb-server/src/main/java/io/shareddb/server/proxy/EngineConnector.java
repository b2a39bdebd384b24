package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.shareddb.protocol.packet.SqlException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Opens connections to this node's engine as clients' accounts, by the first {@link EngineWay} that is one. Thread-safe. */
final class EngineConnector {
    /** An account that exists at {@code localhost} as well is refused at the socket, and each refusal is a line in the engine's log. */
    private static final long ROUNDABOUT_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<Accounts.Account, Long> roundabout = new ConcurrentHashMap<>();

    /**
     * Connects and logs in on {@code loop}, where the result completes too.
     *
     * @param database to be chosen at login; empty for none
     * @param owner hears of the connection when it has been returned
     * @return fails with {@link SqlException} where the engine refused, else with what went wrong
     */
    CompletionStage<Backend> connect(
            EventLoop loop,
            LocalEngine engine,
            SessionLogin login,
            String database,
            Backend.Route route,
            Backend.Owner owner) {
        List<EngineWay> ways = EngineWay.of(login.holder(), engine);
        Long since = roundabout.get(login.holder().account());
        boolean straight = since == null || System.nanoTime() - since > ROUNDABOUT_NANOS;
        List<EngineWay> tried = straight ? ways : ways.subList(ways.size() - 1, ways.size());
        return connect(new Attempt(loop, login, database, route), tried).thenApply(backend -> {
            backend.owner(owner);
            return backend;
        });
    }

    private record Attempt(EventLoop loop, SessionLogin login, String database, Backend.Route route) {}

    private CompletionStage<Backend> connect(Attempt attempt, List<EngineWay> ways) {
        EngineWay way = ways.get(0);
        return BackendConnector.connect(
                        attempt.loop(),
                        way.address(),
                        way.header(),
                        attempt.login().atEngine(attempt.database()),
                        attempt.route(),
                        Backend.Owner.NOBODY)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(way.explain(cause(failure))))
                .thenCompose(way::check)
                .exceptionallyCompose(failure -> {
                    Throwable cause = cause(failure);
                    if (ways.size() == 1 || isFull(cause)) {
                        return CompletableFuture.failedFuture(cause);
                    }
                    return connect(attempt, ways.subList(1, ways.size())).thenApply(backend -> {
                        roundabout.put(attempt.login().holder().account(), System.nanoTime());
                        return backend;
                    });
                });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static boolean isFull(Throwable cause) {
        return cause instanceof SqlException refused && ProxyErrors.isTooManyConnections(refused.error());
    }
}
