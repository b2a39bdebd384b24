package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.server.endtoend.EngineChoice;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements prepared once by the client and executed on either connection of its session. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class PreparedStatementsIT {
    private static final String SERVER_SIDE = "&useServerPrepStmts=true&cachePrepStmts=false";

    @TempDir
    static Path directory;

    private static ProxyEngine leaderEngine;
    private static ProxyEngine followerEngine;
    private TestProxy leader;
    private TestProxy follower;

    PreparedStatementsIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void startEngines(EngineChoice choice) throws Exception {
        Path folder = directory.resolve(choice.folder());
        leaderEngine = ProxyEngine.started(folder.resolve("leader"), choice.installed());
        followerEngine = ProxyEngine.started(folder.resolve("follower"), choice.installed());
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            engine.execute(
                    "SET sql_log_bin = 0",
                    "CREATE TABLE test.w (name TEXT)",
                    "INSERT INTO test.w VALUES ('" + (engine == leaderEngine ? "leader" : "follower") + "')",
                    "CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT)",
                    "CREATE FUNCTION test.md5x() RETURNS INT BEGIN INSERT INTO t (a) VALUES ('f'); RETURN 1; END",
                    "CREATE VIEW test.writing AS SELECT test.md5x() AS a",
                    "CREATE DATABASE other",
                    "CREATE TABLE other.w AS SELECT CONCAT('other ', name) AS name FROM test.w",
                    "CREATE TABLE other.t LIKE test.t");
            engine.sequences(100);
        }
    }

    @AfterParameterizedClassInvocation
    static void stopEngines() {
        leaderEngine.close();
        followerEngine.close();
    }

    @BeforeEach
    void startProxies() throws Exception {
        leaderEngine.execute("SET sql_log_bin = 0", "TRUNCATE TABLE test.t");
        leader = TestProxy.leading(leaderEngine);
        follower = TestProxy.following(leader, followerEngine);
    }

    @AfterEach
    void stopProxies() throws Exception {
        follower.close();
        leader.close();
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            TestProxy.eventually(() -> engine.clients() == 0 && prepared(engine) == 0);
        }
    }

    private static int prepared(ProxyEngine engine) throws SQLException {
        return Integer.parseInt(engine.value("SELECT VARIABLE_VALUE FROM "
                + (engine.isMariaDb() ? "information_schema" : "performance_schema")
                + ".global_status WHERE VARIABLE_NAME = 'Prepared_stmt_count'"));
    }

    private static String value(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    @Test
    void readsRunLocallyAndInATransactionAtTheLeaderWithTheSameParameters() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE);
                PreparedStatement read = connection.prepareStatement("SELECT CONCAT(name, ?, ?) FROM w");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
            read.setString(1, "-");
            read.setInt(2, 7);
            assertThat(value(read)).isEqualTo("follower-7");
            read.setInt(2, 8); // its type is known by now and not sent again
            assertThat(value(read)).isEqualTo("follower-8");
            connection.setAutoCommit(false);
            assertThat(value(read)).isEqualTo("leader-8");
            insert.setString(1, "x");
            assertThat(insert.executeUpdate()).isEqualTo(1);
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(value(read)).isEqualTo("follower-8");
        }
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("0");
    }

    @Test
    void longDataGoesWhereTheExecutionGoes() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE);
                PreparedStatement read = connection.prepareStatement("SELECT CONCAT(name, LENGTH(?), ?) FROM w")) {
            for (int bytes : new int[] {10, 500_000, 5_000_000}) {
                for (boolean transaction : new boolean[] {false, true}) {
                    connection.setAutoCommit(!transaction);
                    read.setBinaryStream(1, new ByteArrayInputStream(new byte[bytes]), bytes);
                    read.setString(2, "!");
                    boolean local = !transaction && bytes <= io.shareddb.server.proxy.PreparedStatement.MAX_HELD_BYTES;
                    assertThat(value(read)).isEqualTo((local ? "follower" : "leader") + bytes + "!");
                }
            }
            connection.setAutoCommit(true);
        }
    }

    @Test
    void aPreparedReadThatWritesGoesToTheLeaderAfterAll() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE);
                PreparedStatement read = connection.prepareStatement("SELECT a FROM writing WHERE a < ?")) {
            read.setInt(1, 5);
            assertThat(value(read)).isEqualTo("1");
            assertThat(follower.proxy.metrics().counters().rerouted()).isEqualTo(1);
        }
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("1");
    }

    @Test
    void cursorsStayWhereTheyWereOpened() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE + "&useCursorFetch=true");
                PreparedStatement read = connection.prepareStatement("SELECT CONCAT(name, seq) FROM w, seq_1_to_100");
                PreparedStatement other = connection.prepareStatement("SELECT name FROM w FOR UPDATE")) {
            read.setFetchSize(10);
            List<String> names = new ArrayList<>();
            try (ResultSet result = read.executeQuery()) {
                while (result.next()) {
                    names.add(result.getString(1));
                    if (names.size() == 15) {
                        connection.setAutoCommit(false);
                        assertThat(value(other)).isEqualTo("leader");
                    }
                }
            }
            connection.rollback();
            assertThat(names).hasSize(100).allMatch(name -> name.startsWith("follower"));
            connection.setAutoCommit(true);
        }
    }

    @Test
    void theyOutliveALeader() throws Exception {
        try (Connection connection = leader.connect(SERVER_SIDE);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
            insert.setString(1, "one");
            insert.executeUpdate();
            leader.cluster.leading(2);
            insert.setString(1, "two");
            insert.executeUpdate();
        }
        assertThat(leaderEngine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("one,two");
    }

    @Test
    void theyBelongToTheDatabaseInWhichTheyWerePrepared() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE);
                PreparedStatement read = connection.prepareStatement("SELECT name FROM w");
                Statement statement = connection.createStatement()) {
            assertThat(value(read)).isEqualTo("follower");
            statement.execute("USE other");
            assertThat(value(read)).isEqualTo("follower");
            statement.execute("BEGIN");
            assertThat(value(read)).isEqualTo("leader");
            assertThat(ProxyEngine.value(connection, "SELECT name FROM w")).isEqualTo("other leader");
            statement.execute("COMMIT");
            assertThat(ProxyEngine.value(connection, "SELECT name FROM w")).isEqualTo("other follower");
        }
    }

    @Test
    void theyWriteToTheirDatabaseWhoeverLeads() throws Exception {
        try (Connection connection = leader.connect(SERVER_SIDE);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)");
                Statement statement = connection.createStatement()) {
            statement.execute("USE other");
            leader.cluster.leading(2);
            insert.setString(1, "x");
            insert.executeUpdate();
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("other");
            leaderEngine.execute("CREATE DATABASE gone", "CREATE TABLE gone.t (a INT)");
            statement.execute("USE gone");
            try (PreparedStatement lost = connection.prepareStatement("DELETE FROM t")) {
                leaderEngine.execute("DROP DATABASE gone");
                statement.execute("USE other");
                leader.cluster.leading(3);
                assertThatThrownBy(lost::executeUpdate).hasMessageContaining("Unknown database 'gone'");
                assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("other");
            }
        }
        assertThat(leaderEngine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("x");
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM other.t")).isEqualTo("0");
    }

    @Test
    void aCursorGoesOnWhateverItsSessionHasWrittenSince() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE + "&useCursorFetch=true");
                PreparedStatement read = connection.prepareStatement("SELECT CONCAT(name, seq) FROM w, seq_1_to_100");
                Statement statement = connection.createStatement()) {
            read.setFetchSize(10);
            int rows = 0;
            try (ResultSet result = read.executeQuery()) {
                while (result.next()) {
                    rows++;
                    if (rows == 15) {
                        statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
                    }
                }
            }
            assertThat(rows).isEqualTo(100);
        }
    }

    @Test
    void whatIsNotPreparedIsAnErrorOfTheStatementAlone() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE + "&emulateUnsupportedPstmts=false")) {
            assertThatThrownBy(() -> connection.prepareStatement("SELECT nothing FROM w WHERE"))
                    .isInstanceOf(SQLException.class);
            assertThat(ProxyEngine.value(connection, "SELECT name FROM w")).isEqualTo("follower");
        }
    }

    @Test
    void batchesOfManyStatements() throws Exception {
        try (Connection connection = follower.connect(SERVER_SIDE + "&rewriteBatchedStatements=true")) {
            List<PreparedStatement> statements = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                statements.add(connection.prepareStatement("SELECT CONCAT(name, ?, '" + i + "') FROM w"));
            }
            for (int i = 0; i < 50; i++) {
                statements.get(i).setInt(1, i);
                assertThat(value(statements.get(i))).isEqualTo("follower" + i + i);
            }
            for (PreparedStatement statement : statements) {
                statement.close();
            }
        }
    }
}
