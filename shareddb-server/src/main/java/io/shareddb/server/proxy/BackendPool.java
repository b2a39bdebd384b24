package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.packet.ErrPacket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that sessions gave back, for the next session that would open one like it: a client that connects for each page costs the engine
 * no login then. Each is reset when it is taken, not before, so that it has the global settings of that moment, and stays on its event loop.
 * Thread-safe; {@link #take} and {@link #give} are called on the loop of the connection.
 *
 * <p>Rights are those of the login, so that none is kept for longer than a minute, and none of accounts whose rights the engine tells apart by the
 * client's address.
 */
final class BackendPool implements Backend.Owner {
    private static final Logger log = LoggerFactory.getLogger(BackendPool.class);
    private static final int MAX_IDLE = 64;
    private static final Duration MAX_AGE = Duration.ofMinutes(1);

    private final Duration maxIdle;
    private final ProxyMetrics metrics;
    private final Map<EventLoop, Map<Key, Deque<Idle>>> loops = new ConcurrentHashMap<>();
    private final Map<Integer, String> charsets = new ConcurrentHashMap<>();
    private final AtomicInteger idle = new AtomicInteger();

    /**
     * What two connections must have in common to stand for each other once they are reset.
     *
     * @param route the epoch of a local one for reads says nothing
     * @param client where the client is; null where nobody is told
     * @param database the default one; empty for none
     */
    private record Key(
            SocketAddress address,
            Backend.Route route,
            Capabilities capabilities,
            Map<String, String> attributes,
            int collation,
            Accounts.Account account,
            Object secret,
            @Nullable InetAddress client,
            String database) {}

    private record Idle(Backend backend, long sinceNanos) {}

    /** @param maxIdle how long one is kept */
    BackendPool(Duration maxIdle, ProxyMetrics metrics) {
        this.maxIdle = maxIdle;
        this.metrics = metrics;
    }

    private static Key key(SocketAddress address, Backend.Route route, SessionLogin login, String database) {
        SessionLogin.Holder holder = login.holder();
        return new Key(
                address,
                route.link() == Link.READER
                        ? new Backend.Route(route.link(), route.local(), 0, Optional.empty())
                        : route,
                login.capabilities(),
                login.attributes(),
                login.collation(),
                holder.account(),
                holder.secret(),
                route.local() ? null : holder.address(),
                database);
    }

    /** One that fits, which is the caller's then, to be {@link #renew reset}. */
    Optional<Backend> take(
            EventLoop loop, SocketAddress address, Backend.Route route, SessionLogin login, String database) {
        Map<Key, Deque<Idle>> mine = loops.getOrDefault(loop, Map.of());
        Key key = key(address, route, login, database);
        Deque<Idle> fitting = mine.get(key);
        if (fitting == null) {
            return Optional.empty();
        }
        Backend found = fitting.removeLast().backend();
        idle.decrementAndGet();
        if (fitting.isEmpty()) {
            mine.remove(key);
        }
        metrics.reused.increment();
        return Optional.of(found);
    }

    /** Keeps {@code backend}, which its session has no use for, if it can be of use to another one; else closes it. */
    void give(Backend backend) {
        Backend.Origin origin = backend.origin();
        boolean young = System.nanoTime() - backend.openedNanos() < MAX_AGE.toNanos();
        if (origin == null
                || origin.login().holder().account().identity().isPresent()
                || !backend.isIdle()
                || !young
                || idle.get() >= MAX_IDLE) {
            backend.close();
            return;
        }
        idle.incrementAndGet();
        backend.owner(this);
        Key key = key(origin.address(), backend.route(), origin.login(), backend.database());
        loops.computeIfAbsent(backend.channel().eventLoop(), loop -> new HashMap<>())
                .computeIfAbsent(key, anew -> new ArrayDeque<>())
                .addLast(new Idle(backend, System.nanoTime()));
    }

    /**
     * Makes a connection that was taken as if {@code login} had just opened it.
     *
     * @param forgetsCharset a reset gives it the engine's character set, not that of its login
     * @return whether it can be used; if not, it is closed
     */
    CompletionStage<Boolean> renew(Backend backend, SessionLogin login, boolean forgetsCharset) {
        String database = backend.database();
        return step(backend, InternalQuery.reset(backend))
                .thenCompose(well -> !well || !forgetsCharset || login.collation() == 0
                        ? CompletableFuture.completedFuture(well)
                        : setCharset(backend, login.collation()))
                .thenCompose(well -> !well || database.isEmpty()
                        ? CompletableFuture.completedFuture(well)
                        : step(backend, inDatabase(backend, database)));
    }

    /** Its database may be gone meanwhile; another node's proxy goes there with the first statement that is not {@code USE}. */
    private static CompletionStage<InternalQuery.Answer> inDatabase(Backend backend, String database) {
        return backend.route().local() ? InternalQuery.use(backend, database) : InternalQuery.run(backend, "DO 0");
    }

    private static CompletionStage<Boolean> step(Backend backend, CompletionStage<InternalQuery.Answer> answer) {
        return answer.thenApply(told -> {
            Optional<ErrPacket> error = told.error();
            if (error.isPresent()) {
                log.debug("a connection cannot be used again: {}", error.get().message());
                backend.close();
            }
            return error.isEmpty();
        });
    }

    private CompletionStage<Boolean> setCharset(Backend backend, int collation) {
        String known = charsets.get(collation);
        if (known != null) {
            return step(backend, InternalQuery.run(backend, known));
        }
        String question = "SELECT CONCAT('SET NAMES ', CHARACTER_SET_NAME, ' COLLATE ', COLLATION_NAME)"
                + " FROM information_schema.COLLATIONS WHERE ID = " + collation;
        return InternalQuery.run(backend, question).thenCompose(answer -> {
            Optional<String> statement = answer.value();
            if (statement.isEmpty()) {
                backend.close();
                return CompletableFuture.completedFuture(false);
            }
            charsets.put(collation, statement.get());
            return step(backend, InternalQuery.run(backend, statement.get()));
        });
    }

    /** Closes those that nobody has taken for long. Any thread. */
    void look() {
        long now = System.nanoTime();
        onEachLoop(kept -> now - kept.sinceNanos() > maxIdle.toNanos()
                || now - kept.backend().openedNanos() > MAX_AGE.toNanos());
    }

    /** Closes all: the engine has room for no more, or the role has changed. Any thread. */
    void clear() {
        onEachLoop(kept -> true);
    }

    private void onEachLoop(Predicate<Idle> closed) {
        loops.forEach((loop, kept) -> loop.execute(() -> {
            List<Idle> all = new ArrayList<>();
            kept.values().forEach(all::addAll);
            all.stream().filter(closed).map(Idle::backend).forEach(backend -> {
                forget(backend);
                backend.close();
            });
        }));
    }

    private void forget(Backend backend) {
        Map<Key, Deque<Idle>> mine = loops.getOrDefault(backend.channel().eventLoop(), Map.of());
        for (Deque<Idle> kept : mine.values()) {
            if (kept.removeIf(one -> one.backend() == backend)) {
                idle.decrementAndGet();
            }
        }
        mine.values().removeIf(Deque::isEmpty);
    }

    @Override
    public void lost(Backend backend) {
        forget(backend);
    }

    @Override
    public void killed(Backend backend) {
        forget(backend);
        backend.close();
    }

    @Override
    public void readComplete(Backend backend) {}

    @Override
    public void writabilityChanged(Backend backend) {}
}
