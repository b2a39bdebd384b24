package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that clients write through any node is the same on every engine. One cluster for all tests on a kind of engine. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
class ReplicationIT {
    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by start
    private static Cluster cluster;

    private final EngineChoice engine;

    ReplicationIT(EngineChoice engine) {
        this.engine = engine;
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice engine) throws IOException {
        cluster = Cluster.startSteady(engine, directory.resolve(engine.folder()));
        cluster.awaitReady();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        cluster.close();
    }

    @Test
    void rowWrittenThroughAnyNodeIsReadThroughEveryNode() throws Exception {
        try (Connection connection = cluster.connect(cluster.follower(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE anywhere");
            statement.execute("CREATE TABLE anywhere.t (node INT PRIMARY KEY)");
        }
        for (int writer : Cluster.nodes()) {
            try (Connection connection = cluster.connect(writer, "anywhere");
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO t VALUES (" + writer + ")");
                assertThat(Engines.column(statement, "SELECT node FROM t WHERE node = " + writer))
                        .as("node %d reads its own write", writer)
                        .containsExactly(String.valueOf(writer));
            }
        }
        for (int reader : Cluster.nodes()) {
            Poll.until("node " + reader + " reads all rows", Duration.ofSeconds(10), () -> {
                try (Connection connection = cluster.connect(reader, "anywhere");
                        Statement statement = connection.createStatement()) {
                    return Engines.column(statement, "SELECT node FROM t ORDER BY node")
                            .equals(List.of("0", "1", "2"));
                }
            });
        }
    }

    @Test
    void databaseIsThereForItsMakerOnANodeThatLagsBehind() throws Exception {
        int follower = cluster.follower();
        try (Connection engine = cluster.connectEngine(follower);
                Statement lock = engine.createStatement();
                Connection connection = cluster.connect(follower, "");
                Statement statement = connection.createStatement()) {
            assertThat(Engines.column(statement, "SELECT 1")).containsExactly("1"); // its local connection is open
            lock.execute("FLUSH TABLES WITH READ LOCK"); // the applier waits
            statement.execute("CREATE DATABASE fresh");
            statement.execute("USE fresh");
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY)");
            statement.execute("INSERT INTO t VALUES (1)");
            assertThat(Engines.column(statement, "SELECT id FROM t")).containsExactly("1");
            try (Connection another = cluster.connect(follower, "fresh");
                    Statement reads = another.createStatement()) {
                assertThat(Engines.column(reads, "SELECT id FROM t")).containsExactly("1");
                lock.execute("UNLOCK TABLES");
                assertThat(Engines.column(reads, "SELECT id FROM t")).containsExactly("1");
            }
            assertThat(Engines.column(statement, "SELECT DATABASE()")).containsExactly("fresh");
            assertThatThrownBy(() -> statement.execute("USE missing")).hasMessageContaining("missing");
            assertThatThrownBy(() -> cluster.connect(follower, "missing")).hasMessageContaining("missing");
            assertThat(Engines.column(statement, "SELECT id FROM t")).containsExactly("1");
        }
    }

    @Test
    void definitionOfASessionThatIsNotStrictIsTakenByEveryEngine() throws Exception {
        try (Connection connection = cluster.connect(cluster.follower(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE lax");
            statement.execute("SET innodb_strict_mode = 0");
            statement.execute("CREATE TABLE lax.t (id INT PRIMARY KEY) ROW_FORMAT=FIXED");
            statement.execute("CREATE TABLE lax.c (id INT PRIMARY KEY) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=7");
            statement.execute("INSERT INTO lax.t VALUES (1)");
        }
        Engines.assertEqual(cluster);
    }

    @Test
    void whatIsDifferentEachTimeIsTheSameOnEveryEngine() throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE chance");
            statement.execute("""
                    CREATE TABLE chance.t (
                      id BIGINT AUTO_INCREMENT PRIMARY KEY, u CHAR(36), r DOUBLE, n DATETIME(6), c INT, s VARCHAR(64),
                      d TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6))
                    """);
            statement.execute(
                    "CREATE TABLE chance.log (id BIGINT AUTO_INCREMENT PRIMARY KEY, m VARCHAR(80), r DOUBLE)");
            statement.execute("""
                    CREATE TRIGGER chance.after_t AFTER INSERT ON chance.t FOR EACH ROW
                    INSERT INTO chance.log (m, r) VALUES (CONCAT(NEW.id, ' ', UUID()), RAND())
                    """);
        }
        inParallel(9, client -> {
            try (Connection connection =
                            cluster.connect(client % Cluster.NODES, "chance", "&allowLoadLocalInfile=true");
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 20; i++) {
                    statement.execute(
                            "INSERT INTO t (u, r, n, c, s) VALUES (UUID(), RAND(), NOW(6), CONNECTION_ID(), SYSDATE(6))");
                    statement.execute("UPDATE t SET r = RAND(), s = UUID() ORDER BY RAND() LIMIT 2");
                }
                statement.execute("SET @x := RAND()");
                statement.execute("INSERT INTO t (r, s) SELECT @x, UUID() FROM t LIMIT 3");
                statement.execute("DELETE FROM t ORDER BY u LIMIT 5");
                loadData(statement, client);
            }
            return null;
        });
        Engines.assertEqual(cluster);
    }

    private static void loadData(Statement statement, int client) throws SQLException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            lines.append(client).append('\t').append("line ").append(i).append('\n');
        }
        statement
                .unwrap(com.mysql.cj.jdbc.JdbcStatement.class)
                .setLocalInfileInputStream(new java.io.ByteArrayInputStream(
                        lines.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        statement.execute("LOAD DATA LOCAL INFILE 'lines' INTO TABLE t (c, s) SET u = UUID(), r = RAND()");
    }

    /** Without its sequence for MySQL, which has none. */
    private Path sample() throws Exception {
        Path script = Path.of(getClass().getResource("/sample/lending.sql").toURI());
        if (!engine.isMySql()) {
            return script;
        }
        String statements = Files.readString(script).replaceAll("(?m)^.*\\bshelf\\b.*$", "");
        return Files.writeString(directory.resolve("lending.sql"), statements);
    }

    @Test
    void realSchemaIsLoadedThroughAFollowerWhileAnotherClientWrites() throws Exception {
        int follower = cluster.follower();
        RowWriters writers = RowWriters.start(cluster, "beside", 2);
        try (writers) {
            writers.awaitAcknowledged(20, Duration.ofSeconds(30));
            ClientProgram.Outcome outcome = ClientProgram.run(cluster, follower, sample());
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            writers.awaitAcknowledged(20, Duration.ofSeconds(30));
            try (Connection connection = cluster.connect(follower, "lending");
                    CallableStatement lend = connection.prepareCall("{CALL lend(?, ?, ?, ?)}")) {
                lend.setInt(1, 7);
                lend.setInt(2, 1);
                lend.setInt(3, 1);
                lend.registerOutParameter(4, java.sql.Types.BIGINT);
                lend.execute();
                assertThat(lend.getLong(4)).isEqualTo(4);
            }
            writers.stop();
            Engines.assertEqual(cluster);
            for (int node : Cluster.nodes()) {
                try (Connection connection = cluster.connectEngine(node);
                        Statement statement = connection.createStatement()) {
                    writers.assertHonest(connection);
                    assertThat(Engines.column(statement, "SELECT COUNT(*) FROM lending.book"))
                            .containsExactly("200");
                    assertThat(Engines.column(statement, "SELECT COUNT(*) FROM lending.audit"))
                            .containsExactly("5");
                }
            }
        }
    }

    @Test
    void transactionsAndPreparedStatementsWorkOnEveryNode() throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE bank");
            statement.execute("CREATE TABLE bank.account (id INT PRIMARY KEY, amount INT NOT NULL)");
            statement.execute(
                    "INSERT INTO bank.account WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)"
                            + " SELECT i, 100 FROM n");
        }
        inParallel(6, client -> {
            String options = client < 3 ? "&useServerPrepStmts=true" : "";
            try (Connection connection = cluster.connect(client % Cluster.NODES, "bank", options)) {
                connection.setAutoCommit(false);
                for (int i = 0; i < 20; i++) {
                    transfer(connection, client, i);
                }
            }
            return null;
        });
        Engines.assertEqual(cluster);
        for (int node : Cluster.nodes()) {
            try (Connection connection = cluster.connect(node, "bank");
                    Statement statement = connection.createStatement()) {
                assertThat(Engines.column(statement, "SELECT SUM(amount) FROM account"))
                        .containsExactly("2000");
            }
        }
    }

    private static void transfer(Connection connection, int client, int i) throws SQLException {
        try (PreparedStatement move =
                connection.prepareStatement("UPDATE account SET amount = amount + ? WHERE id = ?")) {
            int from = 1 + (client * 7 + i) % 20;
            int to = 1 + (client * 3 + i * 5 + 1) % 20;
            move.setInt(1, -1);
            move.setInt(2, Math.min(from, to)); // in one order, so that they do not wait for each other in a circle
            move.executeUpdate();
            move.setInt(1, 1);
            move.setInt(2, Math.max(from, to));
            move.executeUpdate();
            if (i % 5 == 4) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }
    }

    @Test
    void thousandConnectionsLeaveNothingBehind() throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE crowd");
            statement.execute("CREATE TABLE crowd.t (id BIGINT AUTO_INCREMENT PRIMARY KEY)");
        }
        List<Integer> before = sizes();
        inParallel(10, client -> {
            for (int i = 0; i < 100; i++) {
                try (Connection connection = cluster.connect((client + i) % Cluster.NODES, "crowd");
                        Statement statement = connection.createStatement()) {
                    Engines.column(statement, "SELECT 1");
                    if (i % 10 == 0) {
                        statement.execute("INSERT INTO t VALUES ()");
                    }
                }
            }
            return null;
        });
        Poll.until(
                () -> "connections and threads are as before: " + before + ", now " + sizes(),
                Duration.ofSeconds(30),
                () -> {
                    List<Integer> now = sizes();
                    for (int i = 0; i < now.size(); i++) {
                        if (now.get(i) > before.get(i) + 5) { // pools breathe
                            return false;
                        }
                    }
                    return true;
                });
    }

    /** Engine connections, operator threads and operator file descriptors of each node. */
    private static List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        for (int node : Cluster.nodes()) {
            try (Connection connection = cluster.connectEngine(node);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM information_schema.processlist")) {
                rows.next();
                sizes.add(rows.getInt(1));
                sizes.add(entries(Path.of("/proc", String.valueOf(cluster.operatorPid(node)), "task")));
                sizes.add(entries(Path.of("/proc", String.valueOf(cluster.operatorPid(node)), "fd")));
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return sizes;
    }

    private static int entries(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? 0 : names.length; // 0 on systems without /proc
    }

    /** What one of several clients does. */
    private interface Client {
        /** @return nothing of interest */
        @org.jspecify.annotations.Nullable
        Object run(int number) throws Exception;
    }

    private static void inParallel(int clients, Client client) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                tasks.add(() -> String.valueOf(client.run(number)));
            }
            for (Future<String> result : threads.invokeAll(tasks)) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
