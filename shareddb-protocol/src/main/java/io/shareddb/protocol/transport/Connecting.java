package io.shareddb.protocol.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Opens connections to a server that may be reached at several addresses: over a Unix socket, which costs both sides about a third less of a
 * short statement than TCP on the same machine, and over TCP. Stateless.
 */
public final class Connecting {
    private Connecting() {}

    /** Hears how it went, on the event loop. */
    public interface Listener {
        /** It is there, and nothing was read from it yet: handlers that are added now miss nothing. */
        void connected(Channel channel);

        /** None of the addresses has anybody; this is what went wrong with the last one. */
        void notConnected(Throwable failure);
    }

    /**
     * Connects to the first one of {@code addresses} where somebody listens. A Unix socket whose queue is full refuses at once, where TCP
     * waits, so that the next address is worth a try then as well.
     *
     * @param loop not necessarily the caller's thread
     * @param addresses 1 or more, of {@link UnixDomainSocketAddress} and {@link java.net.InetSocketAddress}
     * @param timeout for each of them
     */
    public static void toFirst(EventLoop loop, List<SocketAddress> addresses, Duration timeout, Listener listener) {
        if (!loop.inEventLoop()) { // else it might be active before its listener is known
            loop.execute(() -> toFirst(loop, addresses, timeout, listener));
            return;
        }
        SocketAddress address = addresses.get(0);
        List<SocketAddress> others = addresses.subList(1, addresses.size());
        ChannelFuture connecting = bootstrap(loop, address)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .handler(new ChannelInboundHandlerAdapter())
                .connect(EventLoops.addressFor(loop, address));
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                listener.connected(connecting.channel());
            } else if (others.isEmpty()) {
                listener.notConnected(done.cause());
            } else {
                toFirst(loop, others, timeout, listener);
            }
        });
    }

    private static Bootstrap bootstrap(EventLoop loop, SocketAddress address) {
        Bootstrap bootstrap = new Bootstrap().group(loop);
        return address instanceof UnixDomainSocketAddress
                ? bootstrap.channel(EventLoops.domainClientChannel(loop))
                : bootstrap
                        .channel(EventLoops.clientChannel(loop))
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true);
    }
}
