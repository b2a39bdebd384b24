package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shareddb.server.endtoend.EngineChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions that do nothing cost the engine nothing and lose nothing; clients that take too much are told so. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class IdleSessionsIT {
    private static final Duration SOON = Duration.ofMillis(200);

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by startEngine
    private static ProxyEngine engine;

    private TestProxy leader;
    private TestProxy follower;

    IdleSessionsIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void startEngine(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        engine.execute(
                "SET sql_log_bin = 0",
                "CREATE TABLE test.t (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT)",
                "CREATE TABLE test.triggering (id INT)",
                "CREATE TRIGGER test.sets BEFORE INSERT ON test.triggering FOR EACH ROW SET @x = NEW.id");
    }

    @AfterParameterizedClassInvocation
    static void stopEngine() {
        engine.close();
    }

    @BeforeEach
    void start() throws Exception {
        ProxyConfig config = TestProxy.config().withPatience(Duration.ofSeconds(1), SOON);
        leader = TestProxy.leading(engine, config);
        follower = TestProxy.following(leader, engine, config);
    }

    @AfterEach
    void stop() throws Exception {
        follower.close();
        leader.close();
        TestProxy.eventually(() -> engine.clients() == 0);
    }

    private static void awaitRest() {
        TestProxy.eventually(() -> engine.clients() == 0);
    }

    @Test
    void idleSessionsGiveTheirConnectionsBackAndMissNothing() throws Exception {
        for (TestProxy proxy : List.of(leader, follower)) {
            try (Connection connection = proxy.connect("&useServerPrepStmts=true");
                    Statement statement = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement("SELECT name FROM t WHERE id = ?")) {
                statement.execute("SET time_zone = '+03:00', sql_mode = 'ANSI_QUOTES'");
                statement.executeUpdate("INSERT INTO t (name) VALUES ('x')");
                String id = ProxyEngine.value(connection, "SELECT LAST_INSERT_ID()");
                prepared.setLong(1, Long.parseLong(id));
                prepared.executeQuery().close();
                for (int round = 0; round < 2; round++) {
                    awaitRest();
                    assertThat(ProxyEngine.value(connection, "SELECT LAST_INSERT_ID()"))
                            .isEqualTo(id);
                    awaitRest();
                    assertThat(ProxyEngine.value(connection, "SELECT CONCAT(@@time_zone, ' ', @@sql_mode)"))
                            .isEqualTo("+03:00 ANSI_QUOTES");
                    awaitRest();
                    try (ResultSet row = prepared.executeQuery()) {
                        assertThat(row.next()).isTrue();
                        assertThat(row.getString(1)).isEqualTo("x");
                    }
                    awaitRest();
                    assertThat(ProxyEngine.value(connection, "SELECT DATABASE()"))
                            .isEqualTo("test");
                }
            }
            assertThat(proxy.proxy.metrics().counters().rests()).isGreaterThan(5);
        }
    }

    @Test
    void whatCannotBeMadeAgainKeepsTheConnection() throws Exception {
        for (TestProxy proxy : List.of(leader, follower)) {
            for (String state : List.of(
                    "SET @a = 1",
                    "BEGIN",
                    "SET autocommit = 0",
                    "CREATE TEMPORARY TABLE tmp (a INT)",
                    "DO GET_LOCK('a', 1)",
                    "SELECT CONNECTION_ID()",
                    "LOCK TABLES t READ")) {
                try (Connection connection = proxy.connect();
                        Statement statement = connection.createStatement()) {
                    statement.execute(state);
                    long rests = proxy.proxy.metrics().counters().rests();
                    try (Connection other = proxy.connect()) { // rests, so the first could have
                        ProxyEngine.value(other, "SELECT 1");
                        TestProxy.eventually(
                                () -> proxy.proxy.metrics().counters().rests() > rests);
                    }
                    assertThat(engine.clients()).as(state).isPositive();
                }
                awaitRest();
            }
        }
    }

    @Test
    void whatATriggerSetsKeepsTheConnection() throws Exception {
        for (TestProxy proxy : List.of(leader, follower)) {
            try (Connection connection = proxy.connect();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO triggering VALUES (7)");
                rest(proxy);
                assertThat(ProxyEngine.value(connection, "SELECT @x")).isEqualTo("7");
            }
            awaitRest();
        }
    }

    /** Long enough for sessions of {@code proxy} to give their connections back. */
    private static void rest(TestProxy proxy) throws Exception {
        long rests = proxy.proxy.metrics().counters().rests();
        try (Connection other = proxy.connect()) {
            ProxyEngine.value(other, "SELECT 1");
            TestProxy.eventually(() -> proxy.proxy.metrics().counters().rests() > rests);
        }
    }

    @Test
    void whatOnlyTheEngineKnowsOfAFollowersSettingsStaysAtTheLeader() throws Exception {
        try (Connection connection = follower.connect("&allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            String length = ProxyEngine.value(connection, "SELECT @@group_concat_max_len * 2");
            statement.execute("SET foreign_key_checks = 0; DELETE FROM t WHERE id < 0");
            statement.execute("BEGIN");
            statement.execute("SET group_concat_max_len = @@group_concat_max_len * 2");
            statement.execute("COMMIT");
            try (Connection other = leader.connect()) {
                long rests = leader.proxy.metrics().counters().rests();
                ProxyEngine.value(other, "SELECT 1");
                TestProxy.eventually(() -> {
                    ProxyEngine.value(connection, "SELECT 1"); // here, so that this session does not rest
                    return leader.proxy.metrics().counters().rests() > rests;
                });
            }
            statement.execute("BEGIN");
            assertThat(ProxyEngine.value(connection, "SELECT CONCAT(@@foreign_key_checks + 0, @@group_concat_max_len)"))
                    .isEqualTo("0" + length);
            statement.execute("COMMIT");
        }
    }

    @Test
    void idsAreKeptThatNoOkNames() throws Exception {
        Path file = directory.resolve("names.txt");
        Files.writeString(file, "x\ny\n");
        List<String> inserts = new ArrayList<>(List.of("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE t (name)"));
        if (engine.isMariaDb()) {
            inserts.add("INSERT INTO t (name) VALUES ('x') RETURNING id");
        }
        for (TestProxy proxy : List.of(leader, follower)) {
            try (Connection connection = proxy.connect("&allowLoadLocalInfile=true");
                    Statement statement = connection.createStatement()) {
                for (String insert : inserts) {
                    long before = Long.parseLong(engine.value("SELECT COALESCE(MAX(id), 0) FROM test.t"));
                    statement.execute(insert);
                    awaitRest();
                    assertThat(ProxyEngine.value(connection, "SELECT LAST_INSERT_ID()"))
                            .as(insert)
                            .isEqualTo(engine.value("SELECT MIN(id) FROM test.t WHERE id > " + before));
                }
            }
        }
    }

    @Test
    void anIdThatWentWithTheLeaderIsNotTakenForAnother() throws Exception {
        for (boolean rested : new boolean[] {false, true}) {
            try (Connection connection = leader.connect();
                    Connection writes = leader.connect();
                    Statement statement = connection.createStatement();
                    Statement inWrites = writes.createStatement()) {
                statement.executeUpdate("INSERT INTO t (name) VALUES ('saved')");
                if (rested) {
                    awaitRest();
                    statement.executeUpdate("INSERT INTO t (name) VALUES ('x')");
                }
                inWrites.executeUpdate("INSERT INTO t (name) VALUES ('x')");
                leader.cluster.leading(leader.cluster.role().epoch() + 1);
                assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("test");
                assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (name) VALUES (LAST_INSERT_ID())"))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState())
                                .isEqualTo("08S01"));
                inWrites.executeUpdate("INSERT INTO t (name) VALUES ('y')");
                assertThat(ProxyEngine.value(writes, "SELECT LAST_INSERT_ID()"))
                        .isEqualTo(engine.value("SELECT MAX(id) FROM test.t"));
            }
        }
        assertThat(engine.value("SELECT COUNT(*) FROM test.t WHERE name = '0'")).isEqualTo("0");
    }

    @Test
    void aDatabaseThatIsGoneCanBeLeft() throws Exception {
        for (TestProxy proxy : List.of(leader, follower)) {
            engine.execute("SET sql_log_bin = 0", "CREATE DATABASE gone");
            try (Connection connection = proxy.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("USE gone");
                awaitRest();
                engine.execute("SET sql_log_bin = 0", "DROP DATABASE gone");
                statement.execute("USE test");
                assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("test");
            }
        }
    }

    @Test
    void warningsAreThereForAWhile() throws Exception {
        try (Connection connection = leader.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1/0, CAST('x' AS SIGNED)");
            long rests = leader.proxy.metrics().counters().rests();
            try (Connection other = leader.connect()) {
                ProxyEngine.value(other, "SELECT 1");
                TestProxy.eventually(() -> leader.proxy.metrics().counters().rests() > rests);
            }
            assertThat(ProxyEngine.value(connection, "SHOW WARNINGS")).isEqualTo("Warning");
        }
    }

    @Test
    void loggingInOpensNothing() throws Exception {
        for (TestProxy proxy : List.of(leader, follower)) {
            try (RawClient client = RawClient.loggedIn(proxy.port())) {
                assertThat(client.socket.isConnected()).isTrue();
                assertThat(engine.clients()).isZero();
                assertThat(proxy.proxy.sessions()).isEqualTo(1);
            }
            TestProxy.eventually(() -> proxy.proxy.sessions() == 0);
        }
    }

    @Test
    void moreClientsThanTheEngineHasConnectionsFor() throws Exception {
        List<Connection> open = new ArrayList<>();
        // connected before, since a full engine has no room for whoever lifts the limit again
        try (Connection operator = engine.operator();
                Statement limit = operator.createStatement()) {
            String before = ProxyEngine.value(operator, "SELECT @@global.max_connections");
            limit.execute("SET GLOBAL max_connections = 15");
            try {
                for (int i = 0; i < 40; i++) {
                    Connection connection = leader.connect();
                    open.add(connection);
                    ProxyEngine.value(connection, "SELECT 1");
                }
                for (Connection connection : open) {
                    assertThat(ProxyEngine.value(connection, "SELECT DATABASE()"))
                            .isEqualTo("test");
                }
            } finally {
                limit.execute("SET GLOBAL max_connections = " + before);
                for (Connection connection : open) {
                    connection.close();
                }
            }
        }
    }

    @Test
    void waitTimeoutOfTheSessionIsKept() throws Exception {
        try (Connection connection = leader.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION wait_timeout = 1");
            TestProxy.eventually(() -> leader.proxy.sessions() == 0);
            SQLException cut = catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT 1"));
            assertThat(cut.getSQLState()).startsWith("08");
            assertThat(leader.proxy.metrics().counters().idleCuts()).isEqualTo(1);
        }
    }

    @Test
    void clientsWithAPersonAtThemHaveATimeOfTheirOwn() throws Exception {
        ProxyConfig.Times times = TestProxy.config().times();
        ProxyConfig config = TestProxy.config()
                .with(new ProxyConfig.Times(
                        times.handshake(),
                        times.idle(),
                        SOON,
                        times.slowReader(),
                        times.engineIdle(),
                        times.leaderWait(),
                        times.ownWriteWait()));
        try (TestProxy proxy = new TestProxy(config)) {
            proxy.cluster.engine(engine.local());
            proxy.cluster.leading(1);
            try (Connection program = proxy.connect();
                    Connection person = proxy.connect("&interactiveClient=true")) {
                TestProxy.eventually(() -> proxy.proxy.sessions() == 1);
                assertThat(program.isValid(1)).isTrue();
                assertThat(person.isValid(1)).isFalse();
            }
        }
    }

    @Test
    void anAddressHasItsShare() throws Exception {
        try (TestProxy small = new TestProxy(TestProxy.config().withMaxPerAddress(2))) {
            small.cluster.engine(engine.local());
            small.cluster.leading(1);
            try (Connection first = small.connect()) {
                try (Connection second = small.connect()) {
                    SQLException refused = catchThrowableOfType(SQLException.class, small::connect);
                    assertThat(second.isValid(1)).isTrue();
                    assertThat(refused.getErrorCode()).isEqualTo(1226);
                    assertThat(refused.getMessage()).contains("max_connections_per_address");
                }
                TestProxy.eventually(() -> small.proxy.sessions() == 1);
                small.connect().close();
                assertThat(first.isValid(1)).isTrue();
            }
        }
    }

    @Test
    void thoseWhoDoNotLogInAreFew() throws Exception {
        try (TestProxy small = new TestProxy(TestProxy.config().withMaxUnauthenticated(2))) {
            small.cluster.engine(engine.local());
            small.cluster.leading(1);
            try (Connection in = small.connect();
                    RawClient first = silent(small.port());
                    RawClient second = silent(small.port())) {
                assertThat(engine.clients()).isEqualTo(1);
                SQLException refused = catchThrowableOfType(SQLException.class, small::connect);
                assertThat(refused.getErrorCode()).isEqualTo(1040);
                assertThat(in.isValid(1)).isTrue();
                first.socket.shutdownOutput();
                TestProxy.eventually(() -> small.proxy.sessions() == 2);
                small.connect().close();
                assertThat(second.socket.isClosed()).isFalse();
            }
        }
    }

    /** Takes the greeting and says nothing. */
    private static RawClient silent(int port) throws IOException {
        RawClient client = new RawClient(port);
        assertThat(client.answer()[0]).isEqualTo((byte) 10);
        return client;
    }

    @Test
    void whoeverDoesNotReadIsNotListenedTo() throws Exception {
        byte[] query = ("\003SELECT @@shareddb_seq AS " + "x".repeat(60_000)).getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = RawClient.loggedIn(leader.port())) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 1000; i++) { // more than fits into the buffers of all sockets
                        client.send(0, query);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            TestProxy.eventually(() -> leader.proxy.metrics().counters().slowReaders() == 1);
            assertThatThrownBy(() -> sent.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void aClientThatDoesNotReadIsCut() throws Exception {
        try (RawClient client = RawClient.loggedIn(leader.port())) {
            client.send(0, "\003SELECT REPEAT('x', 100000000)".getBytes(StandardCharsets.US_ASCII));
            TestProxy.eventually(() -> leader.proxy.metrics().counters().slowReaders() == 1);
            TestProxy.eventually(() -> leader.proxy.sessions() == 0);
        }
    }
}
