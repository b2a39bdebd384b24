package io.shareddb.replication.engine.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Engines follow each other directly here, and acknowledge as native semi-sync replicas. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.replication.engine.TestEngines#mariaDb")
class MariaDbEngineIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final TestEngines.Choice choice;

    MariaDbEngineIT(TestEngines.Choice choice) {
        this.choice = choice;
    }

    @Test
    void leadsFollowsAndChangesPlaces() throws Exception {
        try (TestEngine first = TestEngine.started(directory.resolve("a"), choice);
                TestEngine second = TestEngine.started(directory.resolve("b"), choice)) {
            Engine a = first.administration();
            Engine b = second.administration();
            assertThat(a.info().product()).isEqualTo("MariaDB");
            assertThat(a.info().version()).startsWith(choice.binaries().version() + "-MariaDB");
            assertThat(a.state().applied()).isEqualTo(MariaDbPosition.EMPTY);
            assertThat(a.state().originated()).isEmpty();
            assertThat(a.state().readOnly()).isTrue();
            assertThat(a.state().following()).isFalse();

            a.prepareToLead(5);
            a.openForWrites();
            follow(b, second, first, MariaDbPosition.EMPTY);
            assertThat(second.value("SELECT @@slave_parallel_threads")).isEqualTo("0");
            b.applyInParallel(true);
            assertThat(second.value("SELECT @@slave_parallel_threads")).isEqualTo("8");
            write(
                    first,
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (id INT PRIMARY KEY, text VARCHAR(20))",
                    "INSERT INTO d.t VALUES (1, 'one')",
                    "CREATE DEFINER='nobody'@'%' EVENT d.e ON SCHEDULE EVERY 1 HOUR DO INSERT INTO d.t VALUES (2, 'two')",
                    "CREATE EVENT d.off ON SCHEDULE EVERY 1 HOUR DISABLE DO SELECT 1");
            assertThat(a.state().originated()).contains(MariaDbGtid.parse("0-105-5"));
            assertThat(b.awaitApplied(MariaDbPosition.parse("0-105-5"), LIMIT)).isTrue();
            assertThat(b.awaitApplied(MariaDbPosition.parse("0-105-6"), Duration.ofMillis(50)))
                    .isFalse();
            assertThat(b.state().applied().text()).isEqualTo("0-105-5");
            assertThat(b.state().originated()).isEmpty();
            assertThat(b.state().following()).isTrue();
            assertThat(b.state().followError()).isEmpty();
            assertThat(second.query("SELECT @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@server_id"))
                    .containsExactly(List.of("0", "2", "1"));
            assertThat(first.query("SELECT @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@server_id"))
                    .containsExactly(List.of("1", "1", "105"));
            assertThat(second.value("SELECT status FROM information_schema.events WHERE event_name='e'"))
                    .isEqualTo("SLAVESIDE_DISABLED");

            b.applyInParallel(false);
            assertThat(second.value("SELECT @@slave_parallel_threads")).isEqualTo("0");
            assertThat(b.state().following()).isTrue();

            a.expectWriters(16);
            assertThat(first.value("SELECT @@binlog_commit_wait_count")).isEqualTo("16");

            assertThat(a.closeForWrites(LIMIT)).isTrue();
            b.stopFollowing();
            b.prepareToLead(6);
            b.openForWrites();
            // A known limit: appliers forget whether an event was disabled by its owner.
            assertThat(second.query("SELECT event_name, status, definer FROM information_schema.events ORDER BY 1"))
                    .containsExactly(List.of("e", "ENABLED", "nobody@%"), List.of("off", "ENABLED", "root@%"));
            follow(a, first, second, MariaDbPosition.parse("0-105-5"));
            write(second, "INSERT INTO d.t VALUES (3, 'three')");
            assertThat(b.state().originated()).contains(MariaDbGtid.parse("0-106-6"));
            assertThat(a.awaitApplied(MariaDbPosition.parse("0-106-6"), LIMIT)).isTrue();
            assertThat(first.query("SELECT * FROM d.t")).containsExactly(List.of("1", "one"), List.of("3", "three"));
            assertThat(first.value("SELECT @@event_scheduler")).isEqualTo("OFF");
            assertThat(first.value("SELECT @@binlog_commit_wait_count")).isEqualTo("0");

            // Each step again.
            b.prepareToLead(6);
            b.openForWrites();
            follow(a, first, second, MariaDbPosition.parse("0-106-6"));
            assertThat(a.state().following()).isTrue();
            a.stopFollowing();
            a.stopFollowing();
        }
    }

    @Test
    void restartCutsWhatNobodyAcknowledged() throws Exception {
        try (TestEngine engine = TestEngine.started(directory, choice)) {
            engine.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (1)");
            Engine administration = engine.administration();
            administration.prepareToLead(7);
            administration.openForWrites();
            CompletableFuture<Void> insert = CompletableFuture.runAsync(() -> {
                try {
                    write(engine, "INSERT INTO d.t VALUES (2)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await(() -> administration.state().originated().isPresent());
            assertThat(administration.state().originated()).contains(MariaDbGtid.parse("0-107-1"));
            assertThat(administration.closeForWrites(Duration.ofMillis(200))).isFalse();
            assertThat(administration.state().readOnly()).isFalse();

            String waiting = engine.value(
                    "SELECT id FROM information_schema.processlist WHERE info LIKE 'INSERT%' AND user='root'");
            engine.execute(engine.process().family().sessions().kill(Long.parseLong(waiting), true));
            assertThatThrownBy(() -> insert.get(200, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);

            engine.process().kill();
            assertThatThrownBy(() -> insert.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(java.io.IOException.class);
            assertThat(engine.process().start()).isFalse();
            Engine again = engine.administration();
            again.prepare();
            assertThat(engine.query("SELECT id FROM d.t")).containsExactly(List.of("1"));
            assertThat(again.state().originated()).isEmpty();
            assertThat(again.state().readOnly()).isTrue();
        }
    }

    @Test
    void positionOlderThanItsOwnBinlogMeansDivergence() throws Exception {
        try (TestEngine engine = TestEngine.started(directory, choice);
                TestEngine other = TestEngine.started(directory.resolve("other"), choice)) {
            Engine administration = engine.administration();
            administration.prepareToLead(1);
            administration.openForWrites();
            other.execute("SET GLOBAL rpl_semi_sync_slave_enabled=1");
            other.administration().follow(addressOf(engine), MariaDbPosition.EMPTY);
            write(engine, "CREATE DATABASE one", "CREATE DATABASE two");
            assertThatThrownBy(() -> administration.follow(addressOf(other), MariaDbPosition.parse("0-101-1")))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("0-101-2, which is not at or before '0-101-1'");
        }
    }

    private static void follow(Engine follower, TestEngine of, TestEngine leader, MariaDbPosition from)
            throws SQLException {
        of.execute("SET GLOBAL rpl_semi_sync_slave_enabled=1");
        follower.follow(addressOf(leader), from);
    }

    private static RelayAddress addressOf(TestEngine leader) {
        return new RelayAddress(
                "127.0.0.1", leader.port(), leader.process().access().account());
    }

    private static void write(TestEngine engine, String... statements) throws SQLException {
        try (Connection client = engine.asClient();
                Statement statement = client.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
