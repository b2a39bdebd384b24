package io.shareddb.replication.relay;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.Authenticator;
import io.shareddb.protocol.handshake.LoginAttempt;
import io.shareddb.protocol.handshake.ServerLogin;
import io.shareddb.protocol.handshake.ServerLoginConfig;
import io.shareddb.protocol.transport.EventLoops;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.RelayDialect;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A binlog server: the engine of a follower replicates from it as if it were a server of its own kind. One engine only; if that
 * connects again, its former connection is closed. Thread-safe.
 */
public final class Relay implements AutoCloseable {
    private static final int SECRET_BYTES = 16;
    private static final int MAX_COMMAND_BYTES = 1 << 20;

    private final RelayConfig config;
    private final RelayDialect dialect;
    private final TransactionArchive archive;
    private final AppliedWait applied;
    private final SecureRandom random;
    private final Credentials account;
    private final AuthWorker authWorker = new AuthWorker(Runnable::run); // methods that need no key are enough for us
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel server;
    private final AtomicLong connections = new AtomicLong();

    /** Guarded by this object's lock: connections come on different event loops. */
    private @Nullable ReplicaFeed current;

    private long servedBefore;

    /**
     * Listens; blocks until it does.
     *
     * @param applied what the engine that will be fed has applied
     * @param group of event loops
     * @param random makes the account, which is valid for this object only
     * @throws IOException if the address cannot be had
     */
    public Relay(
            RelayConfig config,
            EngineFamily family,
            TransactionArchive archive,
            AppliedWait applied,
            EventLoopGroup group,
            SecureRandom random)
            throws IOException {
        this.config = config;
        this.dialect = family.relay();
        this.archive = archive;
        this.applied = applied;
        this.random = random;
        this.account = new Credentials("relay-" + secret(4), secret(SECRET_BYTES));
        var bind = new ServerBootstrap()
                .group(group)
                .channel(EventLoops.serverChannel(group))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(config.host(), config.port())
                .awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw new IOException(
                    "cannot listen for the engine on " + config.host() + ":" + config.port(), bind.cause());
        }
        this.server = bind.channel();
    }

    private String secret(int bytes) {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        return Bytes.of(content).toHex();
    }

    /** Where the engine finds us. */
    public RelayAddress address() {
        InetSocketAddress bound = (InetSocketAddress) server.localAddress();
        return new RelayAddress(config.host(), bound.getPort(), account);
    }

    /** The last transaction that was sent to the engine; 0: none yet. */
    public synchronized long served() {
        return current == null ? servedBefore : current.served();
    }

    /** Whether an engine is being fed. */
    public synchronized boolean isFeeding() {
        return current != null;
    }

    private void accept(Channel channel) {
        channels.add(channel);
        ServerLoginConfig login = ServerLoginConfig.of(dialect.greetingVersion(), connections.incrementAndGet());
        login = login.withDefaultMethod(dialect.authMethod())
                .withCapabilities(login.capabilities().without(Capability.DEPRECATE_EOF, Capability.SESSION_TRACK));
        ServerLogin.addTo(channel.pipeline(), login, new OneAccount(), authWorker, random)
                .session()
                .whenComplete((attempt, failure) -> {
                    if (failure == null) {
                        PayloadDecoder decoder = channel.pipeline().get(PayloadDecoder.class);
                        decoder.setMaxPayloadBytes(MAX_COMMAND_BYTES);
                        channel.pipeline()
                                .addLast(new ReplicaConnection(
                                        dialect.session(), decoder.sequence(), attempt.capabilities(), this::feed));
                    }
                });
    }

    private void feed(ChannelHandlerContext ctx, EnginePosition from, Duration heartbeat) {
        ReplicaFeed feed = new ReplicaFeed(archive, applied, dialect, config, ctx.channel(), from, heartbeat);
        ReplicaFeed former;
        synchronized (this) {
            former = current;
            current = feed;
        }
        if (former != null) {
            former.close();
        }
        Thread thread = new Thread(() -> run(feed), "relay-" + address().port());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(ReplicaFeed feed) {
        feed.run();
        synchronized (this) {
            if (current == feed) {
                servedBefore = feed.served();
                current = null;
            }
        }
    }

    /** The account of {@link #address}, nobody else. */
    private final class OneAccount implements Authenticator {
        @Override
        public CompletionStage<Optional<Credential>> credential(LoginAttempt attempt) {
            return CompletableFuture.completedFuture(
                    attempt.user().equals(account.user())
                            ? Optional.of(new Credential.PlainPassword(account.password()))
                            : Optional.empty());
        }
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        channels.close().awaitUninterruptibly();
        ReplicaFeed feed;
        synchronized (this) {
            feed = current;
        }
        if (feed != null) {
            feed.close();
        }
    }
}
