package io.shareddb.server.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.handshake.ClientLogin;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.transport.Connecting;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Opens connections to engines and to other proxies. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class BackendConnector {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    private BackendConnector() {}

    /**
     * Connects and logs in on {@code loop}, where the result completes too.
     *
     * @param header sent ahead of everything; empty for none
     * @return fails with {@link io.shareddb.protocol.packet.SqlException} where the other side refused, else with what went wrong
     */
    static CompletionStage<Backend> connect(
            EventLoop loop,
            SocketAddress address,
            Bytes header,
            ClientLoginConfig login,
            Backend.Route route,
            Backend.Owner owner) {
        CompletableFuture<Backend> result = new CompletableFuture<>();
        Connecting.toFirst(loop, List.of(address), CONNECT_TIMEOUT, new Connecting.Listener() {
            @Override
            public void connected(Channel channel) {
                if (!header.isEmpty()) {
                    channel.pipeline().addLast(new HeaderFirst(header));
                }
                ClientLogin.addTo(channel.pipeline(), login).session().whenComplete((agreed, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                        return;
                    }
                    loggedIn(channel, login, route, owner, agreed, result);
                });
            }

            @Override
            public void notConnected(Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Sends bytes as soon as the connection is there, then leaves the pipeline. */
    private static final class HeaderFirst extends ChannelInboundHandlerAdapter {
        private final Bytes header;

        HeaderFirst(Bytes header) {
            this.header = header;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(header.toByteBuf());
            ctx.fireChannelActive();
            ctx.pipeline().remove(this);
        }
    }

    private static void loggedIn(
            Channel channel,
            ClientLoginConfig login,
            Backend.Route route,
            Backend.Owner owner,
            ClientSession agreed,
            CompletableFuture<Backend> result) {
        long missing = login.capabilities().bits() & ~agreed.capabilities().bits();
        if (missing != 0) {
            result.completeExceptionally(new IOException("it lacks " + new Capabilities(missing).flags()
                    + ", which the client was offered; do all nodes run the same version of the engine?"));
            channel.close();
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        Backend backend = new Backend(route, channel, agreed, owner);
        pipeline.addLast(backend);
        pipeline.remove(PayloadEncoder.class);
        pipeline.remove(PayloadDecoder.class);
        result.complete(backend);
    }
}
