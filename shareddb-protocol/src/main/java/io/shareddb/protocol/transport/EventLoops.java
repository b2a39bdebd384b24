package io.shareddb.protocol.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Event loops for TCP, and the channels that fit them: Linux's epoll where Netty's native library is on the class path ({@code
 * netty-transport-native-epoll} with a classifier like {@code linux-x86_64}), the JDK's selectors elsewhere, and everywhere with the
 * system property {@code io.netty.transport.noNative=true}. Every wait and every packet is cheaper with epoll.
 */
public final class EventLoops {
    private EventLoops() {}

    /**
     * A group of new loops.
     *
     * @param threads 1 or more
     * @param name of the threads, which are daemons
     */
    public static EventLoopGroup start(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** What listens on such loops, which need not be ours. */
    public static Class<? extends ServerChannel> serverChannel(EventLoopGroup loops) {
        return isEpoll(loops) ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** What connects on such loops, which need not be ours. */
    public static Class<? extends Channel> clientChannel(EventLoopGroup loops) {
        return isEpoll(loops) ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Connections to Unix sockets, for {@code Bootstrap.channel}; their addresses go through {@link #addressFor}. */
    public static Class<? extends Channel> domainClientChannel(EventLoopGroup loops) {
        return isEpoll(loops) ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
    }

    /** {@code address} as channels on {@code loops} take it: two libraries have two kinds of addresses of Unix sockets. */
    public static SocketAddress addressFor(EventLoopGroup loops, SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix && isEpoll(loops)
                ? new DomainSocketAddress(unix.getPath().toString())
                : address;
    }

    /** Whether {@code channel} is a connection to a Unix socket. */
    public static boolean isDomain(Channel channel) {
        return channel instanceof DomainSocketChannel || channel instanceof NioDomainSocketChannel;
    }

    /** Which of the two they are, for logs: {@code epoll} or {@code selectors}. */
    public static String kind(EventLoopGroup loops) {
        return isEpoll(loops) ? "epoll" : "selectors";
    }

    private static boolean isEpoll(EventLoopGroup loops) {
        return loops instanceof IoEventLoopGroup group && group.isIoType(EpollIoHandler.class);
    }
}
