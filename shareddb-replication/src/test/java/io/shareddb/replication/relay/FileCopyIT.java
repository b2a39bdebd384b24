package io.shareddb.replication.relay;

import static io.shareddb.replication.relay.ReplicationFixture.await;
import static io.shareddb.replication.relay.ReplicationFixture.checksums;
import static io.shareddb.replication.relay.ReplicationFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import io.shareddb.replication.snapshot.FileCopies;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of a follower's files, taken while clients write, and what comes after them from the log. */
class FileCopyIT {
    private static final String ENGINES = "io.shareddb.replication.engine.TestEngines#all";
    private static final List<String> DEFINITIONS = List.of(
            "SHOW CREATE TABLE shop.t",
            "SELECT id, v, j, f, b+0, e, g, HEX(bl) FROM shop.t ORDER BY id",
            "SELECT routine_name, routine_definition FROM information_schema.routines WHERE routine_schema='shop'",
            "SELECT trigger_name, action_statement, definer FROM information_schema.triggers WHERE trigger_schema='shop'",
            "SELECT event_name, event_definition, definer, starts FROM information_schema.events",
            "SELECT * FROM shop.w",
            "SHOW GRANTS FOR clerk@'%'",
            "SHOW DATABASES");

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void engineOnCopiedFilesContinuesExactlyWhereTheyWereTaken(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine follower = fixture.follower();
            TestEngine target = fixture.engine(directory.resolve("c"));
            makeSchema(leader);
            target.execute(choice.isMySql() ? "SET GLOBAL super_read_only=0" : "DO 1", "CREATE DATABASE leftover");
            for (int round = 0; round < 2; round++) { // the second time over a first copy
                Path copy = copyWhileClientsWrite(leader, follower, directory.resolve("copy" + round));
                EnginePosition position = load(target, copy);
                assertThat(position).isNotEqualTo(fixture.archive.committed().position());
                assertThat(target.administration().state().readOnly()).isTrue();
                fixture.follow(target, fixture.relay());
                fixture.awaitApplied(target);
                fixture.awaitApplied(follower);
                assertSame(target, leader);
                assertSame(follower, leader);
                target.administration().stopFollowing();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void copyThatBreaksOffLeavesTheEngineAsItIs(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine follower = fixture.follower();
            run(leader, "CREATE DATABASE shop", "CREATE TABLE shop.t(id INT PRIMARY KEY)");
            fixture.awaitApplied(follower);
            assertThatThrownBy(() -> write(leader, directory.resolve("none")))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("follows");
            assertThat(directory.resolve("none")).isEmptyFile();

            Path copy = directory.resolve("copy");
            write(follower, copy);
            Path half = directory.resolve("half");
            Files.write(half, Arrays.copyOf(Files.readAllBytes(copy), (int) Files.size(copy) / 2));
            FileCopies files = follower.process().files().orElseThrow();
            assertThatThrownBy(() -> receive(files, half)).isInstanceOf(SnapshotFormatException.class);
            assertThatThrownBy(files::install).hasMessageContaining("no copy was received");
            assertThat(directory.resolve("b").resolve(".incoming.building")).doesNotExist();
            run(leader, "INSERT INTO shop.t VALUES (1)");
            fixture.awaitApplied(follower);
            assertThat(checksums(follower)).isEqualTo(checksums(leader));

            run(leader, "CREATE TABLE shop.old(id INT PRIMARY KEY) ENGINE=MyISAM", "INSERT INTO shop.old VALUES (1)");
            fixture.awaitApplied(follower);
            if (choice.isMySql()) {
                assertThatThrownBy(() -> write(follower, copy)).hasMessageContaining("not in InnoDB");
            } else {
                write(follower, copy);
            }
        }
    }

    private static void makeSchema(TestEngine leader) throws SQLException {
        run(
                leader,
                "CREATE DATABASE shop",
                "CREATE TABLE shop.t(id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(50), j JSON, f FLOAT, b BIT(9),"
                        + " e ENUM('x','y'), g INT AS (CHAR_LENGTH(v)) VIRTUAL, bl BLOB)",
                "INSERT INTO shop.t(v, j, f, b, e, bl) VALUES ('ünï 😀', '{\"a\": [1, null]}', 0.1, b'101010101', 'y',"
                        + " x'00ff275c'), (NULL,NULL,NULL,NULL,NULL,NULL)",
                "CREATE TABLE shop.loaded(id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(300), FULLTEXT KEY words (v))",
                "CREATE FUNCTION shop.twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
                "CREATE VIEW shop.w AS SELECT id, shop.twice(id) AS two FROM shop.t WHERE id < 3",
                "CREATE TRIGGER shop.tr BEFORE INSERT ON shop.loaded FOR EACH ROW SET NEW.v = CONCAT(NEW.v, 'ü')",
                "CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.loaded",
                "CREATE USER clerk@'%' IDENTIFIED BY 'it''s'",
                "GRANT SELECT ON shop.* TO clerk@'%'");
    }

    private static Path copyWhileClientsWrite(TestEngine leader, TestEngine follower, Path copy) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(() -> work(leader, stop, written), command -> new Thread(command).start());
        try {
            await("writes", () -> written.get() > 20 || writer.isDone());
            write(follower, copy);
            int then = written.get();
            await("more writes", () -> written.get() > then + 20 || writer.isDone());
        } finally {
            stop.set(true);
        }
        writer.join();
        return copy;
    }

    private static void work(TestEngine leader, AtomicBoolean stop, AtomicInteger written) {
        try (Connection client = leader.asClient()) {
            while (!stop.get()) {
                int n = written.incrementAndGet();
                run(
                        client,
                        "BEGIN",
                        "INSERT INTO shop.loaded(v) VALUES (REPEAT('r', " + n % 300 + "))",
                        "INSERT INTO shop.t(v) VALUES ('" + n + "')",
                        "COMMIT",
                        "CREATE OR REPLACE VIEW shop.newest AS SELECT " + n + " AS n",
                        "DROP TABLE IF EXISTS shop.made_" + n % 5,
                        "CREATE TABLE shop.made_" + n % 5 + " (id INT PRIMARY KEY)",
                        "ALTER TABLE shop.made_" + n % 5 + " ADD COLUMN c" + n + " INT");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(TestEngine source, Path copy) throws Exception {
        try (OutputStream out = Files.newOutputStream(copy)) {
            source.process().files().orElseThrow().source().writeTo(out, progress -> {});
        }
    }

    private static EnginePosition receive(FileCopies files, Path copy) throws Exception {
        try (InputStream in = Files.newInputStream(copy)) {
            return files.receive(in, progress -> {});
        }
    }

    private static EnginePosition load(TestEngine target, Path copy) throws Exception {
        FileCopies files = target.process().files().orElseThrow();
        EnginePosition position = receive(files, copy);
        assertThatThrownBy(files::install).hasMessageContaining("its engine runs");
        target.process().kill();
        files.install();
        assertThat(target.process().start()).as("anew").isFalse();
        target.administration().prepare();
        return position;
    }

    private static void assertSame(TestEngine one, TestEngine other) throws Exception {
        assertThat(checksums(one)).isEqualTo(checksums(other)).hasSizeGreaterThan(4);
        for (String sql : DEFINITIONS) {
            assertThat(one.query(sql)).as(sql).isEqualTo(other.query(sql)).isNotEmpty();
        }
    }
}
