package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A connection that is opened for one statement, as somebody's account, and closed again. Thread-safe. */
final class SideConnection {
    private static final Backend.Route ROUTE = new Backend.Route(Link.WRITER, true, 0, Optional.empty());

    private final Function<EventLoop, CompletionStage<Backend>> opening;

    private SideConnection(Function<EventLoop, CompletionStage<Backend>> opening) {
        this.opening = opening;
    }

    /** To this node's engine. */
    static SideConnection toEngine(ProxyContext context, SessionLogin login, LocalEngine engine) {
        return new SideConnection(
                loop -> context.connector().connect(loop, engine, login, "", ROUTE, Backend.Owner.NOBODY));
    }

    /**
     * To another node's proxy.
     *
     * @param errand about sessions of that proxy alone, so that it need not lead nor have an engine
     */
    static SideConnection toPeer(ProxyContext context, InetSocketAddress address, SessionLogin login, boolean errand) {
        ClientLoginConfig config = errand ? login.onErrandAt(context.peers()) : login.atPeer(context.peers(), "");
        ClientLoginConfig secured = config.withTls(context.config().tls().towards(address));
        return new SideConnection(
                loop -> BackendConnector.connect(loop, address, Bytes.EMPTY, secured, ROUTE, Backend.Owner.NOBODY));
    }

    /**
     * Executes {@code sql}, on {@code loop}, where the result completes too.
     *
     * @return what the other side says against it; fails if it cannot be reached
     */
    CompletionStage<Optional<ErrPacket>> run(EventLoop loop, String sql) {
        return opening.apply(loop)
                .thenCompose(backend -> InternalQuery.run(backend, sql).thenApply(answer -> {
                    backend.close();
                    return answer.error();
                }))
                .exceptionallyCompose(failure -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof SqlException refused
                            ? CompletableFuture.completedFuture(Optional.of(refused.error()))
                            : CompletableFuture.failedFuture(cause == null ? failure : cause);
                });
    }
}
