package io.shareddb.protocol;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Servers and clients on real sockets of this machine. Thread-safe; close ends all of them. */
public final class Loopback implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    /** A server that prepares each connection's pipeline with {@code initializer}; listens on a free port. */
    public InetSocketAddress serve(Consumer<ChannelPipeline> initializer) {
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(initializer(initializer))
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) server.localAddress();
    }

    public Channel connect(InetSocketAddress address, Consumer<ChannelPipeline> initializer) {
        return new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(initializer(initializer))
                .connect(address)
                .syncUninterruptibly()
                .channel();
    }

    private static ChannelInitializer<Channel> initializer(Consumer<ChannelPipeline> initializer) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                initializer.accept(channel.pipeline());
            }
        };
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
