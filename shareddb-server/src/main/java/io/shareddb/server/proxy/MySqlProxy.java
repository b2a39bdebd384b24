package io.shareddb.server.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.shareddb.cluster.role.Clients;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.protocol.transport.EventLoops;
import io.shareddb.server.routing.StatementShapes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MySQL endpoint of a node. Thread-safe.
 *
 * <pre>
 * try (MySqlProxy proxy = MySqlProxy.start(config, cluster, gate, Accounts.single(credentials), PeerCredentials.of(key))) {
 *     proxy.port();
 * }
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
public final class MySqlProxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MySqlProxy.class);
    private static final int LOW_WATER_BYTES = 64 << 10;
    private static final int HIGH_WATER_BYTES = 512 << 10;
    private static final int BACKLOG = 1024;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(3);

    private final ProxyContext context;
    private final EventLoopGroup loops;
    private final ExecutorService authExecutor;
    private final Channel listener;
    private final ClusterAccess.Registration registration;

    private MySqlProxy(ProxyContext context, EventLoopGroup loops, ExecutorService authExecutor, Channel listener) {
        this.context = context;
        this.loops = loops;
        this.authExecutor = authExecutor;
        this.listener = listener;
        this.registration = context.cluster().onChange(this::roleChanged);
    }

    /**
     * Starts to listen.
     *
     * @throws IOException naming the address when it cannot be had
     */
    public static MySqlProxy start(
            ProxyConfig config, ClusterAccess cluster, CommitGate gate, Accounts accounts, PeerCredentials peers)
            throws IOException {
        SecureRandom random = new SecureRandom();
        ThreadPoolExecutor authExecutor = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(1000),
                new DefaultThreadFactory("proxy-auth", true));
        authExecutor.allowCoreThreadTimeOut(true);
        SessionRegistry sessions = new SessionRegistry(random);
        ProxyMetrics metrics = new ProxyMetrics();
        BackendPool pool = new BackendPool(config.times().engineIdle().dividedBy(2), metrics);
        ProxyContext context = new ProxyContext(
                config,
                cluster,
                new EngineCache(cluster),
                new EngineConnector(),
                new StatementShapes(),
                gate,
                accounts,
                peers,
                metrics,
                sessions,
                pool,
                new IdleWatch(config, sessions, pool),
                new FailedLogins(System::nanoTime),
                new AuthWorker(authExecutor),
                random);
        EventLoopGroup loops = EventLoops.start(config.eventLoops(), "proxy");
        try {
            Channel listener = listen(context, loops);
            MySqlProxy proxy = new MySqlProxy(context, loops, authExecutor, listener);
            context.idle().start(loops);
            log.info(
                    "listening for clients: address={} maxConnections={} sockets={}",
                    listener.localAddress(),
                    config.limits().maxConnections(),
                    EventLoops.kind(loops));
            return proxy;
        } catch (IOException e) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            authExecutor.shutdownNow();
            throw e;
        }
    }

    private static Channel listen(ProxyContext context, EventLoopGroup loops) throws IOException {
        ProxyConfig config = context.config();
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(EventLoops.serverChannel(loops))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        new Admission(context).accept(channel);
                    }
                })
                .bind(new InetSocketAddress(config.host(), config.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for clients on " + config.host() + ":" + config.port() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }

    private void roleChanged(RoleView view) {
        context.pool().clear();
        for (ProxySession session : context.sessions().all()) {
            session.channel()
                    .eventLoop()
                    .execute(() -> session.roleChanged(context.cluster().role()));
        }
    }

    /** The TCP port that it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** What sessions are at on this node's engine. */
    public Clients clients() {
        WorkCount work = new WorkCount(context.sessions());
        return new Clients() {
            @Override
            public int writers() {
                return context.metrics().writers().take();
            }

            @Override
            public CompletionStage<Work> work() {
                return work.now();
            }
        };
    }

    /** What it counts and times. */
    public ProxyMetrics metrics() {
        return context.metrics();
    }

    /** Clients and peers that are logged in or about to be. */
    public int sessions() {
        return context.sessions().all().size();
    }

    /** Stops listening, lets each client have the answer that it waits for, three seconds at most, and hangs up. */
    @Override
    public void close() {
        registration.close();
        listener.close().awaitUninterruptibly();
        for (ProxySession session : context.sessions().all()) {
            session.channel().eventLoop().execute(session::shutDown);
        }
        awaitSessions();
        loops.shutdownGracefully(50, Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(Duration.ofSeconds(6).toMillis());
        authExecutor.shutdownNow();
    }

    private void awaitSessions() {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + LAST_ANSWERS.toNanos();
        try {
            while (!context.sessions().all().isEmpty() && System.nanoTime() - end < 0) {
                boolean unused = never.await(10, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
