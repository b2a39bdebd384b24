package io.shareddb.server.proxy;

import io.netty.channel.EventLoop;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A connection that is opened for one statement, as somebody's account, and closed again. Immutable.
 *
 * @param header sent ahead of everything; empty for none
 */
record SideConnection(SocketAddress address, Bytes header, ClientLoginConfig config) {
    private static final Backend.Owner NOBODY = new Backend.Owner() {
        @Override
        public void lost(Backend backend) {}

        @Override
        public void killed(Backend backend) {}

        @Override
        public void readComplete(Backend backend) {}

        @Override
        public void writabilityChanged(Backend backend) {}
    };

    /** To this node's engine. */
    static SideConnection toEngine(SessionLogin login, LocalEngine engine) {
        return new SideConnection(
                engine.addressFor(login.holder().account()),
                EngineLogin.of(login.holder(), engine).header(),
                login.atEngine(""));
    }

    /**
     * To another node's proxy.
     *
     * @param errand about sessions of that proxy alone, so that it need not lead nor have an engine
     */
    static SideConnection toPeer(ProxyContext context, InetSocketAddress address, SessionLogin login, boolean errand) {
        ClientLoginConfig config = errand ? login.onErrandAt(context.peers()) : login.atPeer(context.peers(), "");
        return new SideConnection(
                address, Bytes.EMPTY, config.withTls(context.config().tls().towards(address)));
    }

    /**
     * Executes {@code sql}, on {@code loop}, where the result completes too.
     *
     * @return what the other side says against it; fails if it cannot be reached
     */
    CompletionStage<Optional<ErrPacket>> run(EventLoop loop, String sql) {
        Backend.Route route = new Backend.Route(Link.WRITER, true, 0, Optional.empty());
        return BackendConnector.connect(loop, address, header, config, route, NOBODY)
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
