package io.shareddb.protocol.handshake;

import static io.shareddb.protocol.capability.Capability.PLUGIN_AUTH;
import static io.shareddb.protocol.capability.Capability.SSL;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.shareddb.protocol.auth.AuthStep;
import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.protocol.auth.AuthenticationException;
import io.shareddb.protocol.auth.CachingSha2Password;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.auth.ServerExchange;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.CompressedPackets;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.protocol.wire.PayloadDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a client log in to a server, then leaves the pipeline. Event loop only.
 *
 * <pre>
 * greeting sent → AwaitLogin → (TLS → AwaitLogin →) Judging ⇄ AwaitAnswer → done
 * </pre>
 *
 * <p>Afterwards the pipeline holds the compression that was agreed on, if any, a {@link PayloadDecoder}, which waits for the first command with sequence number 0,
 * and a {@link PayloadEncoder}. Whoever is refused gets an error packet, and the channel is closed. Nobody makes this
 * side keep more than {@value #MAX_LOGIN_BYTES} bytes before he has logged in.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
public final class ServerLogin extends ChannelInboundHandlerAdapter {
    private static final int MAX_LOGIN_BYTES = 64 * 1024;

    private static final int LINGER_MILLIS = 1000;

    /** What the next payload from the client is. */
    private sealed interface Phase permits AwaitLogin, AwaitAnswer, Judging, Done {}

    private record AwaitLogin(Nonce nonce, boolean encrypted) implements Phase {}

    private record AwaitAnswer(LoginAttempt attempt, ServerExchange exchange) implements Phase {}

    /** Somebody thinks; the client has nothing to say. */
    private record Judging() implements Phase {}

    private record Done() implements Phase {}

    private final ServerLoginConfig config;
    private final Authenticator authenticator;
    private final AuthWorker worker;
    private final SecureRandom random;
    private final SequenceCounter sequence;
    private final CompletableFuture<LoginAttempt> session = new CompletableFuture<>();
    private Phase phase = new Judging();
    private @Nullable ScheduledFuture<?> timeout;

    private ServerLogin(
            ServerLoginConfig config,
            Authenticator authenticator,
            AuthWorker worker,
            SecureRandom random,
            SequenceCounter sequence) {
        this.config = config;
        this.authenticator = authenticator;
        this.worker = worker;
        this.random = random;
        this.sequence = sequence;
    }

    /**
     * Appends a decoder, an encoder and the login to {@code pipeline}, of a channel that is connected or about to be.
     *
     * @param worker the server's
     * @param random makes nonces
     * @return the login, to wait for its {@link #session()}
     */
    public static ServerLogin addTo(
            ChannelPipeline pipeline,
            ServerLoginConfig config,
            Authenticator authenticator,
            AuthWorker worker,
            SecureRandom random) {
        SequenceCounter sequence = new SequenceCounter();
        ServerLogin login = new ServerLogin(config, authenticator, worker, random, sequence);
        pipeline.addLast(new PayloadDecoder(sequence, MAX_LOGIN_BYTES), new PayloadEncoder(sequence), login);
        return login;
    }

    /**
     * Who logged in; completes on the event loop, before any command is read.
     *
     * @return fails with {@link SqlException} if the client was refused, {@link AuthenticationException},
     *     {@link MalformedPacketException} or an I/O error; the channel is closed then
     */
    public CompletionStage<LoginAttempt> session() {
        return session;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            greet(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        greet(ctx);
        ctx.fireChannelActive();
    }

    private void greet(ChannelHandlerContext ctx) {
        if (timeout != null || session.isDone()) {
            return; // has been greeted
        }
        long millis = config.timeout().toMillis();
        timeout = ctx.executor().schedule(() -> onTimeout(ctx, millis), millis, TimeUnit.MILLISECONDS);
        Nonce nonce = Nonce.random(random);
        phase = new AwaitLogin(nonce, false);
        ctx.writeAndFlush(new Greeting(
                config.serverVersion(),
                config.threadId(),
                nonce,
                offered(),
                config.collation(),
                config.status(),
                offered().has(PLUGIN_AUTH) ? config.defaultMethod() : null));
    }

    private Capabilities offered() {
        return config.tls() == null
                ? config.capabilities().without(SSL)
                : config.capabilities().with(SSL);
    }

    private void onTimeout(ChannelHandlerContext ctx, long millis) {
        refuse(
                ctx,
                new ErrPacket(1159, "08S01", "Login not finished within " + millis + "ms"),
                new AuthenticationException("login not finished within " + millis + "ms"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        try {
            if (phase instanceof AwaitLogin awaited) {
                onLogin(ctx, payload, awaited);
            } else if (phase instanceof AwaitAnswer awaited) {
                Bytes answer = Bytes.of(payload);
                boolean given = !CachingSha2Password.isEmptyPassword(answer);
                judge(ctx, awaited.attempt().withPasswordGiven(given), awaited.exchange(), answer);
            } else if (phase instanceof Judging) {
                throw new MalformedPacketException("the client spoke out of turn while it logged in");
            }
        } catch (MalformedPacketException e) {
            refuseMalformed(ctx, e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void onLogin(ChannelHandlerContext ctx, ByteBuf payload, AwaitLogin awaited) {
        SslContext tls = config.tls();
        if (tls != null && !awaited.encrypted() && SslRequest.matches(payload)) {
            phase = new AwaitLogin(awaited.nonce(), true);
            startTls(ctx, tls);
            return;
        }
        LoginPacket login = LoginPacket.read(payload);
        LoginAttempt attempt = new LoginAttempt(
                login,
                offered().and(login.capabilities()),
                ctx.channel().remoteAddress(),
                awaited.encrypted(),
                !CachingSha2Password.isEmptyPassword(login.authResponse()));
        phase = new Judging();
        then(ctx, authenticator.credential(attempt), found -> {
            Credential credential = found.orElseGet(this::decoy);
            String method = login.authMethod() == null ? NativePassword.NAME : login.authMethod();
            boolean known = credential.methods().contains(method);
            // a client that lacks the greeting's method names one of its own, but some then leave the answer out
            if (known
                    && (method.equals(config.defaultMethod())
                            || !attempt.capabilities().has(PLUGIN_AUTH))) {
                judge(ctx, attempt, exchange(method, credential, awaited.nonce(), attempt), login.authResponse());
            } else {
                String preferred = credential.methods().get(0);
                boolean lacksIt = !known && preferred.equals(config.defaultMethod()) && !method.equals(preferred);
                boolean own = known || (lacksIt && credential.fallbacks().contains(method));
                switchMethod(ctx, attempt, credential, own ? method : preferred);
            }
        });
    }

    /** A password that nobody has, so that unknown users see what those with a wrong password see. */
    private Credential decoy() {
        return new Credential.PlainPassword(Nonce.random(random).bytes().toHex());
    }

    private ServerExchange exchange(String method, Credential credential, Nonce nonce, LoginAttempt attempt) {
        return ServerExchange.of(method, credential, nonce, attempt.encrypted(), worker);
    }

    private void switchMethod(ChannelHandlerContext ctx, LoginAttempt attempt, Credential credential, String method) {
        if (!attempt.capabilities().has(PLUGIN_AUTH)) {
            ErrPacket error =
                    new ErrPacket(1251, "08004", "Client does not support authentication protocol requested by server");
            refuse(ctx, error, new SqlException(error));
            return;
        }
        Nonce nonce = Nonce.random(random);
        phase = new AwaitAnswer(attempt, exchange(method, credential, nonce, attempt));
        ctx.writeAndFlush(new AuthSwitchRequest(method, nonce.bytes().plus(Bytes.of(new byte[1]))));
    }

    private void judge(ChannelHandlerContext ctx, LoginAttempt attempt, ServerExchange exchange, Bytes answer) {
        phase = new Judging();
        then(ctx, exchange.onAnswer(answer), step -> onStep(ctx, attempt, exchange, step));
    }

    private void onStep(ChannelHandlerContext ctx, LoginAttempt attempt, ServerExchange exchange, AuthStep step) {
        if (!step.data().isEmpty()) {
            ctx.write(new AuthMoreData(step.data()));
        }
        switch (step.verdict()) {
            case ASK -> {
                phase = new AwaitAnswer(attempt, exchange);
                ctx.flush();
            }
            case REJECT ->
                then(ctx, authenticator.reject(attempt), error -> refuse(ctx, error, new SqlException(error)));
            case ACCEPT -> then(ctx, authenticator.accept(attempt, step.shown()), ok -> succeed(ctx, attempt, ok));
        }
    }

    private void succeed(ChannelHandlerContext ctx, LoginAttempt attempt, OkPacket ok) {
        cancelTimeout();
        phase = new Done();
        ctx.writeAndFlush(ok.forCapabilities(attempt.capabilities()));
        sequence.reset();
        PayloadDecoder decoder = ctx.pipeline().get(PayloadDecoder.class);
        config.compression().apply(attempt).ifPresent(chosen -> {
            CompressedPackets.addTo(ctx.pipeline(), ctx.pipeline().context(decoder), chosen);
            decoder.takeAnySequence();
        });
        decoder.setMaxPayloadBytes(config.maxPacketBytes());
        ctx.pipeline().remove(this);
        session.complete(attempt);
    }

    /**
     * Puts TLS below the codec. The bytes that the decoder holds behind the request belong to TLS: they are handed to it
     * by the decoder's removal, and nothing that came in clear text is read as if it were protected.
     */
    private void startTls(ChannelHandlerContext ctx, SslContext tls) {
        ChannelPipeline pipeline = ctx.pipeline();
        ChannelHandlerContext clear = pipeline.context(PayloadDecoder.class);
        SslHandler handler = tls.newHandler(ctx.alloc());
        pipeline.addAfter(clear.name(), null, handler);
        pipeline.addAfter(pipeline.context(handler).name(), null, new PayloadDecoder(sequence, MAX_LOGIN_BYTES));
        pipeline.remove(clear.handler());
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                fail(ctx, done.cause());
            }
        });
    }

    /** Goes on with the value of {@code stage} on the event loop, unless the login has ended meanwhile. */
    private <T> void then(ChannelHandlerContext ctx, CompletionStage<T> stage, Consumer<T> next) {
        stage.whenComplete((value, failure) -> {
            if (ctx.executor().inEventLoop()) {
                proceed(ctx, value, failure, next);
            } else {
                ctx.executor().execute(() -> proceed(ctx, value, failure, next));
            }
        });
    }

    private <T> void proceed(ChannelHandlerContext ctx, T value, @Nullable Throwable failure, Consumer<T> next) {
        if (session.isDone()) {
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null) {
            next.accept(value);
        } else if (cause instanceof SqlException refused) {
            refuse(ctx, refused.error(), refused);
        } else {
            refuse(ctx, new ErrPacket(1105, "HY000", "Login cannot be checked now"), cause);
        }
    }

    private void refuseMalformed(ChannelHandlerContext ctx, MalformedPacketException cause) {
        refuse(ctx, new ErrPacket(1043, "08S01", "Bad handshake: " + cause.getMessage()), cause);
    }

    private void refuse(ChannelHandlerContext ctx, ErrPacket error, Throwable cause) {
        if (session.isDone()) {
            return;
        }
        cancelTimeout();
        phase = new Done();
        ctx.writeAndFlush(error).addListener(ChannelFutureListener.CLOSE);
        ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS); // if it is not taken
        session.completeExceptionally(cause);
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        cancelTimeout();
        phase = new Done();
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
        if (cause instanceof MalformedPacketException malformed) {
            refuseMalformed(ctx, malformed);
        } else {
            fail(ctx, cause);
        }
    }
}
