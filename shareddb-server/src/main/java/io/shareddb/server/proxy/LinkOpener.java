package io.shareddb.server.proxy;

import io.netty.channel.Channel;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.protocol.capability.Collation;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a session's connections, one at a time: logs in, makes the engine report what the proxy tracks, and makes local ones
 * read-only. Event loop only.
 */
final class LinkOpener {
    private static final Logger log = LoggerFactory.getLogger(LinkOpener.class);

    /** Hears how it went. */
    interface Listener {
        /** It is one of the session's {@link Links} now, and ready. */
        void opened(Backend backend);

        /** Nobody there, or somebody who will not have us. */
        void notOpened(Link link, SocketAddress address, Throwable failure);

        /** The engine refuses what the proxy needs of each session; the connection is closed. */
        void refused(ErrPacket error);

        /** It was lost before it was ready. */
        void lostWhileOpening();
    }

    private final ProxyContext context;
    private final Channel client;
    private final Links links;
    private final Backend.Owner owner;
    private final Listener listener;
    private Backend.@Nullable Route connecting;
    private long attempts;

    /** @param owner of the connections that are opened */
    LinkOpener(ProxyContext context, Channel client, Links links, Backend.Owner owner, Listener listener) {
        this.context = context;
        this.client = client;
        this.links = links;
        this.owner = owner;
        this.listener = listener;
    }

    /**
     * Begins.
     *
     * @param database to be chosen at login where that can be; empty for none
     * @param first what a connection to the leader has to execute first
     * @return whether there is an address at all; if not, the role changes under our hands
     */
    boolean open(Link link, RoleView view, SessionLogin login, String database, Optional<String> first) {
        LocalEngine engine = context.engine().now().orElse(null);
        boolean local = link == Link.READER || view.writable();
        InetSocketAddress leader =
                local ? null : context.cluster().leaderEndpoint().orElse(null);
        SocketAddress address = local && engine != null ? engine.address() : leader;
        if (address == null) {
            return false;
        }
        String chosen = databaseAtLogin(database);
        Backend.Route route = new Backend.Route(link, local, view.epoch(), view.leader());
        connecting = route;
        Attempt attempt = new Attempt(++attempts, address, route, engine, leader, login, chosen, first);
        context.pool()
                .take(client.eventLoop(), address, route, login, chosen)
                .ifPresentOrElse(kept -> renew(kept, attempt), () -> connect(attempt));
        return true;
    }

    /**
     * To open one connection.
     *
     * @param leader another node; null to connect to {@code engine}, this node's
     * @param database to be chosen at login; empty for none
     * @param first what a connection to the leader has to execute first
     */
    private record Attempt(
            long number,
            SocketAddress address,
            Backend.Route route,
            @Nullable LocalEngine engine,
            @Nullable InetSocketAddress leader,
            SessionLogin login,
            String database,
            Optional<String> first) {}

    private void renew(Backend kept, Attempt attempt) {
        context.pool()
                .renew(kept, attempt.login(), context.engine().resetForgetsCharset())
                .thenAccept(well -> {
                    if (isGivenUp(attempt)) {
                        kept.close();
                    } else if (well) {
                        kept.owner(owner);
                        ready(kept, attempt);
                    } else {
                        connect(attempt);
                    }
                });
    }

    private void connect(Attempt attempt) {
        connection(attempt).whenComplete((backend, thrown) -> {
            Throwable failure =
                    thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
            if (isGivenUp(attempt)) {
                if (backend != null) {
                    backend.close();
                }
            } else if (failure instanceof SqlException refused && ProxyErrors.isPasswordExpired(refused.error())) {
                connecting = null;
                listener.refused(ProxyErrors.passwordExpired());
            } else if (failure != null) {
                connecting = null;
                listener.notOpened(attempt.route().link(), attempt.address(), failure);
            } else {
                backend.reusable(new Backend.Origin(attempt.address(), attempt.login()));
                ready(backend, attempt);
            }
        });
    }

    private CompletionStage<Backend> connection(Attempt attempt) {
        LocalEngine engine = attempt.engine();
        InetSocketAddress leader = attempt.leader();
        SessionLogin login = attempt.login();
        if (leader == null) {
            return context.connector()
                    .connect(
                            client.eventLoop(),
                            Objects.requireNonNull(engine),
                            login,
                            attempt.database(),
                            attempt.route(),
                            owner);
        }
        ClientLoginConfig config = login.atPeer(context.peers(), attempt.database())
                .withTls(context.config().tls().towards(leader));
        return BackendConnector.connect(client.eventLoop(), leader, Bytes.EMPTY, config, attempt.route(), owner);
    }

    private boolean isGivenUp(Attempt attempt) {
        return connecting == null || attempts != attempt.number() || !client.isActive();
    }

    private void ready(Backend backend, Attempt attempt) {
        connecting = null;
        backend.database(attempt.database());
        backend.charset(Collation.charset(attempt.login().collation()));
        connected(backend, attempt.engine(), attempt.first());
    }

    /** What is not ASCII waits until the engine's session has the client's character set. */
    private static String databaseAtLogin(String name) {
        return name.chars().allMatch(letter -> letter < 128) ? name : "";
    }

    /** Gives up an attempt, which was another user's; says whether there was one. */
    boolean giveUp() {
        boolean open = connecting != null;
        connecting = null;
        return open;
    }

    /** Gives up an attempt to reach a leader who leads no more and may never answer; says whether there was one. */
    boolean giveUpIfUnfit(RoleView view) {
        Backend.Route attempt = connecting;
        if (attempt != null && attempt.link() == Link.WRITER && !Links.fits(attempt, view)) {
            return giveUp();
        }
        return false;
    }

    private void connected(Backend backend, @Nullable LocalEngine engine, Optional<String> first) {
        links.add(backend);
        Deque<String> setup = new ArrayDeque<>(2);
        if (backend.route().local() && engine != null) {
            setup.add(engine.family().sessions().setup());
        }
        if (backend.route().link() == Link.WRITER) {
            first.ifPresent(setup::add);
        } else {
            setup.add("SET SESSION TRANSACTION READ ONLY");
        }
        setUp(backend, setup);
    }

    private void setUp(Backend backend, Deque<String> statements) {
        String next = statements.poll();
        if (next == null) {
            listener.opened(backend);
            return;
        }
        InternalQuery.run(backend, next).thenAccept(answer -> {
            Optional<ErrPacket> error = answer.error();
            if (error.isEmpty()) {
                setUp(backend, statements);
            } else {
                refused(backend, error.get());
            }
        });
    }

    private void refused(Backend backend, ErrPacket error) {
        if (error.equals(InternalQuery.CONNECTION_LOST)) {
            listener.lostWhileOpening();
            return;
        }
        links.forget(backend);
        backend.close();
        if (ProxyErrors.isPasswordExpired(error)) {
            listener.refused(ProxyErrors.passwordExpired());
        } else {
            log.warn("engine refuses a session what the proxy needs: {}", error.message());
            listener.refused(error);
        }
    }
}
