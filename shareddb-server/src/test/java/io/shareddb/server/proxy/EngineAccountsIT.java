package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mysql.cj.jdbc.JdbcConnection;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.server.accounts.EngineAccounts;
import io.shareddb.server.endtoend.EngineChoice;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Accounts of the engine, through the leader's proxy and a follower's; the engine itself says what should come out. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class EngineAccountsIT {
    private static final Credentials ALICE = new Credentials("alice", "it's \\ àlice");
    private static final Credentials BOB = new Credentials("bob", "bob's");

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by startEngine
    private static ProxyEngine engine;

    private TestProxy leader;
    private TestProxy follower;
    private EngineAccounts accounts;

    EngineAccountsIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void startEngine(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        engine.execute("SET sql_log_bin = 0", "CREATE TABLE test.t (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT)");
    }

    @AfterParameterizedClassInvocation
    static void stopEngine() {
        engine.close();
    }

    @BeforeEach
    void start() throws Exception {
        make("alice", "%", ALICE.password());
        engine.execute(
                "SET sql_log_bin = 0",
                "GRANT SELECT, INSERT ON test.* TO alice@'%'",
                "DELETE FROM test.t",
                "INSERT INTO test.t (name) VALUES ('first')");
        accounts = new EngineAccounts(Accounts.single(ProxyEngine.CLIENT), () -> Optional.of(engine.accounts()));
        ProxyConfig config = ProxyConfig.of("127.0.0.1", 0, Whitelist.parse("127.0.0.0/8"))
                .withWaits(Duration.ofSeconds(2), Duration.ofMillis(200));
        leader = TestProxy.leading(engine, config, accounts);
        follower = TestProxy.following(leader, engine, config, accounts);
    }

    @AfterEach
    void stop() throws Exception {
        follower.close();
        leader.close();
        accounts.close();
        for (String host : List.of("%", "localhost", "127.0.0.2", "127.0.0.%", "127.0.0.0/255.255.255.0")) {
            engine.execute("SET sql_log_bin = 0", "DROP USER IF EXISTS alice@'" + host + "', bob@'" + host + "'");
        }
    }

    private static void make(String user, String host, String password) throws SQLException {
        engine.execute(
                "SET sql_log_bin = 0",
                "CREATE USER " + user + "@'" + host + "' IDENTIFIED BY '"
                        + password.replace("\\", "\\\\").replace("'", "''") + "'",
                "GRANT SELECT ON test.* TO " + user + "@'" + host + "'");
    }

    private List<TestProxy> both() {
        return List.of(leader, follower);
    }

    private static String currentUser(Connection connection) throws SQLException {
        return ProxyEngine.value(connection, "SELECT CURRENT_USER()");
    }

    /** Number, state and words of what a login fails with. */
    private static String refusal(int port, Credentials as, String options) {
        SQLException refused = catchThrowableOfType(
                SQLException.class, () -> TestProxy.connect(port, as, options).close());
        return refused.getErrorCode() + " " + refused.getMessage();
    }

    @Test
    void everyAccountWorksWithItsOwnRights() throws Exception {
        for (TestProxy proxy : both()) {
            try (Connection connection = TestProxy.connect(proxy.port(), ALICE, "");
                    Statement statement = connection.createStatement()) {
                assertThat(currentUser(connection)).isEqualTo("alice@%");
                assertThat(ProxyEngine.value(connection, "SELECT name FROM t LIMIT 1"))
                        .isEqualTo("first");
                statement.executeUpdate("INSERT INTO t (name) VALUES (CURRENT_USER())");
                assertThat(engine.value("SELECT name FROM test.t ORDER BY id DESC LIMIT 1"))
                        .isEqualTo("alice@%");
                assertThat(catchThrowableOfType(SQLException.class, () -> statement.executeUpdate("DELETE FROM t"))
                                .getErrorCode())
                        .isEqualTo(1142);
            }
            try (Connection connection = proxy.connect()) {
                assertThat(currentUser(connection)).isEqualTo("root@%");
            }
        }
        assertThat(leader.proxy.metrics().counters().leaderStatements()).isPositive();
        assertThat(follower.proxy.metrics().counters().localStatements()).isPositive();
    }

    @Test
    void refusalsAreTheEngines() throws Exception {
        engine.execute("SET sql_log_bin = 0", "CREATE USER bob@'%' IDENTIFIED BY 'bob''s' ACCOUNT LOCK");
        for (TestProxy proxy : both()) {
            for (Credentials wrong : List.of(
                    new Credentials("alice", "wrong"),
                    new Credentials("alice", ""),
                    new Credentials("nobody", "wrong"),
                    new Credentials("bob", "wrong"),
                    BOB)) {
                assertThat(refusal(proxy.port(), wrong, "")).isEqualTo(refusal(engine.port(), wrong, ""));
            }
        }
        assertThat(leader.proxy.metrics().counters().deniedLogins()).isEqualTo(4);
    }

    @Test
    void expiredPasswordsCanBeChangedWhereTheEngineSaysNoMore() throws Exception {
        make("bob", "%", BOB.password());
        for (TestProxy proxy : both()) {
            engine.execute("SET sql_log_bin = 0", "ALTER USER bob@'%' IDENTIFIED BY 'bob''s' PASSWORD EXPIRE");
            if (!engine.isMariaDb()) {
                assertThat(refusal(proxy.port(), BOB, "")).startsWith("1862 Your password has expired.");
                continue;
            }
            assertThat(refusal(proxy.port(), BOB, "")).isEqualTo(refusal(engine.port(), BOB, ""));
            try (Connection connection = TestProxy.connect(proxy.port(), BOB, "&disconnectOnExpiredPasswords=false");
                    Statement statement = connection.createStatement()) {
                assertThat(catchThrowableOfType(SQLException.class, () -> currentUser(connection))
                                .getErrorCode())
                        .isEqualTo(1820);
                statement.execute("SET PASSWORD = PASSWORD('another')");
                assertThat(currentUser(connection)).isEqualTo("bob@%");
            }
            TestProxy.connect(proxy.port(), new Credentials("bob", "another"), "")
                    .close();
        }
    }

    @Test
    void changesOfAnAccountCountAtOnce() throws Exception {
        for (TestProxy proxy : both()) {
            TestProxy.connect(proxy.port(), ALICE, "").close();
            engine.execute("SET sql_log_bin = 0", "ALTER USER alice@'%' IDENTIFIED BY 'new'");
            assertThat(refusal(proxy.port(), ALICE, "")).startsWith("1045 ");
            TestProxy.connect(proxy.port(), new Credentials("alice", "new"), "").close();
            engine.execute("SET sql_log_bin = 0", "ALTER USER alice@'%' IDENTIFIED BY 'it''s \\\\ àlice'");
        }
    }

    @Test
    void sessionsOutliveWhatTheEngineHasForgotten() throws Exception {
        for (TestProxy proxy : both()) {
            try (Connection connection = TestProxy.connect(proxy.port(), ALICE, "")) {
                engine.execute("FLUSH PRIVILEGES"); // and with it the cache of passwords
                connection.unwrap(JdbcConnection.class).resetServerState();
                assertThat(currentUser(connection)).isEqualTo("alice@%");
            }
        }
    }

    @Test
    void changingTheUserWorksForAllAccounts() throws Exception {
        make("bob", "%", BOB.password());
        for (TestProxy proxy : both()) {
            try (Connection connection = TestProxy.connect(proxy.port(), ALICE, "")) {
                JdbcConnection jdbc = connection.unwrap(JdbcConnection.class);
                jdbc.changeUser("bob", BOB.password());
                assertThat(currentUser(connection)).isEqualTo("bob@%");
                jdbc.changeUser(ProxyEngine.CLIENT.user(), ProxyEngine.CLIENT.password());
                assertThat(currentUser(connection)).isEqualTo("root@%");
                SQLException refused =
                        catchThrowableOfType(SQLException.class, () -> jdbc.changeUser("alice", "wrong"));
                assertThat(refused.getErrorCode()).isEqualTo(1045);
            }
        }
    }

    @Test
    void theEngineChoosesByTheClientsAddressWhereItBelievesIt() throws Exception {
        make("alice", "127.0.0.%", "block");
        make("alice", "127.0.0.2", "two");
        make("alice", "localhost", "local");
        for (TestProxy proxy : both()) {
            Credentials two = new Credentials("alice", "two");
            Credentials block = new Credentials("alice", "block");
            Credentials local = new Credentials("alice", "local");
            String from2 = "&localSocketAddress=127.0.0.2";
            String from3 = "&localSocketAddress=127.0.0.3";
            assertThat(refusal(proxy.port(), ALICE, from2)).startsWith("1045 ");
            try (Connection connection = TestProxy.connect(proxy.port(), block, from3)) {
                assertThat(currentUser(connection)).isEqualTo("alice@127.0.0.%");
            }
            try (Connection connection = TestProxy.connect(proxy.port(), local, "")) {
                assertThat(currentUser(connection)).isEqualTo("alice@localhost");
                connection.setAutoCommit(false);
                assertThat(currentUser(connection)).isEqualTo("alice@localhost");
                connection.commit();
            }
            if (engine.isMariaDb()) {
                try (Connection connection = TestProxy.connect(proxy.port(), two, from2)) {
                    assertThat(currentUser(connection)).isEqualTo("alice@127.0.0.2");
                    assertThat(ProxyEngine.value(connection, "SELECT USER()")).isEqualTo("alice@127.0.0.2");
                }
            } else {
                assertThat(refusal(proxy.port(), two, from2))
                        .startsWith("1045 Access denied: alice@127.0.0.2 cannot be used through Shared DB");
            }
        }
    }

    @Test
    void methodsThatCannotBeCheckedAreNamed() throws Exception {
        String method = engine.isMariaDb() ? "unix_socket" : "sha256_password";
        engine.execute("SET sql_log_bin = 0", "CREATE USER bob@'%' IDENTIFIED WITH " + method);
        assertThat(refusal(leader.port(), BOB, ""))
                .startsWith("1045 Access denied for user 'bob'@'127.0.0.1': its method " + method);
    }

    @Test
    void sessionsOfOtherAccountsCannotBeKilled() throws Exception {
        try (Connection root = leader.connect();
                Connection alice = TestProxy.connect(leader.port(), ALICE, "");
                Statement kill = alice.createStatement()) {
            long id = root.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).getId();
            SQLException refused = catchThrowableOfType(SQLException.class, () -> kill.execute("KILL " + id));
            assertThat(refused.getErrorCode()).isEqualTo(1095);
            assertThat(currentUser(root)).isEqualTo("root@%");
        }
    }

    @Test
    void theOperatorsAccountIsNobodys() {
        Credentials operator = new Credentials("shareddb_operator", "");
        assertThat(refusal(leader.port(), operator, "")).startsWith("1045 ");
    }
}
