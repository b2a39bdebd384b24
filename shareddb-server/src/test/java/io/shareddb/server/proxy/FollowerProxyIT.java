package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.routing.Mark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node that follows: two engines without replication between them, so that each answer tells where it came from. Table
 * {@code where_am_i} says {@code leader} or {@code follower}.
 */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class FollowerProxyIT {
    @TempDir
    static Path directory;

    private static ProxyEngine leaderEngine;
    private static ProxyEngine followerEngine;
    private TestProxy leader;
    private TestProxy follower;

    FollowerProxyIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void startEngines(EngineChoice choice) throws Exception {
        Path folder = directory.resolve(choice.folder());
        leaderEngine = ProxyEngine.started(folder.resolve("leader"), choice.installed());
        followerEngine = ProxyEngine.started(folder.resolve("follower"), choice.installed());
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            String name = engine == leaderEngine ? "leader" : "follower";
            engine.execute(
                    "SET sql_log_bin = 0",
                    "CREATE TABLE test.where_am_i (name TEXT)",
                    "INSERT INTO test.where_am_i VALUES ('" + name + "')",
                    "CREATE DATABASE other",
                    "CREATE TABLE other.where_am_i (name TEXT)",
                    "INSERT INTO other.where_am_i VALUES ('other " + name + "')");
        }
    }

    @AfterParameterizedClassInvocation
    static void stopEngines() {
        leaderEngine.close();
        followerEngine.close();
    }

    @BeforeEach
    void startProxies() throws Exception {
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            engine.execute(
                    "SET sql_log_bin = " + (engine == leaderEngine ? 1 : 0),
                    "DROP TABLE IF EXISTS test.t",
                    "CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT)");
        }
        leader = TestProxy.leading(leaderEngine);
        follower = TestProxy.following(leader, followerEngine);
    }

    @AfterEach
    void stopProxies() throws Exception {
        follower.close();
        leader.close();
        TestProxy.eventually(() -> leaderEngine.clients() == 0 && followerEngine.clients() == 0);
    }

    private static String where(Connection connection) throws SQLException {
        return ProxyEngine.value(connection, "SELECT name FROM where_am_i");
    }

    @Test
    void readsAreLocalAndWritesAreTheLeaders() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            assertThat(where(connection)).isEqualTo("follower");
            assertThat(leaderEngine.clients()).isZero();
            statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
            assertThat(leaderEngine.value("SELECT a FROM test.t")).isEqualTo("x");
            assertThat(followerEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("0");
        }
        assertThat(leader.proxy.metrics().counters().leaderStatements()).isPositive();
    }

    @Test
    void aReadAfterAWriteWaitsForTheLocalEngineAndThenGoesToTheLeader() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
            assertThat(where(connection)).isEqualTo("leader");
            assertThat(follower.proxy.metrics().counters().ownWriteTimeouts()).isEqualTo(1);
            // what replication would do: the local engine reaches the session's last write
            followerEngine.pretendToFollow(leaderEngine);
            assertThat(where(connection)).isEqualTo("follower");
            long waits = follower.proxy.metrics().counters().ownWriteWaits();
            assertThat(where(connection)).isEqualTo("follower");
            assertThat(follower.proxy.metrics().counters().ownWriteWaits()).isEqualTo(waits);
        } finally {
            followerEngine.forgetHistory();
        }
    }

    @Test
    void transactionsAndSessionStateTieTheSessionToTheLeader() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(where(connection)).isEqualTo("leader");
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(where(connection)).isEqualTo("follower");
            statement.execute("BEGIN");
            assertThat(where(connection)).isEqualTo("leader");
            statement.execute("ROLLBACK");
            assertThat(where(connection)).isEqualTo("follower");
            statement.execute("SET @a = 1");
            assertThat(where(connection)).isEqualTo("leader");
            assertThat(ProxyEngine.value(connection, "SELECT @a")).isEqualTo("1");
        }
    }

    @Test
    void settingsAndTheDatabaseAreTheSameOnBothSides() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+03:00'");
            statement.execute("USE other");
            assertThat(where(connection)).isEqualTo("other follower");
            assertThat(ProxyEngine.value(connection, "SELECT @@time_zone")).isEqualTo("+03:00");
            statement.execute("BEGIN");
            assertThat(where(connection)).isEqualTo("other leader");
            assertThat(ProxyEngine.value(connection, "SELECT @@time_zone")).isEqualTo("+03:00");
            statement.execute("USE test");
            statement.execute("COMMIT");
            assertThat(where(connection)).isEqualTo("follower");
        }
    }

    @Test
    void aDatabaseThatTheLeaderDoesNotHaveIsAnErrorAndNoneIsWrittenToInstead() throws Exception {
        followerEngine.execute(
                "SET sql_log_bin = 0", "CREATE DATABASE gone"); // dropped at the leader, but not here yet
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("COMMIT");
            statement.execute("USE gone");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                                .isEqualTo(1049));
            }
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("gone");
            statement.execute("USE test");
            assertThat(statement.executeUpdate("INSERT INTO t (a) VALUES ('y')"))
                    .isEqualTo(1);
        } finally {
            followerEngine.execute("SET sql_log_bin = 0", "DROP DATABASE gone");
        }
        assertThat(leaderEngine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("y");
    }

    @Test
    void databasesMayHaveAnyName() throws Exception {
        String name = "b\u00e4se \u00b1";
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            engine.execute(
                    "SET sql_log_bin = 0",
                    "CREATE DATABASE `" + name + "`",
                    "CREATE TABLE `" + name
                            + "`.where_am_i AS SELECT CONCAT('base ', name) AS name FROM test.where_am_i");
        }
        try {
            for (String encoding : new String[] {"utf8mb4", "latin1"}) {
                try (Connection connection = follower.connect();
                        Statement statement = connection.createStatement()) {
                    statement.execute("BEGIN");
                    statement.execute("COMMIT");
                    statement.execute("USE `" + name + "`");
                    statement.execute("SET NAMES " + encoding);
                    assertThat(where(connection)).as(encoding).isEqualTo("base follower");
                    statement.execute("BEGIN");
                    assertThat(where(connection)).as(encoding).isEqualTo("base leader");
                    statement.execute("COMMIT");
                    follower.cluster.following(2, FakeCluster.A, leader.port());
                    statement.execute("BEGIN");
                    assertThat(where(connection)).as(encoding).isEqualTo("base leader");
                    statement.execute("COMMIT");
                }
            }
        } finally {
            for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
                engine.execute("SET sql_log_bin = 0", "DROP DATABASE `" + name + "`");
            }
        }
    }

    @Test
    void aSessionWithVeryManySettingsHasThemAllAtTheLeader() throws Exception {
        String[] variables = {
            "lock_wait_timeout",
            "max_sort_length",
            "max_error_count",
            "net_retry_count",
            "net_read_timeout",
            "net_write_timeout",
            "interactive_timeout",
            "sort_buffer_size",
            "read_buffer_size",
            "join_buffer_size",
            "group_concat_max_len",
            "max_length_for_sort_data",
            "tmp_table_size"
        };
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("COMMIT");
            int value = 8_000;
            for (int i = 0; i < variables.length; i++) {
                for (int j = 0; j < i; j++) {
                    value++;
                    statement.execute("SET " + variables[i] + " = " + value + ", " + variables[j] + " = 9000");
                }
            }
            statement.execute("SET max_seeks_for_key = 77");
            statement.execute("USE other");
            statement.execute("BEGIN");
            assertThat(ProxyEngine.value(connection, "SELECT @@max_seeks_for_key"))
                    .isEqualTo("77");
            assertThat(where(connection)).isEqualTo("other leader");
            statement.execute("COMMIT");
        }
    }

    @Test
    void aReadThatTookLongIsRepeatedAtTheNextLeader() throws Exception {
        try (Connection connection = follower.connect()) {
            CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> {
                try {
                    return ProxyEngine.value(connection, "SELECT SLEEP(3) + 0 FROM where_am_i FOR UPDATE");
                } catch (SQLException e) {
                    return e.getMessage();
                }
            });
            assertThatThrownBy(() -> slow.get(2500, TimeUnit.MILLISECONDS)) // longer than it may wait for a leader
                    .isInstanceOf(TimeoutException.class);
            follower.cluster.leaderless(true);
            assertThatThrownBy(() -> slow.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            follower.cluster.following(2, FakeCluster.A, leader.port());
            assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo("0");
        }
    }

    @Test
    void aWriteThatLooksLikeAReadGoesToTheLeaderAfterAll() throws Exception {
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            engine.execute(
                    "SET sql_log_bin = 0",
                    "DROP FUNCTION IF EXISTS test.md5x",
                    "CREATE FUNCTION test.md5x() RETURNS INT BEGIN INSERT INTO t (a) VALUES ('f'); RETURN 1; END",
                    "CREATE OR REPLACE VIEW test.writing AS SELECT test.md5x() AS a");
        }
        try (Connection connection = follower.connect()) {
            assertThat(ProxyEngine.value(connection, "SELECT a FROM writing")).isEqualTo("1");
            assertThat(follower.proxy.metrics().counters().rerouted()).isEqualTo(1);
        }
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("1");
        assertThat(followerEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("0");
    }

    @Test
    void whatFollowsAWriteAsksWhereItRan() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (id) VALUES (41)");
            statement.executeUpdate("INSERT INTO t (a) VALUES ('x')");
            assertThat(ProxyEngine.value(connection, "SELECT LAST_INSERT_ID()")).isEqualTo("42");
            statement.execute("INSERT IGNORE INTO t (id) VALUES (42)");
            assertThat(ProxyEngine.value(connection, "SHOW WARNINGS")).isEqualTo("Warning");
        }
    }

    @Test
    void preparedStatementsFilesAndLargePackets() throws Exception {
        Path file = directory.resolve("rows.txt");
        Files.writeString(file, "1\tx\n2\ty\n");
        try (Connection connection =
                        follower.connect("&useServerPrepStmts=true&allowLoadLocalInfile=true&allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE t"))
                    .isEqualTo(2);
            String large = "x".repeat(17 << 20);
            try (var insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
                insert.setString(1, large);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                assertThat(where(connection)).isEqualTo("leader");
            }
            assertThat(ProxyEngine.value(connection, "SELECT LENGTH(MAX(a)) FROM t FOR UPDATE"))
                    .isEqualTo("1");
            assertThat(statement.execute("INSERT INTO t (a) VALUES ('m'); SELECT COUNT(*) FROM t"))
                    .isFalse();
            assertThat(statement.getMoreResults()).isTrue();
        }
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("4");
    }

    @Test
    void killReachesAStatementAtTheLeaderAndALocalOne() throws Exception {
        for (String sleep : new String[] {"SELECT SLEEP(60) + 0", "SELECT SLEEP(60) + 0 FROM where_am_i FOR UPDATE"}) {
            try (Connection victim = follower.connect();
                    Connection killer = follower.connect();
                    Statement statement = killer.createStatement()) {
                long id = victim.unwrap(com.mysql.cj.jdbc.JdbcConnection.class)
                        .getSession()
                        .getThreadId();
                CompletableFuture<String> sleeping = CompletableFuture.supplyAsync(() -> {
                    try {
                        return ProxyEngine.value(victim, sleep);
                    } catch (SQLException e) {
                        return e.getMessage();
                    }
                });
                ProxyEngine executing = sleep.contains("FOR UPDATE") ? leaderEngine : followerEngine;
                TestProxy.eventually(() -> executing
                        .value(
                                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(60)%'")
                        .equals("1"));
                statement.execute("KILL QUERY " + id);
                assertThat(sleeping.get(10, TimeUnit.SECONDS)).matches("1|.*interrupted.*");
                statement.execute("KILL " + id);
                assertThatThrownBy(() -> ProxyEngine.value(victim, "SELECT 3")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void readsGoOnWithoutALeaderAndWritesGetAnError() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            follower.cluster.leaderless(true);
            assertThat(where(connection)).isEqualTo("follower");
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                    .hasMessageContaining("no leader");
            assertThat(where(connection)).isEqualTo("follower");
        }
    }

    @Test
    void readsThatNobodyCanAnswerGetAnErrorThatSaysSo() throws Exception {
        try (Connection connection = follower.connect()) {
            follower.cluster.leaderless(false);
            assertThatThrownBy(() -> where(connection))
                    .hasMessageContaining("no leader, and this node's engine cannot answer reads");
        }
    }

    @Test
    void readsThatDidNotAskForStaleDataAreRefusedWhereThereHasBeenNoLeaderForLong() throws Exception {
        String eventual = "SELECT /* shareddb: consistency=eventual */ name FROM where_am_i";
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            follower.cluster.leaderless(true);
            follower.cluster.refuseReads(Optional.of(Duration.ofSeconds(12)));
            assertThatThrownBy(() -> where(connection)).isInstanceOfSatisfying(SQLException.class, e -> {
                assertThat(e.getErrorCode()).isEqualTo(1290);
                assertThat(e.getMessage()).contains("no leader for 12 s", "nothing was executed");
            });
            assertThat(ProxyEngine.value(connection, eventual)).isEqualTo("follower");
            statement.execute("SET @@shareddb_consistency = 'eventual'");
            assertThat(where(connection)).isEqualTo("follower");
            statement.execute("SET @@shareddb_consistency = DEFAULT");
            follower.cluster.refuseReads(Optional.empty());
            assertThat(where(connection)).isEqualTo("follower");
        }
    }

    @Test
    void theLossOfTheLeaderIsReportedForWhatItIs() throws Exception {
        try (Connection idle = follower.connect();
                Connection busy = follower.connect();
                Statement inIdle = idle.createStatement();
                Statement inBusy = busy.createStatement()) {
            inIdle.executeUpdate("INSERT INTO t (a) VALUES ('idle')");
            busy.setAutoCommit(false);
            inBusy.executeUpdate("INSERT INTO t (a) VALUES ('busy')");
            leader.proxy.close();
            assertThatThrownBy(busy::commit).isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState())
                    .isEqualTo("40001"));
            // this node leads now
            follower.cluster.leading(2);
            inIdle.executeUpdate("INSERT INTO t (a) VALUES ('idle')");
            busy.rollback();
            assertThat(ProxyEngine.value(busy, "SELECT GROUP_CONCAT(a) FROM t")).isEqualTo("idle");
            busy.rollback();
        }
        assertThat(leaderEngine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("idle");
    }

    @Test
    void aSessionIsFreeAgainWhenWhatTiedItIsGone() throws Exception {
        leaderEngine.execute(
                "DROP PROCEDURE IF EXISTS test.quiet",
                "DROP PROCEDURE IF EXISTS test.loud",
                "CREATE PROCEDURE test.quiet() SELECT 1",
                "CREATE PROCEDURE test.loud() SET @loud = 1");
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            for (String[] pair : new String[][] {
                {"LOCK TABLES where_am_i READ", "UNLOCK TABLES"},
                {"SELECT GET_LOCK('a', 1), GET_LOCK('b', 1)", "SELECT RELEASE_ALL_LOCKS()"},
                {"DO GET_LOCK('a', 1)", "DO RELEASE_LOCK('A')"},
                {"CREATE TEMPORARY TABLE temporary (a INT)", "DROP TEMPORARY TABLE IF EXISTS temporary"},
                {"CREATE TEMPORARY TABLE test.temporary (a INT)", "DROP TABLE temporary"},
                {"PREPARE s FROM 'SELECT 1'", "DEALLOCATE PREPARE s"},
                {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "ROLLBACK"}
            }) {
                statement.execute(pair[0]);
                assertThat(where(connection)).as(pair[0]).isEqualTo("leader");
                statement.execute(pair[1]);
                assertThat(where(connection)).as(pair[1]).isEqualTo("follower");
            }
            statement.execute("CALL quiet()");
            assertThat(where(connection)).isEqualTo("follower");
            statement.execute("CALL loud()");
            assertThat(where(connection)).isEqualTo("leader");
            connection.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).resetServerState();
            assertThat(where(connection)).isEqualTo("follower");
        }
        assertThat(follower.proxy.metrics().ties())
                .containsEntry(Mark.Reason.TEMPORARY_TABLE, 2L)
                .containsEntry(Mark.Reason.ROUTINE, 1L)
                .containsEntry(Mark.Reason.USER_VARIABLE, 0L);
    }

    @Test
    void settingsThatTheEngineComputesAreTheSameOnBothSides() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'), time_zone = '+02:00'");
            assertThat(where(connection)).isEqualTo("follower");
            assertThat(ProxyEngine.value(connection, "SELECT CONCAT(@@sql_mode, @@time_zone)"))
                    .contains("ANSI_QUOTES")
                    .contains("STRICT_TRANS_TABLES")
                    .endsWith("+02:00");
            statement.execute("SET lock_wait_timeout = @@lock_wait_timeout + 1"); // the engine does not report this one
            String timeout = ProxyEngine.value(connection, "SELECT @@lock_wait_timeout");
            assertThat(where(connection)).isEqualTo("follower");
            statement.execute("BEGIN");
            assertThat(ProxyEngine.value(connection, "SELECT @@lock_wait_timeout"))
                    .isEqualTo(timeout);
            assertThat(ProxyEngine.value(connection, "SELECT @@sql_mode")).contains("ANSI_QUOTES");
            statement.execute("ROLLBACK");
            assertThatThrownBy(() -> statement.execute("no such statement")).isInstanceOf(SQLException.class);
            assertThat(where(connection)).isEqualTo("follower");
        }
    }

    @Test
    void readsSeeWhatTheirConsistencyDemands() throws Exception {
        leader.cluster.history.seq = 7;
        follower.cluster.history.seq = 6;
        follower.cluster.history.position = leaderEngine.position();
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            assertThat(where(connection)).isEqualTo("follower");
            assertThat(leader.cluster.history.barriers()).isZero();
            statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"); // in 7, says the leader
            assertThat(ProxyEngine.value(connection, "SELECT @@shareddb_seq")).isEqualTo("7");
            assertThat(where(connection)).isEqualTo("leader");
            statement.execute("SET @@shareddb_consistency = 'eventual'");
            assertThat(where(connection)).isEqualTo("follower");
            assertThat(ProxyEngine.value(connection, "/* shareddb: consistency=session */ SELECT name FROM where_am_i"))
                    .isEqualTo("leader");
            follower.cluster.history.seq = 7;
            follower.cluster.history.position = leaderEngine.position();
            followerEngine.pretendToFollow(leaderEngine);
            statement.execute("SET SESSION shareddb_consistency = strong");
            assertThat(where(connection)).isEqualTo("follower");
            assertThat(leader.cluster.history.barriers()).isEqualTo(1);
            leader.cluster.history.seq = 8; // committed by somebody else, and not here yet
            assertThat(where(connection)).isEqualTo("leader");
            leader.cluster.history.majority = false;
            assertThatThrownBy(() -> where(connection)).hasMessageContaining("no leader");
            assertThatThrownBy(() -> statement.execute("SET shareddb_consistency = 'best'"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(1231));
        } finally {
            followerEngine.forgetHistory();
        }
    }

    @Test
    void aLeaderThatIsAskedForMoreThanItKnowsMakesSureThatItLeads() throws Exception {
        leader.cluster.history.seq = 7;
        try (Connection connection = leader.connect();
                Statement statement = connection.createStatement()) {
            String known = "SELECT /* shareddb: min_seq=7, consistency=eventual */ name FROM where_am_i";
            String unknown = "SELECT /* shareddb: min_seq=8, consistency=eventual */ name FROM where_am_i";
            assertThat(ProxyEngine.value(connection, known)).isEqualTo("leader");
            assertThat(leader.cluster.history.barriers()).isZero();
            assertThat(ProxyEngine.value(connection, unknown)).isEqualTo("leader");
            assertThat(leader.cluster.history.barriers()).isEqualTo(1);
            leader.cluster.history.majority = false; // it was deposed, and does not know
            assertThat(ProxyEngine.value(connection, known)).isEqualTo("leader");
            assertThatThrownBy(() -> ProxyEngine.value(connection, unknown)).hasMessageContaining("no leader");
            statement.execute("SET @@shareddb_min_seq = 8");
            assertThatThrownBy(() -> where(connection)).hasMessageContaining("no leader");
        }
    }

    @Test
    void aNewConnectionSeesWhatOthersWereToldOnItsNode() throws Exception {
        leader.cluster.history.seq = 7;
        follower.cluster.history.seq = 6;
        follower.cluster.history.position = leaderEngine.position();
        followerEngine.pretendToFollow(leaderEngine);
        try (Connection earlier = follower.connect()) {
            assertThat(where(earlier)).isEqualTo("follower");
            try (Connection writer = follower.connect();
                    Statement statement = writer.createStatement()) {
                statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"); // in 7, says the leader
            }
            try (Connection later = follower.connect()) {
                assertThat(where(later)).isEqualTo("leader");
            }
            assertThat(where(earlier)).isEqualTo("follower");
        } finally {
            followerEngine.forgetHistory();
        }
    }

    @Test
    void aTokenCarriesWhatWasSeenToAnotherSession() throws Exception {
        follower.cluster.history.seq = 6;
        follower.cluster.history.position = leaderEngine.position();
        followerEngine.pretendToFollow(leaderEngine);
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET @@shareddb_min_seq = 6");
            assertThat(where(connection)).isEqualTo("follower");
            for (String also : new String[] {"", ", consistency = eventual"}) {
                assertThat(ProxyEngine.value(
                                connection, "SELECT /* shareddb: min_seq=9" + also + " */ name FROM where_am_i"))
                        .isEqualTo("leader");
                assertThat(ProxyEngine.value(
                                connection, "SELECT /* shareddb: min_seq=6" + also + " */ name FROM where_am_i"))
                        .isEqualTo("follower");
            }
            try (Connection prepares = follower.connect("&useServerPrepStmts=true");
                    var read = prepares.prepareStatement("SELECT name FROM where_am_i /* shareddb: min_seq=9 */");
                    ResultSet row = read.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("leader");
            }
            assertThat(where(connection)).isEqualTo("follower");
            statement.execute("SET @@shareddb_min_seq = 9");
            assertThat(where(connection)).isEqualTo("leader");
            assertThat(ProxyEngine.value(connection, "SELECT @@shareddb_min_seq AS m"))
                    .isEqualTo("9");
            try (ResultSet status = statement.executeQuery("SHOW SHAREDDB STATUS")) {
                Map<String, String> rows = new HashMap<>();
                while (status.next()) {
                    rows.put(status.getString(1), status.getString(2));
                }
                assertThat(rows)
                        .containsEntry("session_consistency", "session")
                        .containsEntry("session_min_seq", "9")
                        .containsEntry("session_tied_by", "")
                        .containsEntry("committed_seq", "6");
            }
        } finally {
            followerEngine.forgetHistory();
        }
    }

    @Test
    void proceduresWithOutParametersAndSeveralResults() throws Exception {
        for (ProxyEngine engine : new ProxyEngine[] {leaderEngine, followerEngine}) {
            engine.execute(
                    "SET sql_log_bin = 0",
                    "DROP PROCEDURE IF EXISTS test.out_and_rows",
                    "CREATE PROCEDURE test.out_and_rows(IN a INT, INOUT b INT, OUT c VARCHAR(9))"
                            + (engine == followerEngine
                                    ? " SELECT 1"
                                    : " BEGIN INSERT INTO t (a) VALUES (a); SELECT a; SELECT b;"
                                            + " SET b = a + b, c = 'out'; END"));
        }
        for (TestProxy proxy : new TestProxy[] {leader, follower}) {
            for (String options : new String[] {"", "&useServerPrepStmts=true"}) {
                try (Connection connection = proxy.connect(options);
                        CallableStatement call = connection.prepareCall("{CALL out_and_rows(?, ?, ?)}")) {
                    call.setInt(1, 5);
                    call.setInt(2, 7);
                    call.registerOutParameter(2, Types.INTEGER);
                    call.registerOutParameter(3, Types.VARCHAR);
                    assertThat(call.execute()).isTrue();
                    assertThat(call.getMoreResults()).isTrue();
                    assertThat(call.getMoreResults()).isFalse();
                    assertThat(call.getInt(2)).isEqualTo(12);
                    assertThat(call.getString(3)).isEqualTo("out");
                }
            }
        }
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("4");
    }

    private static CompletableFuture<Integer> inserting(Statement statement, String value) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return statement.executeUpdate("INSERT INTO t (a) VALUES ('" + value + "')");
            } catch (SQLException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void whatTheOldLeaderDidNotExecuteGoesToTheNewOne() throws Exception {
        try (TestProxy next = new TestProxy();
                Connection connection = follower.connect();
                Connection fresh = follower.connect();
                Statement statement = connection.createStatement();
                Statement inFresh = fresh.createStatement()) {
            next.cluster.engine(leaderEngine.local());
            statement.execute("SET time_zone = '+03:00'");
            statement.executeUpdate("INSERT INTO t (a) VALUES ('before')");
            leader.cluster.leaderless(true); // this node has not heard of it yet
            CompletableFuture<Integer> open = inserting(statement, "open");
            CompletableFuture<Integer> login = inserting(inFresh, "login");
            TestProxy.eventually(() -> follower.proxy.metrics().counters().retried() >= 1);
            assertThat(open).isNotDone();
            next.cluster.leading(2);
            follower.cluster.following(2, FakeCluster.A, next.port());
            assertThat(open.get(5, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(login.get(5, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(ProxyEngine.value(connection, "SELECT @@time_zone")).isEqualTo("+03:00");
        }
        assertThat(leaderEngine.value("SELECT GROUP_CONCAT(a ORDER BY a) FROM test.t"))
                .isEqualTo("before,login,open");
    }

    @Test
    void whatNobodyExecutesInTimeGetsAnErrorThatSaysSo() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (a) VALUES ('before')");
            leader.cluster.leaderless(true);
            long since = System.nanoTime();
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                    .hasMessageContaining("no leader")
                    .hasMessageContaining("nothing was executed");
            assertThat(System.nanoTime() - since).isBetween(1_900_000_000L, 4_000_000_000L);
            String large = "x".repeat(3 << 20);
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('" + large + "')"))
                    .isInstanceOf(SQLException.class);
            leader.cluster.leading(2);
            assertThat(statement.executeUpdate("INSERT INTO t (a) VALUES ('" + large + "')"))
                    .isEqualTo(1);
        }
        assertThat(leaderEngine.value("SELECT COUNT(*) FROM test.t")).isEqualTo("2");
    }

    @Test
    void aTransactionOfTheOldLeaderIsRolledBackAndTheSessionGoesOn() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO t (a) VALUES ('lost')");
            leader.cluster.leaderless(true);
            leader.cluster.leading(2); // this node hears of it by the answer alone
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('lost')"))
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getErrorCode()).isEqualTo(1213);
                        assertThat(e.getSQLState()).isEqualTo("40001");
                    });
            connection.rollback();
            statement.executeUpdate("INSERT INTO t (a) VALUES ('kept')");
            connection.commit();
        }
        assertThat(leaderEngine.value("SELECT GROUP_CONCAT(a) FROM test.t")).isEqualTo("kept");
    }

    @Test
    void anUnknownOutcomeAtTheLeaderEndsTheSessionHere() throws Exception {
        try (Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO t (a) VALUES ('before')");
            leader.cluster.closeGate();
            CompletableFuture<Integer> insert = inserting(statement, "held");
            TestProxy.eventually(() -> leader.cluster.waitingCommits() == 1);
            leader.cluster.leaderless(true);
            leader.cluster.settle(false);
            assertThatThrownBy(() -> insert.get(5, TimeUnit.SECONDS))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aConnectionBegunForOneUserIsNotTheNextOnes() throws Exception {
        try (Gate gate = new Gate(leader.port());
                Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            follower.cluster.following(1, FakeCluster.B, gate.port());
            gate.shut();
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                    .hasMessageContaining("no leader"); // the attempt to reach it goes on
            connection
                    .unwrap(com.mysql.cj.jdbc.JdbcConnection.class)
                    .changeUser(ProxyEngine.CLIENT.user(), ProxyEngine.CLIENT.password());
            gate.open();
            statement.executeUpdate("INSERT INTO t (a) VALUES ('y')");
            assertThat(gate.connections()).isEqualTo(2);
        }
    }

    @Test
    void longDataThatTheLeaderDoesNotTakeAreNotTakenFromTheClient() throws Exception {
        int chunks = 150;
        byte[] chunk = new byte[6 + 500_000];
        try (Gate gate = new Gate(leader.port());
                CommandClient client = CommandClient.connect(follower.port(), Capabilities.NONE, Map.of())) {
            follower.cluster.following(1, FakeCluster.B, gate.port());
            client.query("BEGIN");
            client.query("COMMIT");
            long id = client.ask(Command.STMT_PREPARE, "INSERT INTO t (a) VALUES (?)")
                    .get(0)
                    .buffer()
                    .getUnsignedIntLE(1);
            Unpooled.wrappedBuffer(chunk).setIntLE(0, (int) id);
            gate.shut();
            AtomicInteger taken = new AtomicInteger();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < chunks; i++) {
                        client.tell(Command.STMT_SEND_LONG_DATA, chunk);
                        taken.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            awaitStandstill(taken);
            assertThat(taken.get()).isLessThan(chunks);
            gate.open();
            sent.get(20, TimeUnit.SECONDS);
            byte[] execution = ByteBufUtil.decodeHexDump("00000000" + "00" + "01000000" + "00" + "01" + "fc00");
            Unpooled.wrappedBuffer(execution).setIntLE(0, (int) id);
            assertThat(client.ask(Command.STMT_EXECUTE, execution).get(0).body().at(0))
                    .isZero();
        }
        assertThat(leaderEngine.value("SELECT LENGTH(a) FROM test.t")).isEqualTo(String.valueOf(chunks * 500_000));
    }

    private static void awaitStandstill(AtomicInteger counter) {
        TestProxy.eventually(() -> {
            int before = counter.get();
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            return counter.get() == before;
        });
    }

    @Test
    void whoeverWaitsForALeaderIsToldThatHeWasKilled() throws Exception {
        try (Connection killer = follower.connect();
                CommandClient victim = CommandClient.connect(follower.port(), Capabilities.NONE, Map.of());
                Statement statement = killer.createStatement()) {
            follower.cluster.leaderless(true);
            CompletableFuture<CommandClient.Received> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return victim.query("INSERT INTO t (a) VALUES ('x')").get(0);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            statement.execute("KILL " + victim.id());
            CommandClient.Received told = waiting.get(1, TimeUnit.SECONDS);
            assertThat(ErrPacket.read(told.buffer()).number()).isEqualTo(1927);
            assertThat(told.sequence()).isEqualTo(1);
        }
    }

    @Test
    void aPeerMustKnowTheKey() throws Exception {
        try (TestProxy stranger = new TestProxy(); ) {
            assertThatThrownBy(() -> java.sql.DriverManager.getConnection(
                            "jdbc:mysql://127.0.0.1:" + leader.port() + "/?sslMode=DISABLED",
                            TestProxy.PEERS.user(),
                            "another key"))
                    .hasMessageContaining("Access denied");
            assertThat(stranger.proxy.sessions()).isZero();
        }
    }
}
