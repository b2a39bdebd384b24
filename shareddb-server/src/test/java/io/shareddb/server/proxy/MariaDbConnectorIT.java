package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.server.endtoend.EngineChoice;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * MariaDB's own driver, which sends settings without waiting for its login, executes statements before it knows their ids, and has
 * batches in one command. Two engines without replication between them: table {@code w} tells which one answered.
 */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class MariaDbConnectorIT {
    private static final String[] OPTIONS = {
        "",
        "&useServerPrepStmts=true",
        "&useServerPrepStmts=true&useBulkStmts=true",
        "&useServerPrepStmts=true&disablePipeline=true",
        "&useServerPrepStmts=true&allowMultiQueries=true&cachePrepStmts=false",
        "&usePipelineAuth=true&sessionVariables=lock_wait_timeout=5,sql_mode='ANSI'",
        "&connectionCollation=utf8mb4_bin&autocommit=true"
    };

    @TempDir
    static Path directory;

    private static ProxyEngine leaderEngine;
    private static ProxyEngine followerEngine;
    private static TestProxy leader;
    private static TestProxy follower;

    /** Where a client is connected and with which options of the driver. */
    private record Place(String name, TestProxy proxy, String options) {
        Connection connect() throws SQLException {
            return MariaDbConnectorIT.connect(proxy, options);
        }

        @Override
        public String toString() {
            return name + options;
        }
    }

    static Stream<Place> places() {
        return Arrays.stream(OPTIONS)
                .flatMap(options ->
                        Stream.of(new Place("leader", leader, options), new Place("follower", follower, options)));
    }

    MariaDbConnectorIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        Path folder = directory.resolve(choice.folder());
        leaderEngine = ProxyEngine.started(folder.resolve("leader"), choice.installed());
        followerEngine = ProxyEngine.started(folder.resolve("follower"), choice.installed());
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            engine.execute(
                    "SET sql_log_bin = 0",
                    "CREATE TABLE test.w (name TEXT)",
                    "INSERT INTO test.w VALUES ('" + (engine == leaderEngine ? "leader" : "follower") + "')",
                    "CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT, n INT UNIQUE)",
                    "CREATE PROCEDURE test.p(IN a INT, OUT b INT) BEGIN SELECT a; SET b = a + 1; END");
        }
        leader = TestProxy.leading(leaderEngine);
        follower = TestProxy.following(leader, followerEngine);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        follower.close();
        leader.close();
        leaderEngine.close();
        followerEngine.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        leaderEngine.execute("SET sql_log_bin = 0", "TRUNCATE TABLE test.t");
    }

    private static Connection connect(TestProxy proxy, String options) throws SQLException {
        Properties account = new Properties();
        account.setProperty("user", ProxyEngine.CLIENT.user());
        account.setProperty("password", ProxyEngine.CLIENT.password());
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + proxy.port() + "/test?sslMode=disable" + options, account);
    }

    private static String where(Connection connection) throws SQLException {
        return ProxyEngine.value(connection, "SELECT name FROM w");
    }

    /** What ties the session to the leader. */
    private static String tiedBy(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet status = statement.executeQuery("SHOW SHAREDDB STATUS")) {
            while (status.next()) {
                if (status.getString("Variable_name").equals("session_tied_by")) {
                    return status.getString("Value");
                }
            }
        }
        throw new AssertionError("no session_tied_by");
    }

    @ParameterizedTest
    @MethodSource("places")
    void readsAreLocalAfterALoginThatChangesSettings(Place place) throws Exception {
        try (Connection connection = place.connect()) {
            assertThat(tiedBy(connection)).isEmpty();
            assertThat(where(connection)).isEqualTo(place.name());
            assertThat(ProxyEngine.value(connection, "SELECT @@sql_mode"))
                    .contains(place.options().contains("ANSI") ? "ANSI_QUOTES" : "STRICT_TRANS_TABLES");
            connection.setReadOnly(true);
            assertThat(where(connection)).isEqualTo(place.name());
            connection.setReadOnly(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setCatalog("mysql");
            connection.setCatalog("test");
            assertThat(connection.isValid(1)).isTrue();
            assertThat(connection.getCatalog()).isEqualTo("test");
            assertThat(where(connection)).isEqualTo(place.name());
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThatThrownBy(() -> where(connection) // the driver may have asked for more than one thing at once
                            .concat(ProxyEngine.value(connection, "SELECT nothing here")))
                    .isInstanceOf(SQLException.class);
            assertThat(tiedBy(connection)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void preparedStatementsBatchesAndTransactions(Place place) throws Exception {
        try (Connection connection = place.connect();
                var read = connection.prepareStatement("SELECT CONCAT(name, ?) FROM w");
                var insert = connection.prepareStatement(
                        "INSERT INTO t (a, n) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < 3; i++) {
                read.setInt(1, i);
                try (ResultSet result = read.executeQuery()) {
                    assertThat(result.next()).isTrue();
                    assertThat(result.getString(1)).isEqualTo(place.name() + i);
                }
            }
            for (int i = 0; i < 100; i++) {
                insert.setString(1, i % 7 == 0 ? null : "text " + i);
                insert.setInt(2, i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(100);
            List<Integer> keys = new ArrayList<>();
            try (ResultSet generated = insert.getGeneratedKeys()) {
                while (generated.next()) {
                    keys.add(generated.getInt(1));
                }
            }
            assertThat(keys)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 100).boxed().toList());
            connection.setAutoCommit(false);
            insert.setString(1, "gone");
            insert.setInt(2, 1000);
            assertThat(insert.executeUpdate()).isEqualTo(1);
            assertThat(where(connection)).isEqualTo("leader");
            connection.rollback();
            insert.setInt(2, 7);
            insert.addBatch();
            assertThatThrownBy(insert::executeBatch)
                    .isInstanceOf(BatchUpdateException.class)
                    .hasStackTraceContaining("Duplicate entry");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(tiedBy(connection)).isEmpty();
        }
        assertThat(leaderEngine.value("SELECT CONCAT(COUNT(*), ' ', COUNT(a), ' ', SUM(n)) FROM test.t"))
                .isEqualTo("100 85 4950");
    }

    @ParameterizedTest
    @MethodSource("places")
    void aFailedPreparationIsNotExecuted(Place place) throws Exception {
        try (Connection connection = place.connect();
                var first = connection.prepareStatement("SELECT name FROM w WHERE name <> ?")) {
            first.setString(1, "");
            first.executeQuery().close();
            for (int i = 0; i < 2; i++) {
                try (var broken = connection.prepareStatement("SELECT name FROM no_such_table WHERE name <> ?")) {
                    broken.setString(1, "");
                    assertThatThrownBy(broken::executeQuery)
                            .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                                    .isEqualTo(1146));
                }
                try (ResultSet result = first.executeQuery()) {
                    assertThat(result.next()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("places")
    void proceduresWithResultsAndOutParameters(Place place) throws Exception {
        try (Connection connection = place.connect();
                CallableStatement call = connection.prepareCall("{CALL p(?, ?)}")) {
            for (int i = 0; i < 2; i++) {
                call.setInt(1, i);
                call.registerOutParameter(2, Types.INTEGER);
                assertThat(call.execute()).isTrue();
                try (ResultSet result = call.getResultSet()) {
                    assertThat(result.next()).isTrue();
                    assertThat(result.getInt(1)).isEqualTo(i);
                }
                assertThat(call.getInt(2)).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void whatAClientTracksIsReportedAndTheProxyStillHearsWhatItNeeds() throws Exception {
        try (Connection connection = connect(follower, "");
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_track_system_variables = 'lock_wait_timeout', session_track_schema = 0");
            statement.execute("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')");
            statement.execute("USE mysql");
            statement.execute("BEGIN"); // at the leader, who has heard nothing yet
            assertThat(ProxyEngine.value(connection, "SELECT CONCAT(DATABASE(), @@sql_mode)"))
                    .startsWith("mysql")
                    .contains("ANSI_QUOTES");
            statement.execute("ROLLBACK");
            assertThat(tiedBy(connection)).isEmpty();
            assertThat(ProxyEngine.value(connection, "SELECT @@session_track_system_variables"))
                    .contains("lock_wait_timeout")
                    .contains(leaderEngine.isMariaDb() ? "last_gtid" : "session_track_gtids");
        }
    }
}
