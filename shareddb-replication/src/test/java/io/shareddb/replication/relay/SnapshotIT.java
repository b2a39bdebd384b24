package io.shareddb.replication.relay;

import static io.shareddb.replication.relay.ReplicationFixture.await;
import static io.shareddb.replication.relay.ReplicationFixture.checksums;
import static io.shareddb.replication.relay.ReplicationFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.engine.TestConnections;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of a follower and of a leader, taken while clients write, and what comes after them from the log. */
class SnapshotIT {
    private static final int KEPT = 30; // tables

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void copyUnderLoadContinuesExactlyWhereItWasTaken(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine follower = fixture.follower();
            TestEngine target = fixture.engine(directory.resolve("c"));
            run(
                    leader,
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.t(id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(50), j JSON, f FLOAT, b BIT(9),"
                            + " e ENUM('x','y'), d DATETIME(6), g INT AS (CHAR_LENGTH(v)) VIRTUAL, bl BLOB)",
                    "INSERT INTO shop.t(v, j, f, b, e, d, bl) VALUES ('ünï 😀', '{\"a\": [1, null]}', 0.1, b'101010101',"
                            + " 'y', '2026-03-29 01:30:00.123456', x'00ff275c'), (NULL,NULL,NULL,NULL,NULL,NULL,NULL)",
                    "CREATE TABLE shop.old(id INT PRIMARY KEY, v TEXT) ENGINE=MyISAM",
                    "INSERT INTO shop.old VALUES (1, 'one')",
                    "CREATE FUNCTION shop.twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
                    "CREATE VIEW shop.z AS SELECT id, shop.twice(id) AS two FROM shop.old",
                    "CREATE VIEW shop.w AS SELECT COUNT(*) AS n, 'ü' AS u FROM shop.z",
                    "CREATE TABLE shop.loaded(id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(300))",
                    "CREATE TRIGGER shop.tr BEFORE INSERT ON shop.old FOR EACH ROW SET NEW.v = CONCAT(NEW.v, 'ü')",
                    "CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.old",
                    "CREATE USER clerk@'%' IDENTIFIED BY 'it''s'",
                    "CREATE ROLE reader",
                    "GRANT SELECT ON shop.* TO reader",
                    "GRANT reader TO clerk@'%'",
                    "SET DEFAULT ROLE reader " + (choice.isMySql() ? "TO" : "FOR") + " clerk@'%'");
            if (choice.isMySql()) {
                follower.execute("SET GLOBAL partial_revokes=ON");
                run(leader, MySqlAccountSample.STATEMENTS);
            }
            for (TestEngine source : List.of(follower, leader)) {
                byte[] copy = copyWhile(leader, source, SnapshotIT::writeRows);
                target.execute(
                        choice.isMySql() ? "SET GLOBAL super_read_only=0" : "DO 1",
                        "CREATE DATABASE IF NOT EXISTS leftover",
                        "CREATE USER leftover@'%'");
                EnginePosition position = load(target, copy);
                assertThat(target.administration().state().applied()).isEqualTo(position);
                assertThat(target.administration().state().readOnly()).isTrue();
                assertThat(position).isNotEqualTo(fixture.archive.committed().position());
                fixture.follow(target, fixture.relay());
                fixture.awaitApplied(target);
                fixture.awaitApplied(follower);
                assertSame(target, leader);
                assertSame(follower, leader);
                if (choice.isMySql()) {
                    assertThat(MySqlAccountSample.content(target)).isEqualTo(MySqlAccountSample.content(leader));
                    assertThat(MySqlAccountSample.content(follower)).isEqualTo(MySqlAccountSample.content(leader));
                    MySqlAccountSample.assertLogins(target);
                }
                target.administration().stopFollowing();
            }
            halfOfACopyIsNeverServed(target, copyWhile(leader, follower, SnapshotIT::writeRows));
        }
    }

    /** A client's work, again and again. */
    private interface Step {
        void run(Statement statement, int number) throws SQLException;
    }

    private static byte[] copyWhile(TestEngine leader, TestEngine source, Step step) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> work(leader, stop, written, step), command -> new Thread(command).start());
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try {
            await("writes", () -> written.get() > 20 || writer.isDone());
            source.administration().snapshotSource().writeTo(copy, each -> {});
            int then = written.get();
            await("more writes", () -> written.get() > then + 20 || writer.isDone());
        } finally {
            stop.set(true);
        }
        writer.join();
        return copy.toByteArray();
    }

    private static void work(TestEngine leader, AtomicBoolean stop, AtomicInteger written, Step step) {
        try (Connection client = leader.asClient();
                Statement statement = client.createStatement()) {
            while (!stop.get()) {
                try {
                    step.run(statement, written.incrementAndGet());
                } catch (
                        SQLTransactionRollbackException
                                e) { // as the engine likes: 10.11 does so with a DROP TABLE now and then
                    statement.execute("ROLLBACK");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writeRows(Statement statement, int number) throws SQLException {
        statement.execute("BEGIN");
        statement.execute("INSERT INTO shop.loaded(v) VALUES (REPEAT('r', " + number % 300 + "))");
        statement.execute("INSERT INTO shop.t(v) VALUES ('" + number + "')");
        statement.execute("COMMIT");
        statement.execute("REPLACE INTO shop.old VALUES (" + number % 7 + ", '" + number + "')");
    }

    private static void define(Statement statement, int number) throws SQLException {
        statement.execute("CREATE OR REPLACE VIEW shop.newest AS SELECT " + number + " AS n");
        statement.execute("DROP TABLE IF EXISTS shop.made_" + number % KEPT);
        statement.execute("CREATE TABLE shop.made_" + number % KEPT + " (id INT PRIMARY KEY, c" + number + " INT)");
        statement.execute("INSERT INTO shop.made_" + number % KEPT + " VALUES (1, " + number + ")");
    }

    /** A copy that began again whenever a definition changes would never end here. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void copyEndsWhileDefinitionsChangeAllTheTime(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine follower = fixture.follower();
            TestEngine target = fixture.engine(directory.resolve("c"));
            run(leader, "CREATE DATABASE shop");
            for (TestEngine source : List.of(follower, leader)) {
                target.execute(choice.isMySql() ? "SET GLOBAL super_read_only=0" : "DO 1");
                load(target, copyWhile(leader, source, SnapshotIT::define));
                fixture.follow(target, fixture.relay());
                fixture.awaitApplied(target);
                fixture.awaitApplied(follower);
                Map<String, String> tables = checksums(leader);
                assertThat(tables).hasSizeGreaterThan(KEPT / 2);
                assertThat(checksums(target)).isEqualTo(tables);
                assertThat(checksums(follower)).isEqualTo(tables);
                assertThat(target.query("SELECT n FROM shop.newest"))
                        .isEqualTo(leader.query("SELECT n FROM shop.newest"));
                target.administration().stopFollowing();
            }
        }
    }

    /** Such a change holds its table while it waits until the copy is done, so the copy must not begin before it has ended. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void copyDoesNotComeToAStandstillWithATableThatIsBeingAltered(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine follower = fixture.follower();
            run(
                    leader,
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.large(id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(200))",
                    "INSERT INTO shop.large(v) VALUES (REPEAT('x', 200))");
            for (int doubled = 0; doubled < 17; doubled++) {
                run(leader, "INSERT INTO shop.large(v) SELECT v FROM shop.large");
            }
            fixture.awaitApplied(follower);
            run(leader, "ALTER TABLE shop.large ADD COLUMN w INT, ALGORITHM=COPY");
            await("the change to arrive", () -> !follower.query(
                            "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE shop.large%'")
                    .isEmpty());
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            assertTimeoutPreemptively(
                    ReplicationFixture.LIMIT.dividedBy(2), // less than a wait for a lock
                    () -> follower.administration().snapshotSource().writeTo(copy, each -> {}));
            fixture.awaitApplied(follower);
            assertThat(checksums(follower)).isEqualTo(checksums(leader));
        }
    }

    /** Of an engine that others run, anybody may read what is just being loaded. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.replication.engine.TestEngines#all")
    void readersOfTheEngineThatIsLoadedHoldNothingUp(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine target = fixture.engine(directory.resolve("c"));
            run(
                    leader,
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.read_meanwhile(id INT PRIMARY KEY AUTO_INCREMENT, v INT)",
                    "INSERT INTO shop.read_meanwhile(v) VALUES (1)");
            for (int doubled = 0; doubled < 11; doubled++) {
                run(leader, "INSERT INTO shop.read_meanwhile(v) SELECT v FROM shop.read_meanwhile");
            }
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            leader.administration().snapshotSource().writeTo(copy, each -> {});
            target.execute(choice.isMySql() ? "SET GLOBAL super_read_only=0" : "DO 1");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger seen = new AtomicInteger();
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> read(target, stop, seen));
            try {
                for (int round = 0; round < 3; round++) {
                    assertTimeoutPreemptively(ReplicationFixture.LIMIT, () -> load(target, copy.toByteArray()));
                }
            } finally {
                stop.set(true);
            }
            reading.get(ReplicationFixture.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(seen.get()).isPositive();
            assertThat(checksums(target)).isEqualTo(checksums(leader));
        }
    }

    private static void read(TestEngine target, AtomicBoolean stop, AtomicInteger seen) {
        while (!stop.get()) {
            try {
                target.query("SELECT COUNT(v) FROM shop.read_meanwhile");
                seen.incrementAndGet();
            } catch (SQLException e) {
                assertThat(e.getMessage()).isNotNull(); // it is not there, or was just made
            }
        }
    }

    private static void halfOfACopyIsNeverServed(TestEngine target, byte[] copy) throws Exception {
        assertThatThrownBy(() -> load(target, Arrays.copyOf(copy, copy.length / 2)))
                .hasMessageContaining("cut off");
        assertThatThrownBy(target.administration()::prepare).isInstanceOf(IncompleteCopyException.class);
        target.process().kill();
        target.process().start();
        assertThatThrownBy(target.administration()::prepare).isInstanceOf(IncompleteCopyException.class);
        load(target, copy);
        target.administration().prepare();
    }

    private static EnginePosition load(TestEngine target, byte[] copy) throws Exception {
        return target.administration().snapshotLoader().load(new ByteArrayInputStream(copy), each -> {});
    }

    private static void assertSame(TestEngine one, TestEngine other) throws Exception {
        assertThat(checksums(one)).isEqualTo(checksums(other)).hasSize(3);
        for (String sql : List.of(
                "SHOW CREATE TABLE shop.t",
                "SELECT id, v, j, f, b+0, e, d, g, HEX(bl) FROM shop.t ORDER BY id",
                "SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema='shop'",
                "SELECT trigger_name, action_statement, definer FROM information_schema.triggers"
                        + " WHERE trigger_schema='shop'",
                "SELECT event_name, event_definition, definer, starts FROM information_schema.events",
                "SELECT * FROM shop.w",
                "SHOW GRANTS FOR clerk@'%'",
                "SHOW DATABASES")) {
            assertThat(one.query(sql)).as(sql).isEqualTo(other.query(sql)).isNotEmpty();
        }
        Credentials clerk = new Credentials("clerk", "it's");
        try (Connection connection =
                TestConnections.of("127.0.0.1", one.port(), clerk).getConnection()) {
            assertThat(TestEngine.query(connection, "SELECT COUNT(*) > 20 FROM shop.loaded"))
                    .containsExactly(List.of("1"));
        }
    }
}
