package io.shareddb.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.shareddb.protocol.Golden;
import io.shareddb.protocol.Loopback;
import io.shareddb.protocol.auth.AuthWorker;
import io.shareddb.protocol.auth.AuthenticationException;
import io.shareddb.protocol.auth.CachingSha2Password;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.PacketDecoder;
import io.shareddb.protocol.wire.PayloadEncoder;
import io.shareddb.protocol.wire.SequenceCounter;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest {
    /** What MySQL 9.7.4 stored for "pässwörd". */
    private static final Bytes STORED =
            Bytes.hex("24412430304124207D7562761F0D08750E3C7A374201140D6F7C65475056792F722F4F70"
                    + "3570612E364A71687A476C2F6F7075784A4D4E6F71576865516C645346426D366B43");

    private final Loopback loopback = new Loopback();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final AuthWorker worker = new AuthWorker(executor);
    private final LinkedBlockingQueue<CompletableFuture<LoginAttempt>> logins = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        loopback.close();
        executor.shutdownNow();
    }

    /** Enough for a busy machine, unlike the defaults. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private static ServerLoginConfig server() {
        return ServerLoginConfig.of("8.0.99", 7).withTimeout(LONG);
    }

    private static ClientLoginConfig client(String user, String password) {
        return ClientLoginConfig.of(user, password).withTimeout(LONG);
    }

    private InetSocketAddress serve(ServerLoginConfig config, @Nullable Credential credential) {
        return loopback.serve(pipeline -> logins.add(ServerLogin.addTo(
                        pipeline,
                        config,
                        attempt -> CompletableFuture.completedFuture(Optional.ofNullable(credential)),
                        worker,
                        new SecureRandom())
                .session()
                .toCompletableFuture()));
    }

    private ClientSession logIn(InetSocketAddress server, ClientLoginConfig config) {
        CompletableFuture<ClientSession> session = new CompletableFuture<>();
        Channel channel = loopback.connect(
                server,
                pipeline -> ClientLogin.addTo(pipeline, config).session().whenComplete((value, failure) -> {
                    if (failure != null) {
                        session.completeExceptionally(failure);
                    } else {
                        session.complete(value);
                    }
                }));
        try {
            ClientSession result = session.orTimeout(60, TimeUnit.SECONDS).join();
            assertThat(channel.isActive()).isTrue();
            return result;
        } catch (CompletionException e) {
            assertThat(channel.closeFuture().awaitUninterruptibly(60, TimeUnit.SECONDS))
                    .isTrue();
            throw e;
        }
    }

    private LoginAttempt seenByServer() throws Exception {
        CompletableFuture<LoginAttempt> login = logins.poll(60, TimeUnit.SECONDS);
        return Objects.requireNonNull(login).orTimeout(60, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @CsvSource({
        "mysql_native_password, plain, pässwörd",
        "mysql_native_password, native, pässwörd",
        "mysql_native_password, cache, pässwörd",
        "caching_sha2_password, plain, pässwörd",
        "caching_sha2_password, native, pässwörd",
        "caching_sha2_password, cache, pässwörd",
        "mysql_native_password, plain, ''",
        "mysql_native_password, native, ''",
        "mysql_native_password, cache, ''",
        "caching_sha2_password, plain, ''",
        "caching_sha2_password, native, ''",
        "caching_sha2_password, cache, ''",
    })
    void logsInWhateverTheServerKnowsOfThePassword(String method, String kind, String password) throws Exception {
        Credential credential = credential(kind, password);
        InetSocketAddress server = serve(server().withDefaultMethod(method), credential);
        ClientSession session = logIn(
                server,
                client("someone", password).withDatabase("shop").withAttributes(Map.of("program_name", "test")));
        assertThat(session.greeting().serverVersion()).isEqualTo("8.0.99");
        assertThat(session.greeting().threadId()).isEqualTo(7);
        assertThat(session.encrypted()).isFalse();
        LoginAttempt attempt = seenByServer();
        assertThat(attempt.user()).isEqualTo("someone");
        assertThat(attempt.login().database()).isEqualTo("shop");
        assertThat(attempt.login().attributes()).containsExactly(Map.entry("program_name", "test"));
        assertThat(attempt.capabilities()).isEqualTo(session.capabilities());
        assertThat(attempt.capabilities().has(Capability.DEPRECATE_EOF)).isTrue();

        assertThatThrownBy(() -> logIn(server, client("someone", password + "x")))
                .hasCauseInstanceOf(SqlException.class)
                .hasMessageContaining(
                        "1045 (28000): Access denied for user 'someone'@'127.0.0.1' (using password: YES)");
    }

    @Test
    void saltedHashNeedsThePasswordItselfWhichRsaHides() throws Exception {
        InetSocketAddress server =
                serve(server().withDefaultMethod(CachingSha2Password.NAME), Credential.SaltedHash.parse(STORED));
        ClientLoginConfig config = client("pw", "pässwörd");
        assertThatThrownBy(() -> logIn(server, config))
                .hasCauseInstanceOf(AuthenticationException.class)
                .hasMessageContaining("public key");
        logIn(server, config.withRequestPublicKey(true));
        logIn(server, config.withRequestPublicKey(true));
        assertThatThrownBy(() -> logIn(server, client("pw", "password").withRequestPublicKey(true)))
                .hasMessageContaining("1045");
    }

    @ParameterizedTest
    @CsvSource({"salted, caching_sha2_password", "native, caching_sha2_password", "salted, mysql_native_password"})
    void logsInThroughTls(String kind, String method) throws Exception {
        InetSocketAddress server =
                serve(server().withDefaultMethod(method).withTls(serverTls()), credential(kind, "pässwörd"));
        SslContext trust = SslContextBuilder.forClient()
                .trustManager(resource("certificate.pem"))
                .endpointIdentificationAlgorithm("")
                .build();
        ClientSession session = logIn(server, client("pw", "pässwörd").withTls(trust));
        assertThat(session.encrypted()).isTrue();
        assertThat(session.capabilities().has(Capability.SSL)).isTrue();
        assertThat(seenByServer().encrypted()).isTrue();
    }

    @Test
    void clientThatWantsTlsDoesNotLogInWithoutIt() throws Exception {
        InetSocketAddress server = serve(server(), null);
        SslContext any = SslContextBuilder.forClient().build();
        assertThatThrownBy(() -> logIn(server, client("u", "p").withTls(any)))
                .hasMessageContaining("the server offers no TLS");
    }

    @Test
    void unknownUserIsRefusedLikeAWrongPassword() throws Exception {
        InetSocketAddress server = serve(server(), null);
        assertThatThrownBy(() -> logIn(server, client("nobody", "")))
                .hasMessageContaining("Access denied for user 'nobody'@'127.0.0.1' (using password: NO)");
    }

    @Test
    void clientThatSaysNothingIsToldAndCutOff() throws Exception {
        InetSocketAddress server = serve(server().withTimeout(Duration.ofMillis(50)), null);
        loopback.connect(server, pipeline -> {});
        assertThatThrownBy(this::seenByServer).hasMessageContaining("login not finished within 50ms");
    }

    @Test
    void serverThatSaysNothingIsGivenUp() throws Exception {
        InetSocketAddress server = loopback.serve(pipeline -> {});
        assertThatThrownBy(() -> logIn(server, client("u", "p").withTimeout(Duration.ofMillis(50))))
                .hasMessageContaining("login not finished within 50ms");
    }

    @Test
    void lyingLengthBeforeLoginIsRefusedWithAnErrorPacket() throws Exception {
        InetSocketAddress server = serve(server(), null);
        Channel channel = loopback.connect(server, pipeline -> {});
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, 1}))
                .syncUninterruptibly();
        assertThatThrownBy(this::seenByServer).hasMessageContaining("payload of at least 16777215 bytes");
        assertThat(channel.closeFuture().awaitUninterruptibly(60, TimeUnit.SECONDS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "native"})
    void clientWithoutTheGreetingsMethodIsAskedAgainForItsOwn(String kind) throws Exception {
        InetSocketAddress server = serve(server(), credential(kind, "secret2"));
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        Channel channel = loopback.connect(server, pipeline -> pipeline.addLast(new PacketDecoder(null))
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object packet) {
                        received.add(((ByteBuf) packet).toString(StandardCharsets.ISO_8859_1));
                        ((ByteBuf) packet).release();
                    }
                }));
        assertThat(received.poll(60, TimeUnit.SECONDS)).contains("mysql_native_password");
        // as the client of MySQL 9, which knows no mysql_native_password, does it: no answer to a foreign nonce
        LoginPacket recorded = LoginPacket.read(Golden.payload("login_mysql97_cli"));
        LoginPacket login = new LoginPacket(
                recorded.capabilities(),
                recorded.maxPacketBytes(),
                recorded.collation(),
                recorded.user(),
                Bytes.EMPTY,
                recorded.database(),
                recorded.authMethod(),
                recorded.attributes(),
                0);
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(1);
        channel.writeAndFlush(PayloadEncoder.frame(channel.alloc(), login, sequence))
                .syncUninterruptibly();
        assertThat(received.poll(60, TimeUnit.SECONDS)).contains("\u00fecaching_sha2_password");
        channel.close().syncUninterruptibly();
    }

    @Test
    void tlsThatComesInOnePieceWithItsRequestIsUnderstood() throws Exception {
        InetSocketAddress server = serve(server().withTls(serverTls()), null);
        EmbeddedChannel hello =
                new EmbeddedChannel(SslContextBuilder.forClient().build().newHandler(UnpooledByteBufAllocator.DEFAULT));
        ByteBuf clientHello = hello.readOutbound();
        ByteBuf answer = answerTo(server, clientHello);
        assertThat(answer.getByte(0)).isEqualTo((byte) 22); // a TLS handshake record
        answer.release();
        hello.finishAndReleaseAll();
    }

    @Test
    void loginInClearTextBehindARequestForTlsIsNotRead() throws Exception {
        InetSocketAddress server = serve(
                server().withTls(serverTls()).withTimeout(Duration.ofMillis(500)),
                new Credential.PlainPassword("secret2"));
        LoginPacket login = LoginPacket.read(Golden.payload("login_mysql97_cli"));
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(2);
        answerTo(server, PayloadEncoder.frame(UnpooledByteBufAllocator.DEFAULT, login, sequence))
                .release();
        assertThatThrownBy(this::seenByServer).isInstanceOf(CompletionException.class);
    }

    private static SslContext serverTls() throws SSLException {
        return SslContextBuilder.forServer(resource("certificate.pem"), resource("key.pem"))
                .build();
    }

    /** What the server says after its greeting to an SslRequest with {@code behind} in the same write. */
    private ByteBuf answerTo(InetSocketAddress server, ByteBuf behind) throws Exception {
        LinkedBlockingQueue<ByteBuf> received = new LinkedBlockingQueue<>();
        Channel channel = loopback.connect(
                server,
                pipeline -> pipeline.addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
                        received.add((ByteBuf) bytes);
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext ctx) {
                        received.add(Unpooled.EMPTY_BUFFER);
                    }
                }));
        Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS)).release(); // greeting
        SequenceCounter sequence = new SequenceCounter();
        sequence.set(1);
        SslRequest request = SslRequest.read(Golden.payload("ssl_request_mysql97_cli"));
        ByteBuf head = PayloadEncoder.frame(channel.alloc(), request, sequence);
        channel.writeAndFlush(Unpooled.wrappedBuffer(head, behind)).syncUninterruptibly();
        ByteBuf answer = Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS));
        channel.close().syncUninterruptibly();
        return answer;
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(LoginTest.class.getResourceAsStream(name), name);
    }

    private static Credential credential(String kind, String password) {
        return switch (kind) {
            case "plain" -> new Credential.PlainPassword(password);
            case "native" -> new Credential.NativeHash(NativePassword.stored(password));
            case "salted" -> Credential.SaltedHash.parse(STORED);
            case "cache" -> new Credential.CacheEntry(CachingSha2Password.cacheEntry(password));
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
