package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import io.shareddb.replication.engine.sql.AdminSession;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs where a MySQL is installed; see {@link TestEngines}. */
class MySqlEngineIT {
    private static final String ENGINES = "io.shareddb.replication.engine.TestEngines#mySql";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource(ENGINES)
    void restartCutsWhatNobodyAcknowledged(TestEngines.Choice choice) throws Exception {
        try (TestEngine engine = TestEngine.started(directory, choice)) {
            engine.execute(
                    "SET GLOBAL super_read_only=0",
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (id INT PRIMARY KEY)",
                    "INSERT INTO d.t VALUES (1)");
            Engine administration = engine.administration();
            String identity = engine.value("SELECT @@server_uuid");
            administration.prepareToLead(7);
            administration.openForWrites();
            CompletableFuture<Void> insert = background(engine, "INSERT INTO d.t VALUES (2)");
            CompletableFuture<Void> create = background(engine, "CREATE TABLE d.u (id INT PRIMARY KEY)");
            await(() -> waiting(engine) > 0);
            assertThat(administration.closeForWrites(Duration.ofMillis(200))).isFalse();
            String id = engine.value(
                    "SELECT id FROM information_schema.processlist WHERE info LIKE 'INSERT%' AND user='root'");
            engine.execute(choice.family().sessions().kill(Long.parseLong(id), true));
            assertThatThrownBy(() -> insert.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(engine.value("SELECT COUNT(*) FROM d.t")).isEqualTo("1");

            engine.process().kill();
            assertThatThrownBy(() -> insert.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(java.io.IOException.class);
            assertThatThrownBy(create::join).hasRootCauseInstanceOf(java.io.IOException.class);
            assertThat(engine.process().start()).isFalse();
            Engine again = engine.administration();
            again.prepare();
            assertThat(engine.query("SELECT id FROM d.t")).containsExactly(List.of("1"));
            assertThat(engine.query("SHOW TABLES IN d")).containsExactly(List.of("t"));
            assertThat(again.state().applied()).isEqualTo(MySqlPosition.EMPTY);
            assertThat(again.state().readOnly()).isTrue();
            assertThat(engine.value("SELECT @@server_uuid")).isNotEqualTo(identity);
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource(ENGINES)
    void positionThatLacksItsOwnTransactionsMeansDivergence(TestEngines.Choice choice) throws Exception {
        try (TestEngine engine = TestEngine.started(directory, choice)) {
            engine.execute("SET GLOBAL super_read_only=0", "SET sql_log_bin=1", "CREATE DATABASE one");
            RelayAddress nowhere = new RelayAddress(
                    "127.0.0.1",
                    TestEngine.freePort(),
                    engine.process().access().account());
            assertThatThrownBy(() -> engine.administration().follow(nowhere, MySqlPosition.EMPTY))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining(":1', which is not in ''");
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource(ENGINES)
    void engineWithoutAnySettingIsMadeReadyWhileItRuns(TestEngines.Choice choice) throws Exception {
        List<String> stock = List.of(
                "--plugin-load=",
                "--gtid-mode=OFF",
                "--enforce-gtid-consistency=OFF",
                "--binlog-row-metadata=MINIMAL",
                "--log-replica-updates=ON",
                "--relay-log-recovery=OFF",
                "--skip-replica-start=OFF");
        try (TestEngine engine =
                new TestEngine(TestEngine.config(directory, choice.binaries()).withOptions(stock))) {
            engine.process().start();
            assertThat(engine.value("SELECT @@gtid_mode")).isEqualTo("OFF");
            engine.administration().prepare();
            assertThat(engine.query("SELECT @@gtid_mode, @@enforce_gtid_consistency, @@binlog_row_metadata,"
                            + " @@rpl_semi_sync_source_timeout, @@rpl_semi_sync_source_enabled, @@super_read_only,"
                            + " @@gtid_executed"))
                    .containsExactly(List.of("ON", "ON", "FULL", "18446744073709551615", "0", "1", ""));
            engine.administration().prepare();
            engine.administration().prepareToLead(1);
            assertThat(engine.query("SELECT @@rpl_semi_sync_source_enabled, @@sync_binlog, @@super_read_only"))
                    .containsExactly(List.of("1", "1", "1"));
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource(ENGINES)
    void applierIsLeftAloneWhileACopyHoldsIt(TestEngines.Choice choice) throws Exception {
        try (TestEngine engine = TestEngine.started(directory, choice)) {
            Engine administration = engine.administration();
            RelayAddress nowhere = new RelayAddress(
                    "127.0.0.1",
                    TestEngine.freePort(),
                    engine.process().access().account());
            administration.follow(nowhere, MySqlPosition.EMPTY);
            assertThat(engine.value("SELECT @@replica_parallel_workers")).isEqualTo("1");
            administration.applyInParallel(true);
            assertThat(engine.value("SELECT @@replica_parallel_workers")).isEqualTo("8");
            assertThat(administration.state().following()).isTrue();
            try (AdminSession copy = AdminSession.open(engine.process().access().administration())) {
                ApplierLock.take(copy, Duration.ZERO);
                copy.execute("STOP REPLICA SQL_THREAD");
                assertThat(administration.state().following()).isTrue();
                assertThatThrownBy(() -> administration.applyInParallel(false))
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("held by a copy");
                ApplierLock.release(copy);
            }
            assertThat(administration.state().following()).isFalse();
        }
    }

    private static CompletableFuture<Void> background(TestEngine engine, String sql) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Connection client = engine.asClient();
                            Statement statement = client.createStatement()) {
                        statement.execute(sql);
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                command -> new Thread(command).start());
    }

    private static int waiting(TestEngine engine) {
        try {
            return Integer.parseInt(engine.value(
                    "SELECT COUNT(*) FROM information_schema.processlist" + " WHERE state LIKE '%semi-sync ACK%'"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
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
