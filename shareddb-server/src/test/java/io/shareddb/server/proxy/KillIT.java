package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mysql.cj.jdbc.JdbcConnection;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.server.accounts.EngineAccounts;
import io.shareddb.server.endtoend.EngineChoice;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code KILL} from any of three nodes for a session of any node, by own and by other accounts; all nodes stand before one engine. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class KillIT {
    private static final Credentials ALICE = new Credentials("alice", "alice's");

    /** May end what others do. */
    private static final Credentials BOSS = new Credentials("boss", "boss's");

    @TempDir
    static Path directory;

    private static ProxyEngine engine;

    private static EngineAccounts accounts;
    private static TestProxy leader;
    private static TestProxy second;
    private static TestProxy third;

    KillIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        engine.execute(
                "SET sql_log_bin = 0",
                "CREATE TABLE test.t (id INT PRIMARY KEY)",
                "INSERT INTO test.t VALUES (1)",
                "CREATE USER alice@'%' IDENTIFIED BY 'alice''s'",
                "CREATE USER boss@'%' IDENTIFIED BY 'boss''s'",
                "GRANT ALL ON test.* TO alice@'%', boss@'%'",
                engine.isMariaDb()
                        ? "GRANT CONNECTION ADMIN ON *.* TO boss@'%'"
                        : "GRANT CONNECTION_ADMIN ON *.* TO boss@'%'");
        accounts = new EngineAccounts(Accounts.single(ProxyEngine.CLIENT), () -> Optional.of(engine.accounts()));
        leader = proxy();
        leader.cluster.leading(1);
        second = proxy();
        third = proxy();
        for (TestProxy follower : List.of(second, third)) {
            follower.cluster.following(1, FakeCluster.B, leader.port());
        }
        leader.cluster.others(second.port(), third.port());
        second.cluster.others(leader.port(), third.port());
        third.cluster.others(leader.port(), second.port());
    }

    private static TestProxy proxy() throws Exception {
        TestProxy proxy = new TestProxy(TestProxy.config(), accounts);
        proxy.cluster.engine(engine.local());
        return proxy;
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        for (TestProxy proxy : List.of(third, second, leader)) {
            proxy.close();
        }
        accounts.close();
        engine.close();
    }

    private static Connection connect(TestProxy proxy, Credentials as) throws SQLException {
        return TestProxy.connect(proxy.port(), as, "");
    }

    private static long id(Connection connection) throws SQLException {
        return connection.unwrap(JdbcConnection.class).getSession().getThreadId();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int refusal(Connection connection, String sql) {
        return catchThrowableOfType(SQLException.class, () -> execute(connection, sql))
                .getErrorCode();
    }

    /** A statement that takes a minute, once it is executed. */
    private static CompletableFuture<String> sleeping(Connection connection, boolean atLeader) {
        CompletableFuture<String> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                return ProxyEngine.value(connection, "SELECT SLEEP(60) + 0 FROM t" + (atLeader ? " FOR UPDATE" : ""));
            } catch (SQLException e) {
                return e.getMessage();
            }
        });
        TestProxy.eventually(() -> engine.value(
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(60)%'")
                .equals("1"));
        return outcome;
    }

    @Test
    void ofASessionOnAnyNodeFromAnyNode() throws Exception {
        for (TestProxy there : List.of(leader, second)) {
            for (TestProxy here : List.of(leader, second, third)) {
                for (boolean atLeader : new boolean[] {false, true}) {
                    try (Connection victim = connect(there, ALICE);
                            Connection killer = connect(here, ALICE)) {
                        CompletableFuture<String> interrupted = sleeping(victim, atLeader);
                        execute(killer, "KILL QUERY " + id(victim));
                        assertThat(interrupted.get(10, TimeUnit.SECONDS)).matches("1|.*interrupted.*");
                        assertThat(ProxyEngine.value(victim, "SELECT 2")).isEqualTo("2");
                        CompletableFuture<String> ended = sleeping(victim, atLeader);
                        execute(killer, "KILL " + id(victim));
                        assertThat(ended.get(10, TimeUnit.SECONDS)).isNotEqualTo("0");
                        assertThatThrownBy(() -> ProxyEngine.value(victim, "SELECT 3"))
                                .isInstanceOf(SQLException.class);
                        assertThat(ProxyEngine.value(killer, "SELECT 4")).isEqualTo("4");
                    }
                }
            }
        }
    }

    @Test
    void ofIdleSessions() throws Exception {
        for (TestProxy here : List.of(leader, second, third)) {
            try (Connection victim = connect(second, ALICE);
                    Connection killer = connect(here, ALICE)) {
                assertThat(ProxyEngine.value(victim, "SELECT 1")).isEqualTo("1");
                execute(killer, "KILL QUERY " + id(victim));
                assertThat(ProxyEngine.value(victim, "SELECT 2")).isEqualTo("2");
                execute(killer, "KILL " + id(victim));
                assertThatThrownBy(() -> ProxyEngine.value(victim, "SELECT 3")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void ofAnotherAccountWithTheEnginesPrivilegeAlone() throws Exception {
        for (TestProxy here : List.of(leader, second, third)) {
            try (Connection alice = connect(second, ALICE);
                    Connection boss = connect(second, BOSS);
                    Connection aliceHere = connect(here, ALICE);
                    Connection bossHere = connect(here, BOSS)) {
                assertThat(refusal(aliceHere, "KILL QUERY " + id(boss))).isEqualTo(1095);
                assertThat(refusal(aliceHere, "KILL " + id(boss))).isEqualTo(1095);
                assertThat(ProxyEngine.value(boss, "SELECT 1")).isEqualTo("1");
                CompletableFuture<String> interrupted = sleeping(alice, true);
                execute(bossHere, "KILL QUERY " + id(alice));
                assertThat(interrupted.get(10, TimeUnit.SECONDS)).matches("1|.*interrupted.*");
                execute(bossHere, "KILL " + id(alice));
                assertThatThrownBy(() -> ProxyEngine.value(alice, "SELECT 3")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void byTheIdsThatTheProcessListShows() throws Exception {
        for (TestProxy here : List.of(leader, second)) {
            try (Connection alice = connect(third, ALICE);
                    Connection bossHere = connect(here, BOSS);
                    Connection aliceHere = connect(here, ALICE);
                    Connection root = here.connect()) {
                String shown = ProxyEngine.value(alice, "SELECT CONNECTION_ID()");
                assertThat(ProxyEngine.value(
                                root, "SELECT user FROM information_schema.processlist WHERE id = " + shown))
                        .isEqualTo("alice");
                String bossShown = ProxyEngine.value(bossHere, "SELECT CONNECTION_ID()");
                assertThat(refusal(aliceHere, "KILL " + bossShown)).isEqualTo(1095);
                CompletableFuture<String> interrupted = sleeping(alice, true);
                execute(bossHere, "KILL QUERY " + shown);
                assertThat(interrupted.get(10, TimeUnit.SECONDS)).matches("1|.*interrupted.*");
                execute(bossHere, "KILL " + shown);
                assertThatThrownBy(() -> ProxyEngine.value(alice, "SELECT 3")).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void ofSystemUsersOnlyBySuchWhereTheEngineHasThem() throws Exception {
        try (Connection root = leader.connect();
                Connection boss = connect(second, BOSS)) {
            if (engine.isMariaDb()) {
                execute(boss, "KILL QUERY " + id(root));
            } else {
                assertThat(refusal(boss, "KILL QUERY " + id(root))).isEqualTo(1095);
            }
        }
    }

    @Test
    void ofNobody() throws Exception {
        try (Connection connection = connect(second, ALICE)) {
            assertThat(refusal(connection, "KILL " + 0xfedc_ba98L)).isEqualTo(1094);
            assertThat(refusal(connection, "KILL 99999999")).isEqualTo(1094);
        }
    }
}
