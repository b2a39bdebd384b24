package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.server.endtoend.EngineChoice;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The node that leads: everything goes to its engine, on one connection per session. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class LeaderProxyIT {
    @TempDir
    static Path directory;

    private static ProxyEngine engine;
    private TestProxy proxy;

    LeaderProxyIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void startEngine(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        engine.sequences(50_000);
    }

    @AfterParameterizedClassInvocation
    static void stopEngine() {
        engine.close();
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = TestProxy.leading(engine);
        engine.execute(
                "DROP TABLE IF EXISTS test.t", "CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT)");
    }

    @AfterEach
    void stopProxy() throws Exception {
        proxy.close();
        TestProxy.eventually(() -> engine.clients() == 0);
    }

    @Test
    void statementsAndTransactions() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("test");
            assertThat(statement.executeUpdate("INSERT INTO t (a) VALUES ('x'), ('y')"))
                    .isEqualTo(2);
            connection.setAutoCommit(false);
            statement.executeUpdate("DELETE FROM t");
            assertThat(engine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("2");
            connection.rollback();
            statement.executeUpdate("UPDATE t SET a = 'z' WHERE a = 'y'");
            connection.commit();
            assertThat(engine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("x,z");
            assertThatThrownBy(() -> statement.execute("SELECT * FROM nothing"))
                    .hasMessageContaining("Table 'test.nothing' doesn't exist");
        }
    }

    @Test
    void sessionsComeThroughTheEnginesSocketAndOverTcpWithoutIt() throws Exception {
        Path socket = engine.local().socket().orElseThrow();
        Path away = socket.resolveSibling("away.sock");
        sessionIsTheClients(1);
        Files.move(socket, away);
        try {
            sessionIsTheClients(0);
        } finally {
            Files.move(away, socket);
        }
    }

    @Test
    void noSessionIsTheAccountThatTheEngineHasForItsOwnMachine() throws Exception {
        String other = "'" + ProxyEngine.CLIENT.user() + "'@localhost";
        engine.execute("CREATE USER " + other + " IDENTIFIED BY 'another password'");
        try {
            sessionIsTheClients(0);
            sessionIsTheClients(0);
        } finally {
            engine.execute("DROP USER " + other);
        }
    }

    private void sessionIsTheClients(int throughSocket) throws Exception {
        Path socket = engine.local().socket().orElseThrow();
        long before = connections(socket);
        try (Connection connection = proxy.connect("&connectionAttributes=number:" + System.nanoTime())) {
            assertThat(ProxyEngine.value(connection, "SELECT CURRENT_USER()"))
                    .isEqualTo("%s@%%", ProxyEngine.CLIENT.user());
            assertThat(connections(socket) - before).isEqualTo(throughSocket);
        }
    }

    /** Both the listening one and those that it accepted have its path. */
    private static long connections(Path socket) throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/unix"))) {
            return lines.filter(line -> line.endsWith(" " + socket)).count();
        }
    }

    @Test
    void whileTheDiskIsNearlyFullOnlyWhatNeedsNoRoomIsExecuted() throws Exception {
        try (Connection connection = proxy.connect("&useServerPrepStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
            insert.setString(1, "x");
            insert.executeUpdate();
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO t (a) VALUES ('y')");
            proxy.cluster.refuseWrites(Optional.of("the disk of db1 is nearly full"));
            for (String sql : List.of("INSERT INTO t (a) VALUES ('z')", "CREATE TABLE u (a INT)", "CALL p()")) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                                .isEqualTo(1021))
                        .hasMessageContaining("the disk of db1 is nearly full");
            }
            assertThatThrownBy(insert::executeUpdate)
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1021));
            assertThat(ProxyEngine.value(connection, "SELECT COUNT(*) FROM t")).isEqualTo("2");
            connection.commit();
            statement.execute("TRUNCATE t");
            statement.execute("DROP TABLE t");

            proxy.cluster.refuseWrites(Optional.empty());
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT)");
            assertThat(insert.executeUpdate()).isEqualTo(1);
            connection.commit();
        }
    }

    @Test
    void serverPreparedStatementsAndCursors() throws Exception {
        try (Connection connection =
                proxy.connect("&useServerPrepStmts=true&useCursorFetch=true&cachePrepStmts=true")) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
                for (int i = 0; i < 500; i++) {
                    insert.setString(1, "row " + i);
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT id, a FROM t WHERE id > ?")) {
                select.setFetchSize(50);
                select.setInt(1, 0);
                int rows = 0;
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        assertThat(result.getString(2)).isEqualTo("row " + rows++);
                    }
                }
                assertThat(rows).isEqualTo(500);
            }
        }
    }

    @Test
    void severalStatementsInOneQuery() throws Exception {
        try (Connection connection = proxy.connect("&allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("INSERT INTO t (a) VALUES ('x'); SELECT a FROM t; SELECT 2"))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(1);
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
        }
    }

    @Test
    void proceduresWithSeveralResults() throws Exception {
        engine.execute(
                "DROP PROCEDURE IF EXISTS test.p",
                "CREATE PROCEDURE test.p() BEGIN INSERT INTO t (a) VALUES ('p'); SELECT 1;"
                        + " INSERT INTO t (a) VALUES ('q'); SELECT 2; END");
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("CALL p()")).isTrue();
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(statement.getMoreResults()).isFalse();
        }
        assertThat(engine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("2");
    }

    @Test
    void localFilesAreLoaded() throws Exception {
        Path file = directory.resolve("rows.txt");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            rows.append(i + 1).append("\trow ").append(i).append('\n');
        }
        Files.writeString(file, rows);
        try (Connection connection = proxy.connect("&allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE t"))
                    .isEqualTo(200_000);
            assertThat(ProxyEngine.value(connection, "SELECT COUNT(*) FROM t")).isEqualTo("200000");
        }
    }

    @Test
    void packetsOfTwentyMegabytesInBothDirections() throws Exception {
        byte[] large = new byte[20 << 20];
        Arrays.fill(large, (byte) 'x');
        String text = new String(large, StandardCharsets.US_ASCII);
        try (Connection connection = proxy.connect("&useServerPrepStmts=true")) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
                insert.setString(1, text);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                insert.setBinaryStream(1, new ByteArrayInputStream(large));
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            try (Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO t (a) VALUES ('" + text + "')"))
                        .isEqualTo(1);
                try (ResultSet result = statement.executeQuery("SELECT a FROM t")) {
                    for (int i = 0; i < 3; i++) {
                        assertThat(result.next()).isTrue();
                        assertThat(result.getString(1).equals(text)).isTrue();
                    }
                    assertThat(result.next()).isFalse();
                }
            }
            // exactly the length at which an empty packet must follow
            String edge = text.substring(0, 0xffffff - 1 - "SELECT LENGTH('')".length());
            assertThat(ProxyEngine.value(connection, "SELECT LENGTH('" + edge + "')"))
                    .isEqualTo(String.valueOf(edge.length()));
        }
    }

    @Test
    void aClientThatDoesNotReadIsNotReadFor() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement =
                        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            long rows = 0;
            try (ResultSet result = statement.executeQuery("SELECT REPEAT('x', 1000) FROM seq_1_to_50000")) {
                while (result.next()) {
                    rows++;
                }
            }
            assertThat(rows).isEqualTo(50_000);
        }
    }

    @Test
    void wrongPasswordAndUnknownUserLookAlike() {
        for (String user : new String[] {"root", "nobody"}) {
            assertThatThrownBy(() -> DriverManager.getConnection(
                            "jdbc:mysql://127.0.0.1:" + proxy.port() + "/?sslMode=DISABLED", user, "wrong"))
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getErrorCode()).isEqualTo(1045);
                        assertThat(e.getSQLState()).isEqualTo("28000");
                        assertThat(e.getMessage())
                                .contains("Access denied for user '" + user + "'@'127.0.0.1' (using password: YES)");
                    });
        }
        assertThat(proxy.proxy.metrics().counters().deniedLogins()).isEqualTo(2);
    }

    @Test
    void anUnknownDatabaseIsRefusedAtLogin() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:mysql://127.0.0.1:" + proxy.port() + "/nothing?sslMode=DISABLED",
                        ProxyEngine.CLIENT.user(),
                        ProxyEngine.CLIENT.password()))
                .hasMessageContaining("Unknown database 'nothing'");
    }

    @Test
    void dangerousStatementsAreRefused() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            List<String> refused = new ArrayList<>(List.of(
                    "SET sql_log_bin = 0",
                    "RESET MASTER",
                    "SHUTDOWN",
                    "CREATE PROCEDURE p() SET session_track_system_variables = ''",
                    "SELECT 1; KILL QUERY 17",
                    "/*!40000 KILL QUERY 17 */",
                    "PREPARE s FROM 'KILL 17'",
                    "KILL USER root"));
            if (engine.isMariaDb()) {
                refused.add("SET STATEMENT session_track_system_variables = '' FOR SELECT 1");
            }
            for (String sql : refused) {
                assertThatThrownBy(() -> statement.execute(sql)).hasMessageContaining("Shared DB");
            }
            assertThat(ProxyEngine.value(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void dataMayNameWhatTheProxyNeeds() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (a) VALUES ('SET session_track_gtids = OFF')");
            assertThat(ProxyEngine.value(connection, "SELECT COUNT(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void killEndsAnotherSessionsStatementByEitherId() throws Exception {
        for (boolean byEngineId : new boolean[] {true, false}) {
            try (Connection victim = proxy.connect();
                    Connection killer = proxy.connect()) {
                String id = byEngineId
                        ? ProxyEngine.value(victim, "SELECT CONNECTION_ID()")
                        : String.valueOf(victim.unwrap(com.mysql.cj.jdbc.JdbcConnection.class)
                                .getSession()
                                .getThreadId());
                CompletableFuture<String> sleeping = CompletableFuture.supplyAsync(() -> {
                    try {
                        return ProxyEngine.value(victim, "SELECT SLEEP(60) + 0");
                    } catch (SQLException e) {
                        return e.getMessage();
                    }
                });
                TestProxy.eventually(() -> ProxyEngine.value(
                                killer,
                                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(60)%'")
                        .equals("1"));
                try (Statement statement = killer.createStatement()) {
                    statement.execute(
                            "SET sql_mode = 'NO_BACKSLASH_ESCAPES'"); // in which other texts are not understood
                    statement.execute("KILL QUERY " + id);
                }
                assertThat(sleeping.get(10, TimeUnit.SECONDS)).matches("1|.*interrupted.*");
                assertThat(ProxyEngine.value(victim, "SELECT 2")).isEqualTo("2");
                try (Statement statement = killer.createStatement()) {
                    statement.execute("KILL " + id);
                }
                assertThatThrownBy(() -> ProxyEngine.value(victim, "SELECT 3")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void changeOfUserAndResetStartOver() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET @a = 5");
            var jdbc = connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class);
            jdbc.changeUser(ProxyEngine.CLIENT.user(), ProxyEngine.CLIENT.password());
            assertThat(ProxyEngine.value(connection, "SELECT @a")).isEqualTo("null");
            statement.execute("SET @a = 6");
            jdbc.resetServerState();
            assertThat(ProxyEngine.value(connection, "SELECT @a")).isEqualTo("null");
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("test");
            assertThatThrownBy(() -> jdbc.changeUser(ProxyEngine.CLIENT.user(), "wrong"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void theOkOfACommitWaitsForTheLog() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (a) VALUES ('before')");
            proxy.cluster.closeGate();
            for (String sql : List.of(
                    "INSERT INTO t (a) VALUES ('x')",
                    "INSERT INTO t (a) VALUES ('y')" + (engine.isMariaDb() ? " RETURNING id" : ""))) {
                proxy.cluster.closeGate();
                CompletableFuture<Boolean> insert = CompletableFuture.supplyAsync(() -> {
                    try {
                        return statement.execute(sql);
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                TestProxy.eventually(() -> proxy.cluster.waitingCommits() == 1);
                assertThatThrownBy(() -> insert.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                proxy.cluster.settle(true);
                assertThat(insert.get(5, TimeUnit.SECONDS)).isEqualTo(sql.contains("RETURNING"));
            }
            assertThat(ProxyEngine.value(connection, "SELECT COUNT(*) FROM t")).isEqualTo("3");
        }
        assertThat(proxy.proxy.metrics().gateWaitNanos().getTotalCount()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theEndOfTheEpochLeavesAHeldCommitUnknown() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            proxy.cluster.closeGate();
            CompletableFuture<Integer> insert = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            TestProxy.eventually(() -> proxy.cluster.waitingCommits() == 1);
            proxy.cluster.settle(false);
            assertThatThrownBy(() -> insert.get(5, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    /** A commit whose OK is held while the node stops to lead. */
    private CompletableFuture<Integer> heldInsert(Statement statement) {
        proxy.cluster.closeGate();
        CompletableFuture<Integer> insert = CompletableFuture.supplyAsync(() -> {
            try {
                return statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        TestProxy.eventually(() -> proxy.cluster.waitingCommits() == 1);
        proxy.cluster.leaderless(true);
        proxy.cluster.settle(false);
        assertThatThrownBy(() -> insert.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        return insert;
    }

    @Test
    void aHeldCommitThatTheLogHasAfterAllIsAnswered() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Integer> insert = heldInsert(statement);
            proxy.cluster.found();
            assertThat(insert.get(5, TimeUnit.SECONDS)).isEqualTo(1);
            proxy.cluster.leading(2);
            assertThat(ProxyEngine.value(connection, "SELECT COUNT(*) FROM t")).isEqualTo("1");
        }
        assertThat(proxy.proxy.metrics().counters().resolvedCommits()).isEqualTo(1);
    }

    @Test
    void aHeldCommitThatTheNextEpochDoesNotKnowWasRolledBack() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Integer> insert = heldInsert(statement);
            proxy.cluster.leading(2);
            assertThatThrownBy(() -> insert.get(5, TimeUnit.SECONDS))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            assertThat(ProxyEngine.value(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(proxy.proxy.metrics().counters().unknownOutcomes()).isZero();
    }

    @Test
    void anIdleSessionSurvivesAChangeOfEpochWithItsSettings() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+03:00'");
            statement.execute("USE mysql");
            String before = ProxyEngine.value(connection, "SELECT CONNECTION_ID()");
            proxy.cluster.leading(2);
            assertThat(ProxyEngine.value(connection, "SELECT CONNECTION_ID()")).isNotEqualTo(before);
            assertThat(ProxyEngine.value(connection, "SELECT @@time_zone")).isEqualTo("+03:00");
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("mysql");
        }
    }

    @Test
    void anOpenTransactionIsRolledBackWithAnErrorThatIsSafeToRetry() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
            proxy.cluster.leading(2);
            assertThatThrownBy(connection::commit)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            connection.rollback();
            statement.executeUpdate("INSERT INTO t (a) VALUES ('y')");
            connection.commit();
        }
        assertThat(engine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("y");
    }

    @Test
    void aSessionWhoseStateCannotBeMadeAgainIsClosed() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE temporary (a INT)");
            proxy.cluster.leading(2);
            assertThatThrownBy(() -> statement.execute("SELECT * FROM temporary"))
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("08S01");
                        assertThat(e.getMessage()).contains("connect again");
                    });
        }
    }

    @Test
    void statementsWaitForALeaderAndThenGetAnError() throws Exception {
        try (Connection connection = proxy.connect();
                Statement statement = connection.createStatement()) {
            proxy.cluster.leaderless(false);
            CompletableFuture<Integer> insert = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.executeUpdate("INSERT INTO t (a) VALUES ('waited')");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> insert.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            proxy.cluster.leading(3);
            assertThat(insert.get(5, TimeUnit.SECONDS)).isEqualTo(1);
            proxy.cluster.leaderless(false);
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('late')"))
                    .hasMessageContaining("no leader")
                    .hasMessageContaining("2000 ms");
            proxy.cluster.leading(4);
            assertThat(ProxyEngine.value(connection, "SELECT COUNT(*) FROM t")).isEqualTo("1");
        }
    }
}
