package io.shareddb.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectingTest {
    @TempDir
    Path directory;

    private @Nullable EventLoopGroup stopped;

    @AfterEach
    void stop() {
        if (stopped != null) {
            stopped.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    static Stream<EventLoopGroup> loops() {
        return Stream.of(EventLoops.start(1, "test"), new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()));
    }

    @ParameterizedTest
    @MethodSource("loops")
    void takesTheFirstWhereSomebodyListens(EventLoopGroup loops) throws Exception {
        SocketAddress nobody = UnixDomainSocketAddress.of(directory.resolve("nobody"));
        SocketAddress unix = UnixDomainSocketAddress.of(directory.resolve("server"));
        stopped = loops;
        try (ServerSocketChannel onSocket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ServerSocketChannel onTcp = ServerSocketChannel.open()) {
            onSocket.bind(unix);
            onTcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketAddress tcp = onTcp.getLocalAddress();

            assertThat(greeting(loops, List.of(unix, tcp), onSocket)).isEqualTo("unix: true");
            assertThat(greeting(loops, List.of(nobody, tcp), onTcp)).isEqualTo("unix: false");
            assertThat(greeting(loops, List.of(nobody, unix, tcp), onSocket)).isEqualTo("unix: true");
        }
    }

    @ParameterizedTest
    @MethodSource("loops")
    void failsWithWhatTheLastOneSaid(EventLoopGroup loops) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        stopped = loops;
        List<SocketAddress> addresses = List.of(
                UnixDomainSocketAddress.of(directory.resolve("nobody")),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        assertThatThrownBy(() -> connect(loops, addresses).get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("refused")
                .hasMessageContaining(String.valueOf(port));
    }

    /** What {@code server}, which speaks first, has said at once to whom it accepted. */
    private static String greeting(EventLoopGroup loops, List<SocketAddress> addresses, ServerSocketChannel server)
            throws Exception {
        CompletableFuture<String> heard = connect(loops, addresses);
        try (SocketChannel accepted = server.accept()) {
            accepted.write(ByteBuffer.wrap("unix: ".getBytes(StandardCharsets.UTF_8)));
            return heard.get(10, TimeUnit.SECONDS);
        }
    }

    /** The first bytes that are heard, and what kind of connection it is. */
    private static CompletableFuture<String> connect(EventLoopGroup loops, List<SocketAddress> addresses) {
        CompletableFuture<String> heard = new CompletableFuture<>();
        Connecting.toFirst(loops.next(), addresses, Duration.ofSeconds(3), new Connecting.Listener() {
            @Override
            public void connected(Channel channel) {
                channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
                    private boolean active;

                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        active = true;
                    }

                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                        assertThat(active).isTrue();
                        heard.complete(bytes.toString(StandardCharsets.UTF_8) + EventLoops.isDomain(channel));
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        heard.completeExceptionally(cause);
                    }
                });
            }

            @Override
            public void notConnected(Throwable failure) {
                heard.completeExceptionally(failure);
            }
        });
        return heard;
    }
}
