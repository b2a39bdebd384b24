package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.server.endtoend.EngineChoice;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that come and go share connections to the engine, and nothing else. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class BackendPoolIT {
    private static final int PAGES = 30;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by startEngine
    private static ProxyEngine engine;

    private TestProxy leader;
    private TestProxy follower;

    BackendPoolIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void startEngine(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        engine.execute(
                "SET sql_log_bin = 0", "CREATE TABLE test.t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20))");
    }

    @AfterParameterizedClassInvocation
    static void stopEngine() {
        engine.close();
    }

    /** With one event loop, so that each client finds what the one before it left. */
    @BeforeEach
    void start() throws Exception {
        ProxyConfig any = TestProxy.config().withPatience(Duration.ofSeconds(10), Duration.ofSeconds(5));
        ProxyConfig config = new ProxyConfig(
                any.host(), any.port(), any.clients(), 1, any.consistency(), any.limits(), any.times(), any.tls());
        leader = TestProxy.leading(engine, config);
        follower = TestProxy.following(leader, engine, config);
    }

    @AfterEach
    void stop() {
        follower.close();
        leader.close();
    }

    private static long reused(TestProxy proxy) {
        return proxy.proxy.metrics().counters().reused();
    }

    /** What the one before it left is given back a moment after it hung up. */
    private static void awaitGone(TestProxy proxy) {
        TestProxy.eventually(() -> proxy.proxy.sessions() == 0);
    }

    @Test
    void aClientForEachPageCostsTheEngineNoLogins() throws Exception {
        for (TestProxy proxy : List.of(leader, follower)) {
            long logins = Long.parseLong(connections());
            for (int page = 0; page < PAGES; page++) {
                try (Connection connection = proxy.connect();
                        Statement statement = connection.createStatement()) {
                    statement.executeUpdate("INSERT INTO t (name) VALUES ('" + page + "')");
                    assertThat(ProxyEngine.value(connection, "SELECT name FROM t ORDER BY id DESC LIMIT 1"))
                            .isEqualTo(String.valueOf(page));
                }
                awaitGone(proxy);
            }
            assertThat(reused(proxy)).isGreaterThanOrEqualTo(PAGES - 5);
            assertThat(Long.parseLong(connections()) - logins)
                    .as("logins, with %s and %s at the leader", reused(proxy), reused(leader))
                    .isLessThan(PAGES / 2);
        }
    }

    private static String connections() throws SQLException {
        try (Connection operator = engine.operator();
                Statement statement = operator.createStatement();
                var row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Connections'")) {
            assertThat(row.next()).isTrue();
            return row.getString(2);
        }
    }

    @Test
    void nobodyFindsWhatAnotherSessionHasSet() throws Exception {
        String question =
                "SELECT CONCAT_WS(' ', @@time_zone, @@sql_mode, @@character_set_client, @@collation_connection,"
                        + " @@character_set_results, @@max_execution_time, @@group_concat_max_len, DATABASE(), LAST_INSERT_ID())";
        String asked = engine.isMariaDb() ? question.replace("max_execution_time", "max_statement_time") : question;
        for (TestProxy proxy : List.of(leader, follower)) {
            String before;
            try (Connection connection = proxy.connect()) {
                before = ProxyEngine.value(connection, asked);
            }
            awaitGone(proxy);
            long reused = reused(proxy);
            try (Connection connection = proxy.connect();
                    Statement statement = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement("SELECT ?")) {
                statement.execute("SET time_zone = '+03:00', sql_mode = 'ANSI_QUOTES', group_concat_max_len = 77");
                statement.execute("SET NAMES latin1");
                statement.execute("INSERT INTO t (name) VALUES (1)");
                prepared.setInt(1, 1);
                prepared.executeQuery().close();
            }
            awaitGone(proxy);
            try (Connection connection = proxy.connect()) {
                assertThat(ProxyEngine.value(connection, asked)).isEqualTo(before);
            }
            awaitGone(proxy);
            assertThat(reused(proxy)).as("it was the same connection").isGreaterThan(reused);
        }
    }

    @Test
    void whatAResetCannotUndoEndsTheConnection() throws Exception {
        for (String state : List.of(
                "SET @a = 1",
                "BEGIN",
                "SET autocommit = 0",
                "CREATE TEMPORARY TABLE tmp (a INT)",
                "DO GET_LOCK('a', 1)",
                "LOCK TABLES t WRITE",
                "SET ROLE NONE")) {
            try (Connection connection = leader.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(state);
            }
            awaitGone(leader);
            long reused = reused(leader);
            TestProxy.eventually(() -> engine.clients() == 0);
            try (Connection connection = leader.connect()) {
                ProxyEngine.value(connection, "SELECT COUNT(*) FROM t");
            }
            awaitGone(leader);
            assertThat(reused(leader)).as(state).isEqualTo(reused);
            leader.cluster.leading(leader.cluster.role().epoch() + 1); // what is kept is closed
            TestProxy.eventually(() -> engine.clients() == 0);
        }
    }

    @Test
    void globalSettingsAreThoseOfTheMoment() throws Exception {
        String name = "div_precision_increment";
        String before = engine.value("SELECT @@global." + name);
        try (Connection connection = leader.connect()) {
            assertThat(ProxyEngine.value(connection, "SELECT @@" + name)).isEqualTo(before);
        }
        awaitGone(leader);
        long reused = reused(leader);
        engine.execute("SET GLOBAL " + name + " = 9");
        try (Connection connection = leader.connect()) {
            assertThat(ProxyEngine.value(connection, "SELECT @@" + name)).isEqualTo("9");
        } finally {
            engine.execute("SET GLOBAL " + name + " = " + before);
        }
        assertThat(reused(leader)).isGreaterThan(reused);
    }

    @Test
    void aDatabaseThatIsGoneIsSaidToBe() throws Exception {
        engine.execute("SET sql_log_bin = 0", "CREATE DATABASE gone");
        try (Connection connection = TestProxy.connectTo(leader.port(), "gone", ProxyEngine.CLIENT, "")) {
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("gone");
        }
        awaitGone(leader);
        engine.execute("SET sql_log_bin = 0", "DROP DATABASE gone");
        assertThatThrownBy(() -> TestProxy.connectTo(leader.port(), "gone", ProxyEngine.CLIENT, ""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1049));
    }

    @Test
    void clientsOfAnotherKindGetConnectionsOfTheirOwn() throws Exception {
        try (Connection connection = leader.connect("&useAffectedRows=true")) {
            ProxyEngine.value(connection, "SELECT 1");
        }
        awaitGone(leader);
        long reused = reused(leader);
        try (Connection connection = leader.connect("&useAffectedRows=false");
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t (id, name) VALUES (900, 'same')");
            assertThat(statement.executeUpdate("UPDATE t SET name = 'same' WHERE id = 900"))
                    .as("rows that were found")
                    .isEqualTo(1);
            statement.execute("DELETE FROM t WHERE id = 900");
        }
        assertThat(reused(leader)).isEqualTo(reused);
    }

    @Test
    void engineThatWasStartedAnewIsLoggedInTo() throws Exception {
        try (Connection connection = leader.connect()) {
            ProxyEngine.value(connection, "SELECT 1");
        }
        awaitGone(leader);
        engine.kill();
        engine.start();
        try (Connection connection = leader.connect()) {
            assertThat(ProxyEngine.value(connection, "SELECT DATABASE()")).isEqualTo("test");
        }
    }
}
