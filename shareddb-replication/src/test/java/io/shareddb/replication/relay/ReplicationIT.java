package io.shareddb.replication.relay;

import static io.shareddb.replication.relay.ReplicationFixture.await;
import static io.shareddb.replication.relay.ReplicationFixture.checksums;
import static io.shareddb.replication.relay.ReplicationFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.archive.TransactionCursor;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.capture.Capture;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real engines around an in-memory log: capture, archive and relay together. */
class ReplicationIT {
    private static final String ROW_OF_20_MB = "INSERT INTO shop.large VALUES (1, REPEAT('x', 20000000))";

    private static final String ENGINES = "io.shareddb.replication.engine.TestEngines#all";

    /** What MySQL has no word for. */
    private static final List<String> MARIADB_ONLY = List.of("SEQUENCE", "VALUE FOR");

    private static final int CLIENTS = 12;
    private static final int ROUNDS = 250;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void everyKindOfTransactionArrives(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.engine(directory.resolve("a"));
            TestEngine follower = fixture.engine(directory.resolve("b"));
            Capture capture = fixture.lead(leader, 1);
            Relay relay = fixture.relay(new RelayConfig("127.0.0.1", 0, 20_000, 1 << 20, Duration.ofSeconds(10)));
            fixture.follow(follower, relay);
            writeEverything(leader, choice);
            fixture.awaitApplied(follower);
            assertSame(leader, follower, choice);
            assertThat(checksums(leader)).hasSizeGreaterThan(5);
            assertThat(relay.served()).isEqualTo(fixture.archive.committed().seq());
            assertThat(fixture.ended.get()).isNull();
            assertThat(capture.timings().log().getTotalCount())
                    .isEqualTo(fixture.archive.committed().seq());

            // the same again, from the archive, into an engine that comes late
            TestEngine late = fixture.engine(directory.resolve("c"));
            fixture.follow(late, fixture.relay());
            fixture.awaitApplied(late);
            assertSame(leader, late, choice);
        }
    }

    /** A definition must not be taken for applied before what was committed before it: rows are there when their position is. */
    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void whatIsSaidToBeAppliedIsThere(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.leader();
            TestEngine follower = fixture.follower();
            run(leader, "CREATE DATABASE shop", "CREATE TABLE shop.rows_of(client INT PRIMARY KEY, n INT)");
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<Future<List<String>>> missed = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int own = client;
                missed.add(clients.submit(() -> writeAndLook(fixture, leader, follower, own)));
            }
            clients.shutdown();
            for (Future<List<String>> future : missed) {
                assertThat(future.get(2, TimeUnit.MINUTES)).isEmpty();
            }
        }
    }

    private static List<String> writeAndLook(
            ReplicationFixture fixture, TestEngine leader, TestEngine follower, int client) throws SQLException {
        List<String> missed = new ArrayList<>();
        try (Connection writer = leader.asClient();
                Connection reader = follower.asClient();
                Statement look = reader.createStatement()) {
            run(writer, "INSERT INTO shop.rows_of VALUES (" + client + ", 0)");
            for (int n = 1; n <= ROUNDS; n++) {
                run(writer, "UPDATE shop.rows_of SET n = " + n + " WHERE client = " + client);
                if (client % 4 == 0) {
                    run(writer, "DROP TABLE IF EXISTS shop.never");
                }
                EnginePosition position = fixture.archive.committed().position();
                assertThat(value(look, fixture.family.sessions().awaitApplied(position, ReplicationFixture.LIMIT)))
                        .isEqualTo("0");
                String found = value(look, "SELECT n FROM shop.rows_of WHERE client = " + client);
                if (!found.equals(String.valueOf(n))) {
                    missed.add("client " + client + " wrote " + n + " and found " + found + " at " + position.text());
                }
            }
        }
        return missed;
    }

    private static String value(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private void writeEverything(TestEngine leader, TestEngines.Choice choice) throws Exception {
        List<String> statements = new ArrayList<>(List.of(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.t(id INT PRIMARY KEY AUTO_INCREMENT, v TEXT, at DATETIME(6), u CHAR(36), r DOUBLE)",
                "CREATE TABLE shop.large(id INT PRIMARY KEY, v LONGTEXT)",
                "CREATE TABLE shop.my(id INT PRIMARY KEY, v TEXT) ENGINE=MyISAM",
                "CREATE TABLE shop.child(id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES shop.t(id) ON DELETE CASCADE)",
                "INSERT INTO shop.t(v, at, u, r) VALUES ('one', NOW(6), UUID(), RAND()), ('two', NOW(6), UUID(), RAND())",
                "INSERT INTO shop.child VALUES (1, 1), (2, 2)",
                "DELETE FROM shop.t WHERE id = 1",
                "SET timestamp = 1000000000",
                "INSERT INTO shop.t(v, at) VALUES ('old', NOW())",
                "SET timestamp = DEFAULT",
                "INSERT INTO shop.my VALUES (1, 'a'), (2, 'b')",
                "UPDATE shop.my SET v = CONCAT(v, v)",
                "CREATE SEQUENCE shop.s",
                "SELECT NEXT VALUE FOR shop.s",
                "SELECT NEXT VALUE FOR shop.s",
                "START TRANSACTION",
                "INSERT INTO shop.t(v) VALUES ('kept')",
                "SAVEPOINT one",
                "INSERT INTO shop.t(v) VALUES ('gone')",
                "ROLLBACK TO SAVEPOINT one",
                "SAVEPOINT two",
                "INSERT INTO shop.t(v) VALUES ('kept too')",
                "COMMIT",
                "CREATE TABLE shop.copy AS SELECT * FROM shop.t",
                "CREATE TABLE shop.alike LIKE shop.t",
                "XA START 'x1'",
                "INSERT INTO shop.t(v) VALUES ('in two phases')",
                "XA END 'x1'",
                "XA PREPARE 'x1'",
                "XA COMMIT 'x1'",
                "XA START 'x2'",
                "INSERT INTO shop.t(v) VALUES ('never')",
                "XA END 'x2'",
                "XA PREPARE 'x2'",
                "XA ROLLBACK 'x2'",
                "XA START 'x3'",
                "INSERT INTO shop.t(v) VALUES ('in one phase')",
                "XA END 'x3'",
                "XA COMMIT 'x3' ONE PHASE",
                "CREATE TRIGGER shop.tr BEFORE INSERT ON shop.t FOR EACH ROW SET NEW.u = UUID()",
                "INSERT INTO shop.t(v) VALUES ('triggered')",
                "CREATE VIEW shop.w AS SELECT id, v FROM shop.t",
                "CREATE PROCEDURE shop.p(n INT) INSERT INTO shop.t(v) SELECT CONCAT('p', n, RAND())",
                "CALL shop.p(7)",
                "CREATE FUNCTION shop.f(n INT) RETURNS INT DETERMINISTIC RETURN n + 1",
                "CREATE EVENT shop.e ON SCHEDULE EVERY 1 DAY DO INSERT INTO shop.t(v) VALUES ('event')",
                "CREATE TEMPORARY TABLE shop.temporary(id INT)",
                "INSERT INTO shop.temporary VALUES (1)",
                "INSERT INTO shop.t(v) SELECT 'from temporary' FROM shop.temporary",
                "DROP TEMPORARY TABLE shop.temporary",
                "CREATE USER someone@'%' IDENTIFIED BY 'secret'",
                "GRANT SELECT ON shop.* TO someone@'%'",
                "CREATE ROLE readers",
                "GRANT readers TO someone@'%'",
                "ALTER TABLE shop.t ADD COLUMN extra INT DEFAULT 5, ADD INDEX (at)",
                "UPDATE shop.t SET extra = id",
                "ANALYZE TABLE shop.t",
                "FLUSH TABLES",
                "RENAME TABLE shop.alike TO shop.renamed",
                "TRUNCATE TABLE shop.renamed",
                "INSERT INTO shop.renamed(v) VALUES ('COMMIT'), ('ROLLBACK')",
                "DROP TABLE shop.copy",
                ROW_OF_20_MB,
                "INSERT INTO shop.large VALUES (2, REPEAT('y', 16777150)), (3, REPEAT('z', 1048576))",
                "DELETE FROM shop.large WHERE id = 2"));
        if (choice.isMySql()) {
            statements.removeIf(sql -> MARIADB_ONLY.stream().anyMatch(sql::contains));
            statements.addAll(List.of(
                    "SET gtid_next='AUTOMATIC:mine'",
                    "INSERT INTO shop.t(v) VALUES ('tagged')",
                    "SET gtid_next='AUTOMATIC'",
                    "SET SESSION binlog_transaction_compression=ON",
                    "INSERT INTO shop.t(v) VALUES (REPEAT('compressed', 1000))",
                    "INSERT INTO shop.large VALUES (4, REPEAT('compressed', 2000000))"));
        }
        run(leader, statements.toArray(String[]::new));
        loadData(leader);
        manyRows(leader);
    }

    private void loadData(TestEngine leader) throws Exception {
        Path file = Files.writeString(directory.resolve("rows.txt"), "100\tl\u00f6aded\n101\tas well\n");
        run(
                leader,
                "CREATE TABLE shop.loaded(id INT PRIMARY KEY, v VARCHAR(20)) CHARACTER SET utf8mb4",
                "LOAD DATA INFILE '" + file + "' INTO TABLE shop.loaded CHARACTER SET utf8mb4");
    }

    /** One transaction of several megabytes in many events. */
    private static void manyRows(TestEngine leader) throws SQLException {
        try (Connection connection = leader.asClient()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO shop.large VALUES (?, REPEAT('m', 50000))")) {
                for (int i = 100; i < 200; i++) {
                    insert.setInt(1, i);
                    insert.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    private static void assertSame(TestEngine one, TestEngine other, TestEngines.Choice choice) throws Exception {
        assertThat(checksums(other)).isEqualTo(checksums(one));
        String accounts = choice.isMySql()
                ? "SELECT user, host, plugin, authentication_string FROM mysql.user WHERE user IN ('someone', 'readers')"
                : "SELECT user, host, priv FROM mysql.global_priv WHERE user IN ('someone', 'readers')";
        for (String sql : List.of(
                "SELECT table_schema, table_name, view_definition FROM information_schema.views"
                        + " WHERE table_schema = 'shop'",
                "SELECT routine_name, routine_type, routine_definition FROM information_schema.routines"
                        + " WHERE routine_schema = 'shop' ORDER BY 1",
                "SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = 'shop'",
                "SELECT event_name, event_definition FROM information_schema.events",
                accounts,
                choice.isMySql() ? "SELECT 1" : "SELECT next_not_cached_value FROM shop.s",
                "SHOW GRANTS FOR someone@'%'")) {
            assertThat(other.query(sql)).as(sql).isEqualTo(one.query(sql)).isNotEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void rowIsInvisibleUntilTheLogHasIt(TestEngines.Choice choice) throws Exception { // DESIGN, promise 2
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.engine(directory.resolve("a"));
            fixture.lead(leader, 1);
            run(leader, "CREATE DATABASE shop", "CREATE TABLE shop.t(id INT PRIMARY KEY)");
            fixture.log.automatic(false);
            CompletableFuture<Void> commit = background(leader, "INSERT INTO shop.t VALUES (1)");
            await("append", () -> fixture.log.waiting() > 0);
            await("commit to wait", () -> waitsForAcknowledgement(leader));
            assertThat(leader.value("SELECT COUNT(*) FROM shop.t")).isEqualTo("0");
            assertThat(commit).isNotDone();
            fixture.log.commit(1);
            commit.get(10, TimeUnit.SECONDS);
            assertThat(leader.value("SELECT COUNT(*) FROM shop.t")).isEqualTo("1");

            // the connection is lost before the commit, which is then in the log when the capture is back
            CompletableFuture<Void> second = background(leader, "INSERT INTO shop.t VALUES (2)");
            await("append", () -> fixture.log.waiting() > 0);
            dropCapture(leader);
            await("new connection", () -> !dumps(leader).isEmpty());
            assertThat(leader.value("SELECT COUNT(*) FROM shop.t")).isEqualTo("1");
            assertThat(second).isNotDone();
            fixture.log.commit(1);
            second.get(10, TimeUnit.SECONDS);
            assertThat(leader.value("SELECT COUNT(*) FROM shop.t")).isEqualTo("2");
            assertThat(fixture.ended.get()).isNull();
        }
    }

    private static CompletableFuture<Void> background(TestEngine engine, String... statements) {
        return CompletableFuture.runAsync(() -> {
            try {
                run(engine, statements);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static boolean waitsForAcknowledgement(TestEngine engine) throws SQLException {
        return engine.query("SELECT state FROM information_schema.processlist")
                .toString()
                .contains("semi-sync ACK");
    }

    private static List<String> dumps(TestEngine engine) throws SQLException {
        return engine.query("SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'").stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    private static void dropCapture(TestEngine leader) throws Exception {
        for (String id : dumps(leader)) {
            leader.execute("KILL " + id);
            await("connection " + id + " to end", () -> !dumps(leader).contains(id));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void lostConnectionsUnderLoadLoseAndRepeatNothing(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.engine(directory.resolve("a"));
            TestEngine follower = fixture.engine(directory.resolve("b"));
            fixture.lead(leader, 1);
            Relay relay = fixture.relay();
            fixture.follow(follower, relay);
            Load load = new Load(leader, 4);
            for (int round = 1; round <= 3; round++) {
                load.awaitMore(50);
                dropCapture(leader); // the capture makes a new one
                load.awaitMore(50);
                follower.process().kill();
                load.awaitMore(50);
                follower.process().start();
                follower.administration().prepare();
                fixture.follow(follower, relay);
            }
            load.stop();
            fixture.awaitApplied(follower);
            assertThat(follower.value("SELECT COUNT(*) FROM load_test.t")).isEqualTo(Long.toString(load.written()));
            assertThat(checksums(follower)).isEqualTo(checksums(leader)).isNotEmpty();
            assertThat(fixture.ended.get()).isNull();
            assertNoGaps(fixture);
        }
    }

    private static void assertNoGaps(ReplicationFixture fixture) throws Exception {
        long expected = 1;
        try (TransactionCursor cursor = fixture.archive.read(1)) {
            TransactionRecord next = cursor.next(Duration.ZERO);
            while (next != null) {
                assertThat(next.seq()).isEqualTo(expected);
                assertThat(next.gtid().text()).matches(".*[-:]" + expected);
                expected++;
                next = cursor.next(Duration.ZERO);
            }
        }
        assertThat(expected).isEqualTo(fixture.archive.committed().seq() + 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void thirdEngineStaysConnectedWhileTheLeadershipGoesToAndFro(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine a = fixture.engine(directory.resolve("a"));
            TestEngine b = fixture.engine(directory.resolve("b"));
            TestEngine c = fixture.engine(directory.resolve("c"));
            Relay relayOfA = fixture.relay();
            Relay relayOfB = fixture.relay();
            Relay relayOfC = fixture.relay();
            fixture.lead(a, 1);
            fixture.follow(b, relayOfB);
            fixture.follow(c, relayOfC);
            run(a, "CREATE DATABASE shop", "CREATE TABLE shop.t(id INT PRIMARY KEY AUTO_INCREMENT, v TEXT)");
            fixture.awaitApplied(c); // it is connected
            String connection = connectionOf(c, choice);
            TestEngine leader = a;
            for (int term = 2; term <= 5; term++) {
                run(leader, "INSERT INTO shop.t(v) VALUES ('term " + term + "')");
                TestEngine next = leader == a ? b : a;
                fixture.awaitApplied(next);
                assertThat(leader.administration().closeForWrites(Duration.ofSeconds(5)))
                        .isTrue();
                TestEngine former = leader;
                fixture.lead(next, term);
                fixture.follow(former, former == a ? relayOfA : relayOfB);
                leader = next;
                run(leader, "INSERT INTO shop.t(v) VALUES ('after')");
                fixture.awaitApplied(c);
                if (!choice.isMySql()) { // which counts them where performance_schema is on
                    int heartbeats = heartbeats(c);
                    await("a heartbeat, whose place must fit", () -> heartbeats(c) > heartbeats);
                }
            }
            fixture.awaitApplied(a == leader ? b : a);
            fixture.awaitApplied(c);
            assertThat(connectionOf(c, choice)).isEqualTo(connection);
            assertThat(checksums(b)).isEqualTo(checksums(a)).isNotEmpty();
            assertThat(checksums(c)).isEqualTo(checksums(a));
            assertThat(c.value("SELECT COUNT(*) FROM shop.t")).isEqualTo("8");
        }
    }

    private static int heartbeats(TestEngine engine) throws SQLException {
        return Integer.parseInt(engine.value("SELECT variable_value FROM information_schema.global_status"
                + " WHERE variable_name = 'SLAVE_RECEIVED_HEARTBEATS'"));
    }

    /** The id of the thread that holds the connection to the relay, and how often it connected. */
    private static String connectionOf(TestEngine engine, TestEngines.Choice choice) throws SQLException {
        if (choice.isMySql()) {
            return engine.query(
                            "SELECT id FROM information_schema.processlist WHERE state LIKE '%source to send event%'")
                    .toString();
        }
        return engine.query("SELECT id FROM information_schema.processlist WHERE command = 'Slave_IO'")
                        .toString()
                + engine.value("SELECT variable_value FROM information_schema.global_status"
                        + " WHERE variable_name = 'SLAVE_CONNECTIONS'");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(ENGINES)
    void engineThatHoldsWhatTheHistoryDoesNotIsRefused(TestEngines.Choice choice) throws Exception {
        try (ReplicationFixture fixture = new ReplicationFixture(directory, choice)) {
            TestEngine leader = fixture.engine(directory.resolve("a"));
            TestEngine follower = fixture.engine(directory.resolve("b"));
            fixture.lead(leader, 1);
            run(leader, "CREATE DATABASE shop", "CREATE DATABASE shop2", "CREATE DATABASE shop3");
            Relay relay = fixture.relay(new RelayConfig("127.0.0.1", 0, 1 << 20, 1 << 20, Duration.ofMillis(300)));
            if (choice.isMySql()) { // whose position cannot be said to be what it is not
                follower.execute("SET GLOBAL super_read_only=0", "SET sql_log_bin=1", "CREATE DATABASE errant");
            }
            for (String position : choice.isMySql()
                    ? List.of(follower.administration().state().applied().text())
                    : List.of("0-9-2", "0-9-3", "0-9-70")) {
                follower.administration().stopFollowing();
                follower.administration().follow(relay.address(), fixture.family.position(position));
                await("refusal of " + position, () -> follower.administration()
                        .state()
                        .followError()
                        .filter(error -> error.contains("1236") && error.contains("must be reseeded"))
                        .isPresent());
            }
        }
    }

    /** Sessions that insert one row after the other. */
    private static final class Load {
        private final CompletableFuture<?>[] writers;
        private final AtomicLong written = new AtomicLong();
        private volatile boolean stopped;

        Load(TestEngine leader, int count) throws SQLException {
            run(
                    leader,
                    "CREATE DATABASE load_test",
                    "CREATE TABLE load_test.t(id BIGINT PRIMARY KEY AUTO_INCREMENT, v VARBINARY(300), KEY (v(8)))");
            writers = new CompletableFuture<?>[count];
            for (int i = 0; i < count; i++) {
                writers[i] = CompletableFuture.runAsync(() -> write(leader), command -> new Thread(command).start());
            }
        }

        private void write(TestEngine leader) {
            try (Connection connection = leader.asClient();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO load_test.t(v) VALUES (?)")) {
                while (!stopped) {
                    insert.setBytes(1, ("row " + written.get()).repeat(5).getBytes(StandardCharsets.UTF_8));
                    insert.executeUpdate();
                    written.incrementAndGet();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        void awaitMore(int rows) {
            long target = written.get() + rows;
            await(rows + " more rows", () -> {
                for (CompletableFuture<?> writer : writers) {
                    assertThat(writer).isNotCompletedExceptionally();
                }
                return written.get() >= target;
            });
        }

        void stop() {
            stopped = true;
            CompletableFuture.allOf(writers).join();
        }

        long written() {
            return written.get();
        }
    }
}
