package io.shareddb.protocol.handshake;

import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH;
import static io.shareddb.protocol.capability.Capability.SSL;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.shareddb.protocol.auth.AuthenticationException;
import io.shareddb.protocol.auth.ClientExchange;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.transport.EventLoops;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to a server as a client, then leaves the pipeline. Event loop only.
 *
 * <pre>Greeting → (TLS →) Verdict ⇄ (switch or more data) → done</pre>
 *
 * <p>Afterwards the pipeline holds a {@link PayloadDecoder} and a {@link PayloadEncoder}, and whoever waited for
 * {@link #session()} adds his handler. When the login fails, the channel is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
public final class ClientLogin extends ChannelInboundHandlerAdapter {
    private static final int MAX_HANDSHAKE_BYTES = 1 << 20; // greetings, keys and errors are far smaller

    /** What the next payload from the server is. */
    private sealed interface Phase permits AwaitGreeting, StartTls, AwaitVerdict {}

    private record AwaitGreeting() implements Phase {}

    private record StartTls() implements Phase {}

    private record AwaitVerdict(Greeting greeting, Capabilities capabilities, ClientExchange exchange)
            implements Phase {}

    private final ClientLoginConfig config;
    private final PayloadDecoder decoder;
    private final CompletableFuture<ClientSession> session = new CompletableFuture<>();
    private Phase phase = new AwaitGreeting();
    private @Nullable ScheduledFuture<?> timeout;

    private ClientLogin(ClientLoginConfig config, PayloadDecoder decoder) {
        this.config = config;
        this.decoder = decoder;
    }

    /**
     * Appends a decoder, an encoder and the login to {@code pipeline}, of a channel that is connected or about to be.
     *
     * @return the login, to wait for its {@link #session()}
     */
    public static ClientLogin addTo(ChannelPipeline pipeline, ClientLoginConfig config) {
        SequenceCounter sequence = new SequenceCounter();
        PayloadDecoder decoder = new PayloadDecoder(sequence, MAX_HANDSHAKE_BYTES);
        ClientLogin login = new ClientLogin(config, decoder);
        pipeline.addLast(decoder, new PayloadEncoder(sequence), login);
        return login;
    }

    /**
     * What was agreed on; completes on the event loop, before any further payload is read.
     *
     * @return fails with {@link SqlException} where the server refused, {@link AuthenticationException},
     *     {@link MalformedPacketException} or an I/O error; the channel is closed then
     */
    public CompletionStage<ClientSession> session() {
        return session;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long millis = config.timeout().toMillis();
        timeout = ctx.executor()
                .schedule(
                        () -> fail(ctx, new AuthenticationException("login not finished within " + millis + "ms")),
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        try {
            if (session.isDone()) {
                return;
            }
            if (phase instanceof AwaitGreeting) {
                onGreeting(ctx, payload);
            } else if (phase instanceof AwaitVerdict verdict) {
                onVerdict(ctx, payload, verdict);
            } else {
                throw new MalformedPacketException("the server spoke before the client logged in");
            }
        } catch (MalformedPacketException | AuthenticationException | SqlException e) {
            fail(ctx, e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onGreeting(ChannelHandlerContext ctx, ByteBuf payload) {
        if (ErrPacket.matches(payload)) {
            throw new SqlException(ErrPacket.read(payload));
        }
        Greeting greeting = Greeting.read(payload);
        Capabilities capabilities = config.negotiate(greeting.capabilities());
        SslContext tls = config.tls();
        if (tls == null) {
            logIn(ctx, greeting, capabilities);
            return;
        }
        if (!capabilities.has(SSL)) {
            throw new AuthenticationException(
                    "the server offers no TLS (expected: TLS): version=" + greeting.serverVersion());
        }
        phase = new StartTls();
        ctx.writeAndFlush(new SslRequest(capabilities, config.maxPacketBytes(), config.collation()));
        SslHandler handler = tls.newHandler(ctx.alloc());
        ctx.pipeline().addFirst(handler);
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                logIn(ctx, greeting, capabilities);
            } else {
                fail(ctx, done.cause());
            }
        });
    }

    private void logIn(ChannelHandlerContext ctx, Greeting greeting, Capabilities capabilities) {
        String method = greeting.authMethod() == null ? NativePassword.NAME : greeting.authMethod();
        // for a method that is not ours: offer one that is, and the server switches to what the account needs
        ClientExchange exchange = ClientExchange.of(
                        method, config.secret(), greeting.nonce(), isPrivate(ctx), config.requestPublicKey())
                .orElseGet(() -> exchange(ctx, NativePassword.NAME, greeting.nonce()));
        phase = new AwaitVerdict(greeting, capabilities, exchange);
        ctx.writeAndFlush(new LoginPacket(
                capabilities,
                config.maxPacketBytes(),
                config.collation(),
                config.user(),
                exchange.answer(),
                config.database(),
                capabilities.has(PLUGIN_AUTH) ? exchange.method() : null,
                config.attributes(),
                0));
    }

    private void onVerdict(ChannelHandlerContext ctx, ByteBuf payload, AwaitVerdict verdict) {
        Fields.require(payload, 1);
        int header = payload.getUnsignedByte(payload.readerIndex());
        switch (header) {
            case OkPacket.HEADER -> succeed(ctx, OkPacket.read(payload, verdict.capabilities()), verdict);
            case ErrPacket.HEADER -> throw new SqlException(ErrPacket.read(payload));
            case AuthSwitchRequest.HEADER -> {
                AuthSwitchRequest request = AuthSwitchRequest.read(payload);
                ClientExchange exchange = exchange(ctx, request.method(), nonceOf(request));
                phase = new AwaitVerdict(verdict.greeting(), verdict.capabilities(), exchange);
                ctx.writeAndFlush(exchange.answer().toByteBuf());
            }
            case AuthMoreData.HEADER ->
                verdict.exchange()
                        .onMoreData(AuthMoreData.read(payload).data())
                        .ifPresent(answer -> ctx.writeAndFlush(answer.toByteBuf()));
            default ->
                throw new MalformedPacketException("answer to the login starts with 0x" + Integer.toHexString(header)
                        + " (expected: 00, 01, fe, ff)");
        }
    }

    /** Nobody can listen, so that a password may be shown: in TLS, and on a Unix socket, where servers expect it in clear too. */
    private boolean isPrivate(ChannelHandlerContext ctx) {
        return config.tls() != null || EventLoops.isDomain(ctx.channel());
    }

    private ClientExchange exchange(ChannelHandlerContext ctx, String method, Nonce nonce) {
        return ClientExchange.of(method, config.secret(), nonce, isPrivate(ctx), config.requestPublicKey())
                .orElseThrow(() -> new AuthenticationException("the server wants method " + method
                        + " for this account (expected: mysql_native_password or caching_sha2_password)"));
    }

    private static Nonce nonceOf(AuthSwitchRequest request) {
        Bytes data = request.data();
        if (data.length() < Nonce.LENGTH) {
            throw new MalformedPacketException(
                    "switch to " + request.method() + " with " + data.length() + " bytes of nonce (expected: 20)");
        }
        return new Nonce(data.slice(0, Nonce.LENGTH));
    }

    private void succeed(ChannelHandlerContext ctx, OkPacket ok, AwaitVerdict verdict) {
        cancelTimeout();
        decoder.setMaxPayloadBytes(config.maxPacketBytes());
        ctx.pipeline().remove(this);
        session.complete(new ClientSession(verdict.greeting(), verdict.capabilities(), ok, config.tls() != null));
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        cancelTimeout();
        session.completeExceptionally(cause);
        ctx.close();
    }

    private void cancelTimeout() {
        ScheduledFuture<?> running = timeout;
        if (running != null) {
            running.cancel(false);
            timeout = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new ClosedChannelException());
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }
}
