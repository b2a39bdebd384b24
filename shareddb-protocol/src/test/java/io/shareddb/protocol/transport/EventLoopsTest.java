package io.shareddb.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    @Test
    void channelsFitLoopsOfSomebodyElse() {
        EventLoopGroup selectors = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            assertThat(EventLoops.clientChannel(selectors)).isEqualTo(NioSocketChannel.class);
            assertThat(EventLoops.serverChannel(selectors.next())).isEqualTo(NioServerSocketChannel.class);
            assertThat(EventLoops.kind(selectors)).isEqualTo("selectors");
        } finally {
            selectors.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void ownLoopsUseTheNativeLibraryWhereItIs() {
        EventLoopGroup loops = EventLoops.start(1, "test");
        try {
            assertThat(EventLoops.kind(loops.next())).isEqualTo(Epoll.isAvailable() ? "epoll" : "selectors");
        } finally {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
