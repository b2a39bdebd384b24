package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.server.endtoend.EngineChoice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that do not behave: each is told so where the protocol allows, cut off, and disturbs nobody. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class BadInputIT {
    @TempDir
    static Path directory;

    private static ProxyEngine engine;
    private static TestProxy proxy;
    private static Connection bystander;

    BadInputIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        proxy = TestProxy.leading(
                engine,
                TestProxy.config()
                        .withTimeouts(Duration.ofSeconds(3), Duration.ofMinutes(10))
                        .withPatience(TestProxy.config().times().slowReader(), Duration.ofSeconds(1))
                        .withMaxPayloadBytes(32 << 20));
        bystander = proxy.connect();
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        try {
            assertThat(ProxyEngine.value(bystander, "SELECT 1")).isEqualTo("1");
            bystander.close();
            TestProxy.eventually(() -> proxy.proxy.sessions() == 0);
            TestProxy.eventually(() -> engine.clients() == 0);
        } finally {
            proxy.close();
            engine.close();
        }
    }

    @Test
    void garbageInsteadOfALogin() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            try (RawClient client = new RawClient(proxy.port())) {
                byte[] garbage = new byte[1 + random.nextInt(500)];
                random.nextBytes(garbage);
                client.packet();
                client.write(garbage);
                client.socket.shutdownOutput();
                while (client.packet() != null) {
                    // an error packet, perhaps
                }
            }
        }
        assertThat(engine.clients()).isLessThanOrEqualTo(1); // the bystander's: nobody else got as far as the engine
    }

    @Test
    void silenceInsteadOfALogin() throws Exception {
        try (RawClient client = new RawClient(proxy.port())) {
            client.packet();
            client.write(new byte[] {40, 0});
            client.expectError(1159);
            client.expectHangUp();
        }
    }

    @Test
    void wrongSequenceNumber() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            client.send(3, new byte[] {Command.PING});
            client.expectError(1156);
            client.expectHangUp();
        }
    }

    @Test
    void anEmptyCommand() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            client.send(0, new byte[0]);
            client.expectError(1835);
            client.expectHangUp();
        }
    }

    @Test
    void unknownAndRefusedCommandsLeaveTheConnectionUsable() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            for (int command : new int[] {0x50, 0xee, 0xfe}) {
                client.send(0, new byte[] {(byte) command});
                client.expectError(1047);
            }
            for (int command :
                    new int[] {Command.BINLOG_DUMP, Command.REGISTER_SLAVE, Command.SHUTDOWN, Command.DEBUG}) {
                client.send(0, new byte[] {(byte) command, 0, 0, 0});
                client.expectError(1235);
            }
            client.send(0, new byte[] {Command.PING});
            assertThat(client.answer()).startsWith(0);
        }
    }

    @Test
    void anOversizedCommandIsRefusedBeforeItsBytesAreWaitedFor() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            byte[] part = new byte[0xffffff];
            part[0] = Command.QUERY;
            java.util.Arrays.fill(part, 1, part.length, (byte) ' ');
            client.send(0, part);
            client.send(1, part);
            client.write(new byte[] {-1, -1, -1, 2});
            byte[] last = client.packet();
            assertThat(last == null || (last[0] & 0xff) == ErrPacket.HEADER).isTrue();
        }
    }

    @Test
    void commandsWithTruncatedBodies() throws Exception {
        for (int command = 0; command < 256; command++) {
            if (command == Command.QUIT) {
                continue;
            }
            try (RawClient client = RawClient.loggedIn(proxy.port())) {
                client.socket.setSoTimeout(300);
                client.send(0, new byte[] {(byte) command});
                try {
                    client.packet();
                } catch (java.net.SocketTimeoutException e) {
                    // commands without an answer
                }
            }
        }
    }

    @Test
    void aTruncatedChangeOfUser() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            client.send(0, new byte[] {Command.CHANGE_USER, 'r'});
            client.expectError(1835);
            client.expectHangUp();
        }
    }

    @Test
    void halfACommandAndThenNothing() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            client.write(new byte[] {50, 0, 0, 0, Command.QUERY, 'S', 'E'});
        }
        TestProxy.eventually(() -> engine.clients() <= 1); // the bystander's, unless it rests
    }

    @Test
    void garbageInTheMiddleOfALongCommand() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            byte[] part = new byte[0xffffff];
            part[0] = Command.QUERY;
            client.send(0, part);
            client.write(new byte[] {1, 0, 0, 77, 1});
            client.expectError(1835);
            client.expectHangUp();
        }
    }

    @Test
    void manyCommandsAtOnceAreAnsweredInOrder() throws Exception {
        try (RawClient client = RawClient.loggedIn(proxy.port())) {
            var commands = Unpooled.buffer();
            for (int i = 0; i < 2000; i++) {
                commands.writeMediumLE(1).writeByte(0).writeByte(Command.PING);
            }
            client.write(ByteBufUtil.getBytes(commands));
            for (int i = 0; i < 2000; i++) {
                assertThat(client.answer()).startsWith(0);
            }
        }
    }

    @Test
    void addressesAndNumbersAreLimited() throws Exception {
        try (TestProxy strict = new TestProxy(ProxyConfig.of("127.0.0.1", 0, Whitelist.parse("10.0.0.0/8")))) {
            strict.cluster.engine(engine.local());
            strict.cluster.leading(1);
            assertThat(loginError(strict)).isEqualTo(1130);
        }
        try (TestProxy small = new TestProxy(TestProxy.config().withMaxConnections(2))) {
            small.cluster.engine(engine.local());
            small.cluster.leading(1);
            try (Connection one = small.connect();
                    Connection two = small.connect()) {
                assertThat(loginError(small)).isEqualTo(1040);
                assertThat(one.isValid(1) && two.isValid(1)).isTrue();
            }
            TestProxy.eventually(() -> small.proxy.sessions() == 0);
            small.connect().close();
        }
    }

    private static int loginError(TestProxy to) {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + to.port() + "/?sslMode=DISABLED",
                ProxyEngine.CLIENT.user(),
                ProxyEngine.CLIENT.password())) {
            return connection.isValid(1) ? 0 : -1;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    @Test
    void aThousandConnectionsLeaveNothingBehind() throws Exception {
        int threadsBefore = Thread.activeCount();
        for (int round = 0; round < 20; round++) {
            List<AutoCloseable> open = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Connection connection = proxy.connect();
                open.add(connection);
                ProxyEngine.value(connection, "SELECT " + i);
            }
            for (int i = 0; i < 45; i++) {
                RawClient client = RawClient.loggedIn(proxy.port());
                open.add(client);
                client.send(0, "\u0003SELECT 1".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.answer()).isNotEmpty();
            }
            for (AutoCloseable client : open) {
                client.close();
            }
        }
        TestProxy.eventually(() -> engine.clients() <= 1 && proxy.proxy.sessions() == 1);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threadsBefore + 2);
    }

    @Test
    void anIdleClientIsHungUpOn() throws Exception {
        try (TestProxy impatient =
                new TestProxy(TestProxy.config().withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(300)))) {
            impatient.cluster.engine(engine.local());
            impatient.cluster.leading(1);
            try (Connection idle = impatient.connect()) {
                TestProxy.eventually(() -> impatient.proxy.sessions() == 0);
                assertThat(idle.isValid(1)).isFalse();
            }
        }
    }
}
