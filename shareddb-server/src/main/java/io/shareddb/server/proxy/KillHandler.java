package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.server.routing.KillStatement;
import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends sessions or their statements for {@code KILL}. Ids of this proxy are looked up here, others of proxies at the other nodes; ids of
 * engines are the leader's, since that is what {@code SHOW PROCESSLIST} and {@code CONNECTION_ID()} show on every node.
 *
 * <p>Whoever may do so, the statement is ended as the account that executes it, on a connection of its own: engines let every account end
 * what is its own. Event loop only.
 */
final class KillHandler {
    private static final int SECONDS = 5;

    private final ProxySession session;

    KillHandler(ProxySession session) {
        this.session = session;
    }

    /** Executes {@code kill}, the command at hand, and answers it. */
    void kill(KillStatement kill) {
        long id = kill.connectionId();
        SessionRegistry sessions = session.context().sessions();
        boolean proxyId = SessionRegistry.isProxyId(id);
        Optional<ProxySession> target = id == KillStatement.OWN
                ? Optional.of(session)
                : proxyId ? sessions.find(id) : sessions.findByEngineId(id);
        if (target.isPresent() && target.get() == session) {
            killSelf(kill.queryOnly());
        } else if (target.isPresent()) {
            answer(ifPermitted(target.get(), kill));
        } else if (!proxyId) {
            toLeader(kill);
        } else if (session.isPeer()) {
            session.reply(ProxyErrors.unknownThread(id));
        } else {
            answer(elsewhere(kill));
        }
    }

    private void killSelf(boolean queryOnly) {
        if (queryOnly) {
            session.reply(ProxyErrors.interrupted());
        } else {
            session.refuseAndClose(ProxyErrors.killed());
        }
    }

    private void answer(CompletionStage<Optional<ErrPacket>> ended) {
        ended.whenComplete((error, failure) -> session.channel().eventLoop().execute(() -> {
            if (failure != null) {
                session.reply(ProxyErrors.notKilled(failure));
            } else if (error.isPresent()) {
                session.reply(error.get());
            } else {
                session.reply(OkPacket.of(session.state().lastStatus()));
            }
        }));
    }

    // A session of this proxy.

    private CompletionStage<Optional<ErrPacket>> ifPermitted(ProxySession target, KillStatement kill) {
        Optional<Accounts.Account> own = session.account();
        return on(target, () -> CompletableFuture.completedFuture(target.account()))
                .thenCompose(owner -> own.isEmpty() || owner.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : mayKill(own.get(), owner.get()))
                .thenCompose(permitted -> permitted
                        ? on(target, () -> end(target, kill.queryOnly()))
                        : CompletableFuture.completedFuture(Optional.of(ProxyErrors.notOwner(kill.connectionId()))));
    }

    private CompletionStage<Boolean> mayKill(Accounts.Account own, Accounts.Account owner) {
        return own.user().equals(owner.user())
                ? CompletableFuture.completedFuture(true)
                : session.context().accounts().mayKill(own, owner);
    }

    /** On the event loop of {@code target}. */
    private static <T> CompletionStage<T> on(ProxySession target, Supplier<CompletionStage<T>> action) {
        return CompletableFuture.supplyAsync(action, target.channel().eventLoop())
                .thenCompose(stage -> stage);
    }

    /** On the event loop of {@code target}. */
    private static CompletionStage<Optional<ErrPacket>> end(ProxySession target, boolean queryOnly) {
        Optional<Backend> executing = target.executing();
        Optional<SessionLogin> login = target.login();
        if (!queryOnly) {
            target.kill();
        }
        return executing.isEmpty() || login.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : end(target, executing.get(), login.get(), queryOnly);
    }

    private static CompletionStage<Optional<ErrPacket>> end(
            ProxySession target, Backend executing, SessionLogin login, boolean queryOnly) {
        ProxyContext context = target.context();
        executing.useNoMore();
        KillStatement kill = new KillStatement(executing.threadId(), queryOnly);
        Optional<LocalEngine> engine =
                context.engine().last().filter(any -> executing.route().local());
        SideConnection connection = engine.isPresent()
                ? SideConnection.toEngine(context, login, engine.get())
                : SideConnection.toPeer(
                        context, (InetSocketAddress) executing.channel().remoteAddress(), login, false);
        return connection
                .run(target.channel().eventLoop(), sql(kill, engine))
                .thenApply(error -> error.filter(said -> queryOnly || !ProxyErrors.isUnknownThread(said)));
    }

    private static String sql(KillStatement kill, Optional<LocalEngine> engine) {
        return engine.map(known -> known.family().sessions().kill(kill.connectionId(), kill.queryOnly()))
                .orElseGet(() -> "KILL " + (kill.queryOnly() ? "QUERY " : "") + kill.connectionId());
    }

    // Others.

    /** Asks the other nodes, which know their own; the first that knows it does it. */
    private CompletionStage<Optional<ErrPacket>> elsewhere(KillStatement kill) {
        ProxyContext context = session.context();
        ErrPacket unknown = ProxyErrors.unknownThread(kill.connectionId());
        Optional<SessionLogin> login = session.login();
        List<CompletableFuture<Optional<ErrPacket>>> answers = new ArrayList<>();
        for (InetSocketAddress node :
                login.isPresent() ? context.cluster().otherEndpoints() : List.<InetSocketAddress>of()) {
            answers.add(SideConnection.toPeer(context, node, login.get(), true)
                    .run(session.channel().eventLoop(), sql(kill, Optional.empty()))
                    .toCompletableFuture()
                    .completeOnTimeout(Optional.of(unknown), SECONDS, TimeUnit.SECONDS)
                    .exceptionally(unreachable -> Optional.of(unknown)));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> answers.stream()
                        .map(CompletableFuture::join)
                        .filter(answer -> answer.isEmpty() || !ProxyErrors.isUnknownThread(answer.get()))
                        .findFirst()
                        .orElse(Optional.of(unknown)));
    }

    /** The id of an engine, which knows better who may do that. */
    private void toLeader(KillStatement kill) {
        boolean direct = session.context().cluster().role().writable();
        String sql = sql(kill, session.context().engine().last().filter(engine -> direct));
        ByteBuf packet = InternalQuery.queryPacket(session.channel().alloc(), sql, session.capabilities());
        Statement statement = Statement.of(Kind.KILL, Target.LEADER);
        session.start(new Request(Command.QUERY, statement, "", ResponseStream.Form.RESULTS, packet, false));
    }
}
