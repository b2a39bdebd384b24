package io.shareddb.replication.engine.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ManagedEngineIT {
    private static final Logger log = LoggerFactory.getLogger(ManagedEngineIT.class);

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void startsFindsItsDataAgainAndStops(TestEngines.Choice choice) throws Exception {
        try (TestEngine engine = new TestEngine(TestEngine.config(directory, choice.binaries()))) {
            long begin = System.nanoTime();
            assertThat(engine.process().start()).isTrue();
            long anew = System.nanoTime();
            assertThat(engine.query("SELECT user, host FROM mysql.user WHERE user NOT LIKE 'm%' ORDER BY user, host"))
                    .containsExactly(
                            List.of("root", "%"),
                            List.of("shareddb_operator", "127.0.0.1"),
                            List.of("shareddb_operator", "localhost"));
            assertThat(engine.administration().state().applied().text()).isEmpty();
            engine.execute(choice.isMySql() ? "SET GLOBAL super_read_only=0" : "DO 1", "CREATE DATABASE kept");
            try (Connection client = engine.asClient()) {
                assertThat(TestEngine.query(client, "SELECT CURRENT_USER()")).containsExactly(List.of("root@%"));
                assertThat(TestEngine.query(client, "SHOW DATABASES"))
                        .contains(List.of("kept"), List.of("sys"))
                        .doesNotContain(List.of("test"));
            }
            assertThat(engine.process().alive()).isTrue();
            assertThat(Files.readString(directory.resolve("engine.pid")).strip())
                    .isEqualTo(Long.toString(engine.process().pid()));
            engine.process().stop(Duration.ofSeconds(10));
            assertThat(engine.process().exited().toCompletableFuture().get(5, TimeUnit.SECONDS))
                    .isZero();
            assertThat(directory.resolve("engine-init.sql")).doesNotExist();

            long again = System.nanoTime();
            assertThat(engine.process().start()).isFalse();
            long warm = System.nanoTime();
            assertThat(engine.query("SHOW DATABASES")).contains(List.of("kept"));
            log.info("start: anew={}ms again={}ms", (anew - begin) / 1_000_000, (warm - again) / 1_000_000);
            engine.process().kill();
            assertThat(engine.process().pid()).isZero();
            engine.process().wipe();
            assertThat(engine.process().start()).isTrue();
            assertThat(engine.query("SHOW DATABASES")).doesNotContain(List.of("kept"));
        }
        assertThat(directory.resolve("engine.pid")).doesNotExist();
    }

    /** A change of definitions that was interrupted is finished, and written to the binlog, before anybody can be connected. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void recoveryWaitsForNobodysAcknowledgement(TestEngines.Choice choice) throws Exception {
        try (TestEngine engine = new TestEngine(TestEngine.config(directory, choice.binaries()))) {
            engine.process().start();
            String enabled = choice.isMySql() ? "rpl_semi_sync_source_enabled" : "rpl_semi_sync_master_enabled";
            assertThat(engine.query("SELECT @@GLOBAL." + enabled)).containsExactly(List.of("0"));
            engine.administration().prepare();
            engine.administration().prepareToLead(1);
            assertThat(engine.query("SELECT @@GLOBAL." + enabled)).containsExactly(List.of("1"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void knowsNamedTimeZones(TestEngines.Choice choice) throws Exception {
        try (TestEngine engine = TestEngine.started(directory, choice)) {
            assertThat(engine.query(
                            "SELECT CONVERT_TZ('2026-07-01 12:00','UTC','Europe/Berlin'), CONVERT_TZ('2026-01-01"
                                    + " 12:00','UTC','Europe/Berlin'), CONVERT_TZ('2037-07-01 12:00','UTC','America/New_York'),"
                                    + " CONVERT_TZ('1980-07-01 12:00','UTC','Asia/Kolkata')"))
                    .containsExactly(List.of(
                            "2026-07-01 14:00:00",
                            "2026-01-01 13:00:00",
                            "2037-07-01 08:00:00",
                            "1980-07-01 17:30:00"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void endsTheEngineOfAnOperatorThatWasKilled(TestEngines.Choice choice) throws Exception {
        TestEngine first = TestEngine.started(directory, choice);
        // What an operator's death leaves: the process, but neither lock nor memory of it. Another folder name, same
        // data.
        Process left = new ProcessBuilder("sleep", "60").start();
        try {
            long pid = first.process().pid();
            int ended = LeftoverProcess.end(directory.resolve("data"));
            assertThat(ended).isEqualTo(1);
            assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                    .isFalse();
            assertThat(left.isAlive()).isTrue();
            assertThat(first.process().start()).isFalse();
        } finally {
            left.destroyForcibly();
            first.close();
        }
    }

    @Test
    void tellsWhatIsInItsWay() throws Exception {
        ManagedEngineConfig config = TestEngine.config(directory);
        try (ServerSocket taken = new ServerSocket(config.port(), 1, InetAddress.getLoopbackAddress());
                ManagedEngine engine = new ManagedEngine(config)) {
            assertThatThrownBy(engine::start)
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of the engine is in use");
        }
        try (ManagedEngine engine = new ManagedEngine(config)) {
            engine.start();
            try (ManagedEngine second = new ManagedEngine(TestEngine.config(directory))) {
                assertThatThrownBy(second::start).hasMessageContaining(directory + " is in use by another operator");
            }
        }
        Path version = directory.resolve("data/mariadb_upgrade_info");
        Files.writeString(version, "12.3.1-MariaDB");
        try (ManagedEngine engine = new ManagedEngine(config)) {
            assertThatThrownBy(engine::start)
                    .hasMessageContaining("data of MariaDB 12.3.1 in")
                    .hasMessageContaining("engines do not go back");
        }
        try (ManagedEngine engine =
                new ManagedEngine(TestEngine.config(directory.resolve("x")).withOptions(List.of("--no-such-option")))) {
            assertThatThrownBy(engine::start)
                    .hasMessageContaining("engine ended while it started")
                    .hasMessageContaining("no-such-option");
        }
        Path file = Files.writeString(directory.resolve("file"), "");
        try (ManagedEngine engine = new ManagedEngine(TestEngine.config(file))) {
            assertThatThrownBy(engine::start).hasMessageContaining("cannot use " + file);
        }
        Path foreign = Files.createDirectories(directory.resolve("y/data"));
        Files.writeString(foreign.resolve("letter"), "");
        try (ManagedEngine engine = new ManagedEngine(TestEngine.config(directory.resolve("y")))) {
            assertThatThrownBy(engine::start)
                    .hasMessageContaining(foreign + " is neither empty nor a MariaDB data directory");
        }
    }

    @Test
    void findsAnInstalledEngine() throws Exception {
        EngineBinaries packaged = EngineBinaries.ofClassPath(TestEngine.CACHE);
        EngineBinaries installed = EngineBinaries.installed(packaged.server());
        assertThat(installed).isEqualTo(packaged);
        assertThatThrownBy(() -> EngineBinaries.installed(directory.resolve("mariadbd")))
                .hasMessageContaining("is not an executable file");
    }
}
