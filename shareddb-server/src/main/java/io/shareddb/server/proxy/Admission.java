package io.shareddb.server.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.handshake.Authenticator;
import io.shareddb.protocol.handshake.LoginAttempt;
import io.shareddb.protocol.handshake.ServerLogin;
import io.shareddb.protocol.handshake.ServerLoginConfig;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets one client in: address, number of connections, password; then opens its first engine connection and hands over to
 * {@link ProxySession}. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class Admission implements Authenticator {
    /** Until an engine was there once. */
    private static final String UNKNOWN_VERSION = "11.4.5-MariaDB-log";

    private final ProxyContext context;
    private Accounts.@Nullable Entry entry;
    private @Nullable ProxySession session;

    Admission(ProxyContext context) {
        this.context = context;
    }

    /** Greets the client of {@code channel}, or turns it away. */
    void accept(Channel channel) {
        ProxyMetrics metrics = context.metrics();
        metrics.connections.increment();
        ProxyConfig.Limits limits = context.config().limits();
        // peers come on top of the clients, and nobody has said yet which of the two he is
        if (context.sessions().all().size() >= 2L * limits.maxConnections()
                || context.sessions().unauthenticated() >= limits.maxUnauthenticated()) {
            metrics.refused.increment();
            channel.pipeline().addLast(new io.netty.channel.ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(io.netty.channel.ChannelHandlerContext ctx) {
                    ctx.writeAndFlush(PayloadEncoder.frame(
                                    ctx.alloc(), ProxyErrors.tooManyConnections(), new SequenceCounter()))
                            .addListener(ChannelFutureListener.CLOSE);
                }
            });
            return;
        }
        ProxySession opened = new ProxySession(context, context.sessions().nextId(), channel);
        session = opened;
        context.sessions().add(opened);
        channel.closeFuture().addListener(closed -> opened.channelClosed());
        String version = context.engine().last().map(LocalEngine::version).orElse(UNKNOWN_VERSION);
        ServerLoginConfig config = new ServerLoginConfig(
                version,
                opened.id(),
                ClientCapabilities.offered(version.contains("MariaDB")),
                io.shareddb.protocol.capability.Collation.UTF8MB4_GENERAL_CI,
                ServerStatus.AUTOCOMMIT,
                io.shareddb.protocol.auth.NativePassword.NAME,
                context.config().tls().context(),
                context.config().times().handshake(),
                1 << 24,
                ClientCapabilities::compression);
        ServerLogin.addTo(channel.pipeline(), config, this, context.authWorker(), context.random())
                .session()
                .whenComplete((attempt, failure) -> {
                    if (failure == null) {
                        takeOver(channel, opened);
                    }
                });
    }

    private static void takeOver(Channel channel, ProxySession session) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(session);
        pipeline.remove(PayloadEncoder.class);
        pipeline.remove(PayloadDecoder.class);
    }

    @Override
    public CompletionStage<Optional<Credential>> credential(LoginAttempt attempt) {
        InetAddress address = ((InetSocketAddress) attempt.peer()).getAddress();
        Optional<String> peerKey = context.peers().keyOf(attempt.user());
        if (peerKey.isPresent()) {
            return CompletableFuture.completedFuture(peerKey.map(Credential.PlainPassword::new));
        }
        if (!context.config().clients().allows(address)) {
            return refuse(ProxyErrors.addressRefused(attempt.host()));
        }
        if (context.config().tls().required() && !attempt.encrypted()) {
            return refuse(ProxyErrors.tlsRequired());
        }
        ProxyConfig.Limits limits = context.config().limits();
        if (context.sessions().clients() >= limits.maxConnections()) {
            return refuse(ProxyErrors.tooManyConnections());
        }
        int there = context.sessions().clients(address);
        if (limits.maxPerAddress() > 0 && there >= limits.maxPerAddress()) {
            return refuse(ProxyErrors.tooManyFromAddress(attempt.user(), there));
        }
        return context.accounts().find(attempt.user(), address).thenApply(found -> {
            entry = found.orElse(null); // before the event loop goes on
            return found.map(Accounts.Entry::credential);
        });
    }

    private boolean isPeer(LoginAttempt attempt) {
        return context.peers().keyOf(attempt.user()).isPresent();
    }

    private <T> CompletionStage<T> refuse(ErrPacket error) {
        context.metrics().refused.increment();
        return CompletableFuture.failedFuture(new SqlException(error));
    }

    @Override
    public CompletionStage<OkPacket> accept(LoginAttempt attempt, Optional<LoginSecret> shown) {
        Accounts.Entry found = entry;
        ProxySession opened = session;
        InetAddress address = ((InetSocketAddress) attempt.peer()).getAddress();
        Optional<SessionLogin.Holder> holder = isPeer(attempt)
                ? context.peers().holder(attempt.user(), attempt.login().attributes())
                : shown.flatMap(secret -> Optional.ofNullable(found)
                        .map(known -> new SessionLogin.Holder(known.account(), secret, address)));
        if (holder.isEmpty() || opened == null) {
            return CompletableFuture.failedFuture(new SqlException(Authenticator.accessDenied(attempt)));
        }
        context.failedLogins().succeeded(address, attempt.user());
        if (found != null) {
            found.shown().accept(holder.get().secret());
        }
        return opened.open(attempt, holder.get(), isPeer(attempt));
    }

    @Override
    public CompletionStage<ErrPacket> reject(LoginAttempt attempt) {
        ProxySession opened = session;
        if (opened == null) {
            return CompletableFuture.completedFuture(Authenticator.accessDenied(attempt));
        }
        InetAddress address = ((InetSocketAddress) attempt.peer()).getAddress();
        return opened.denied(address, attempt.user(), () -> Authenticator.accessDenied(attempt));
    }
}
