package io.shareddb.replication.log.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.shareddb.protocol.transport.EventLoops;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.tls.NodeTls;
import io.shareddb.replication.tls.RefusalLog;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual TLS between the nodes, on one event loop, which is also the log's thread; each connection begins with a {@link Hello}. Without
 * TLS anybody who reaches the port may speak: for tests, and for nodes that only their own machine reaches.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of a channel is heard of through its close future
public final class NettyLogTransport implements LogTransport {
    private static final Logger log = LoggerFactory.getLogger(NettyLogTransport.class);
    private static final int CONNECT_MILLIS = 1_000;
    private static final int HIGH_WATER_BYTES = 8 << 20;
    private static final int TLS_HANDSHAKE_MILLIS = 3_000;
    private static final int MAX_TLS_HANDSHAKES = 256;

    /**
     * Who and where.
     *
     * @param cluster name of the cluster, 1 to 200 bytes of UTF-8, the same on all nodes
     * @param self this node
     * @param bind where to listen; port 0 takes a free one, see {@link #address}
     * @param addresses where a node is now, asked before each connection on the log's thread, so it must not block; unresolved
     *     addresses are looked up elsewhere; empty: not known yet
     * @param tls proves who is a node
     */
    public record Settings(
            String cluster,
            NodeId self,
            InetSocketAddress bind,
            Function<NodeId, Optional<InetSocketAddress>> addresses,
            Optional<NodeTls> tls) {}

    private final Settings settings;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final LoopThread thread;
    private final ThreadPoolExecutor handshakes;
    private final RefusalLog refusals = new RefusalLog(log, System::nanoTime);
    private final Map<NodeId, Peer> peers = new HashMap<>();
    private final Map<NodeId, Channel> accepted = new HashMap<>();
    private volatile boolean closed;
    private @Nullable Channel server;
    private @Nullable Receiver receiver;

    public NettyLogTransport(Settings settings) {
        this.settings = settings;
        this.group = EventLoops.start(1, "shareddb-log-" + settings.self());
        this.loop = group.next();
        this.thread = new LoopThread(loop);
        // Strangers who knock make work for this thread, not for the log's.
        this.handshakes = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_TLS_HANDSHAKES),
                new DefaultThreadFactory("shareddb-tls-" + settings.self(), true));
        handshakes.allowCoreThreadTimeOut(true);
    }

    @Override
    public LogThread thread() {
        return thread;
    }

    @Override
    public void start(Receiver started) throws IOException {
        receiver = started;
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(EventLoops.serverChannel(group))
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initAccepted(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(settings.bind()).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException("the log cannot listen on " + settings.bind() + ": " + cause.getMessage(), cause);
        }
        server = bound.channel();
    }

    /** Where this node listens, once started. */
    public InetSocketAddress address() {
        Channel bound = server;
        if (bound == null) {
            throw new IllegalStateException("not started");
        }
        return (InetSocketAddress) bound.localAddress();
    }

    private void initAccepted(Channel channel) {
        settings.tls().ifPresent(tls -> addTls(channel, tls.server()));
        FrameDecoder decoder = new FrameDecoder(Hello.MAX_BYTES);
        channel.pipeline().addLast(decoder, new Listener(this, decoder));
    }

    private void addTls(Channel channel, SSLEngine engine) {
        SslHandler handler = new SslHandler(engine, handshakes);
        handler.setHandshakeTimeoutMillis(TLS_HANDSHAKE_MILLIS);
        channel.pipeline().addLast(handler);
    }

    /** A peer's newer connection replaces its older one, which it has forgotten. */
    void accepted(NodeId peer, Channel channel) {
        Channel older = accepted.put(peer, channel);
        if (older != null) {
            older.close();
        }
        channel.closeFuture().addListener(done -> accepted.remove(peer, channel));
    }

    /** A connection cannot go on; {@code peer} is who is believed to be there. */
    void broke(Channel channel, String peer, Throwable failure) {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        Optional<String> why = settings.tls().flatMap(tls -> tls.explain(cause));
        if (why.isEmpty() && cause instanceof IOException) {
            log.debug("{}: connection with {} at {} broke", self(), peer, channel.remoteAddress(), cause);
            return;
        }
        String text = why.orElseGet(cause::toString);
        // There is no address left when the peer was very quick.
        String host = channel.remoteAddress() instanceof InetSocketAddress address ? address.getHostString() : "";
        refusals.refused(self().value(), host, peer + " at " + channel.remoteAddress(), text);
    }

    void dial(Peer peer) {
        Optional<InetSocketAddress> address = settings.addresses().apply(peer.id());
        if (address.isEmpty()) {
            peer.disconnected(false);
        } else if (address.get().isUnresolved()) {
            String host = address.get().getHostString();
            int port = address.get().getPort();
            // The JDK's look-up blocks, so never on the log's thread.
            CompletableFuture.supplyAsync(() -> new InetSocketAddress(host, port))
                    .thenAcceptAsync(resolved -> connect(peer, resolved), loop)
                    .exceptionally(e -> {
                        log.debug("cannot look up {}", host, e);
                        return null;
                    });
        } else {
            connect(peer, address.get());
        }
    }

    private void connect(Peer peer, InetSocketAddress address) {
        if (address.isUnresolved()) {
            peer.disconnected(false);
            return;
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(EventLoops.clientChannel(loop))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, HIGH_WATER_BYTES))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initDialled(channel, peer, address);
                    }
                });
        bootstrap.connect(address).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                done.channel().closeFuture().addListener(gone -> peer.disconnected(false));
            } else {
                peer.disconnected(done.cause() instanceof ConnectException);
            }
        });
    }

    private void initDialled(Channel channel, Peer peer, InetSocketAddress address) {
        settings.tls().ifPresent(tls -> addTls(channel, tls.client(address.getHostString(), address.getPort())));
        channel.pipeline().addLast(new FrameDecoder(Hello.MAX_BYTES), new Dialler(this, peer));
    }

    @Override
    public ByteBuf frame(int expectedBytes) {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(FrameDecoder.LENGTH_BYTES + expectedBytes)
                .writeInt(0);
    }

    @Override
    public void send(NodeId to, ByteBuf frame) {
        if (closed) {
            frame.release();
            return;
        }
        frame.setInt(frame.readerIndex(), frame.readableBytes() - FrameDecoder.LENGTH_BYTES);
        peers.computeIfAbsent(to, id -> new Peer(this, id)).send(frame);
    }

    @Override
    public void flush() {
        for (Peer peer : peers.values()) {
            peer.flush();
        }
    }

    @Override
    public void disconnect() {
        closed = true;
        Channel bound = server;
        if (bound != null) {
            bound.close();
        }
        peers.values().forEach(Peer::close);
        for (Channel channel : Map.copyOf(accepted).values()) {
            channel.close();
        }
    }

    @Override
    public void close() {
        if (loop.inEventLoop()) {
            disconnect();
        } else if (!loop.isShuttingDown()) {
            loop.submit(this::disconnect).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
        handshakes.shutdown();
        var ended = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        if (!loop.inEventLoop()) {
            ended.awaitUninterruptibly(3, TimeUnit.SECONDS);
        }
    }

    Receiver receiver() {
        Receiver started = receiver;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * The log's thread as an event loop: what hands over to the log and hears back from it with every commit saves two changes of
     * threads by living on it. Handlers on it must be short: elections wait for them. Ends with {@link #close}.
     */
    public EventLoop loop() {
        return loop;
    }

    String cluster() {
        return settings.cluster();
    }

    NodeId self() {
        return settings.self();
    }

    /** The event loop as the log's thread. */
    private record LoopThread(EventLoop loop) implements LogThread {
        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void schedule(Runnable task, Duration delay) {
            loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public boolean isCurrent() {
            return loop.inEventLoop();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }
}
