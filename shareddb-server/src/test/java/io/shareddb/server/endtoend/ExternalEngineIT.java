package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.DataSourceFactory;
import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.engine.managed.ManagedEngineConfig;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose engines somebody else starts, late or wrongly, kills and starts again. */
class ExternalEngineIT {
    static final String PASSWORD = "external";

    private static final Path CACHE = Path.of("target", "engines").toAbsolutePath();
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    static Path shared;

    private static EngineBinaries binaries;
    private static Path data;

    @TempDir
    Path directory;

    private final List<ExternalServer> engines = new ArrayList<>();
    private final List<SharedDbNode> nodes = new ArrayList<>();

    @BeforeAll
    static void makeData() throws InterruptedException {
        binaries = EngineBinaries.ofClassPath(CACHE);
        DataSourceFactory connections = (host, port, account) -> {
            MysqlDataSource source = new MysqlDataSource();
            source.setUrl("jdbc:mysql://" + host + ":" + port + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true");
            source.setUser(account.user());
            source.setPassword(account.password());
            return new DataSourceFactory.Connections() {
                @Override
                public javax.sql.DataSource dataSource() {
                    return source;
                }

                @Override
                public void close() {}
            };
        };
        Path template = shared.resolve("template");
        try (ManagedEngine engine = new ManagedEngine(ManagedEngineConfig.of(
                template, CACHE, binaries, FreePorts.block(1), new Credentials("root", PASSWORD), connections))) {
            engine.start();
            engine.stop(Duration.ofSeconds(20));
        }
        data = template.resolve("data");
    }

    @AfterEach
    void stop() {
        nodes.forEach(SharedDbNode::close);
        for (ExternalServer engine : engines) {
            engine.close();
        }
    }

    @Test
    void clusterOnEnginesThatAreLateAndKilledLosesNothing() throws Exception {
        int port = FreePorts.block(12);
        int enginePort = FreePorts.block(3);
        for (int i = 0; i < 3; i++) {
            engine("engine" + i, enginePort + i, ExternalServer.DOCUMENTED);
        }
        engines.get(0).start();
        engines.get(1).start();
        for (int i = 0; i < 3; i++) {
            nodes.add(node("node" + i, port + 4 * i, port, enginePort + i).start());
        }
        Poll.until(() -> "it says what it waits for: " + nodes.get(2).status(), LONG, () -> nodes.get(2)
                .status()
                .reason()
                .contains("waits for its engine: the engine at 127.0.0.1:" + (enginePort + 2)));
        Poll.until(
                () -> "another says so, too: " + nodes.get(0).status(),
                LONG,
                () -> nodes.get(0).status().reason().contains("what the engine holds is not known yet of node2"));

        engines.get(2).start();
        for (SharedDbNode node : nodes) {
            node.awaitReady(LONG);
        }
        execute(nodes.get(0), "CREATE DATABASE d", "CREATE TABLE d.t (v INT PRIMARY KEY)");

        Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread writer = new Thread(() -> write(acknowledged, stopped), "writer");
        writer.start();
        try {
            for (boolean leader : new boolean[] {true, false}) {
                awaitMore(acknowledged, 50);
                int victim = index(leader);
                engines.get(victim).kill();
                awaitMore(acknowledged, 50); // the others go on
                engines.get(victim).start();
                Poll.until(
                        () -> "node " + victim + " is back: "
                                + nodes.get(victim).status(),
                        LONG,
                        () -> {
                            NodeState state = nodes.get(victim).status().state();
                            return state == NodeState.FOLLOWING || state == NodeState.LEADING;
                        });
            }
            awaitMore(acknowledged, 50);
        } finally {
            stopped.set(true);
            writer.join();
        }
        for (ExternalServer engine : engines) {
            Poll.until(() -> "all rows are in the engine on port " + engine.port() + ": " + nodes, LONG, () -> {
                Set<Integer> missing = new HashSet<>(acknowledged);
                rows(engine).forEach(missing::remove);
                return missing.isEmpty();
            });
        }
        Poll.until(
                "all engines hold the same",
                LONG,
                () -> rows(engines.get(0)).equals(rows(engines.get(1)))
                        && rows(engines.get(0)).equals(rows(engines.get(2))));

        SharedDbNode stranger =
                node("stranger", FreePorts.block(4), 0, enginePort).start();
        nodes.add(stranger);
        Poll.until(() -> "refused: " + stranger.status(), LONG, () -> stranger.status()
                .reason()
                .contains("belongs to node"));
        assertThat(stranger.status().reason()).contains("is not touched");
    }

    @Test
    void engineThatCannotBeUsedIsToldWhatItNeeds() throws Exception {
        int port = FreePorts.block(4);
        int enginePort = FreePorts.block(1);
        ExternalServer engine = engine("engine", enginePort, List.of("--log-slave-updates"));
        engine.start();
        SharedDbNode node = node("node", port, 0, enginePort).start();
        nodes.add(node);

        Poll.until(() -> "refused: " + node.status(), LONG, () -> node.status()
                .reason()
                .contains("cannot be used"));
        assertThat(node.status().reason())
                .contains("log_bin is OFF (add the line: log_bin)")
                .contains("Its configuration file needs: [mariadb] log_bin");
        try (Connection connection = engine.connect();
                Statement statement = connection.createStatement()) {
            assertThat(Engines.column(statement, "SHOW TABLES FROM mysql LIKE 'shareddb_node'"))
                    .isEmpty();
        }

        engine.kill(); // repaired as it was told to, and the node goes on by itself
        engines.remove(engine);
        engine("repaired", enginePort, ExternalServer.DOCUMENTED).start();
        node.awaitReady(LONG);
    }

    private ExternalServer engine(String name, int port, List<String> options) throws IOException {
        ExternalServer engine = new ExternalServer(binaries, data, directory.resolve(name), port, options);
        engines.add(engine);
        return engine;
    }

    /** @param first of the ports of a cluster of three; 0: a cluster of its own */
    private SharedDbNodeBuilder node(String name, int port, int first, int enginePort) {
        SharedDbNodeBuilder builder = SharedDbNode.builder()
                .dataDirectory(directory.resolve(name))
                .password(PASSWORD)
                .ports(port, port + 1, port + 2, port + 3)
                .set(Setting.NODE_NAME, name)
                .set(Setting.DB_COMPONENT_NAME, "127.0.0.1")
                .set(Setting.DB_ENGINE_PORT, String.valueOf(enginePort));
        return first == 0
                ? builder
                : builder.peers("127.0.0.1:" + (first + 2), "127.0.0.1:" + (first + 6), "127.0.0.1:" + (first + 10));
    }

    private int index(boolean leader) {
        return Poll.value(() -> "a " + (leader ? "leader" : "follower"), LONG, () -> {
            for (int i = 0; i < 3; i++) {
                NodeState state = nodes.get(i).status().state();
                if (state == (leader ? NodeState.LEADING : NodeState.FOLLOWING)) {
                    return java.util.Optional.of(i);
                }
            }
            return java.util.Optional.empty();
        });
    }

    /** Each row once, whatever the answer was; a row counts when it was acknowledged. */
    private void write(Set<Integer> acknowledged, AtomicBoolean stopped) {
        int number = 0;
        while (!stopped.get()) {
            try (Connection connection = connect(nodes.get(number % 3));
                    Statement statement = connection.createStatement()) {
                while (!stopped.get()) {
                    int row = number++;
                    statement.execute("INSERT INTO d.t VALUES (" + row + ")");
                    acknowledged.add(row);
                }
            } catch (SQLException e) {
                number++;
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static void awaitMore(Set<Integer> acknowledged, int more) {
        int wanted = acknowledged.size() + more;
        Poll.until(
                () -> wanted + " rows acknowledged, not " + acknowledged.size(),
                LONG,
                () -> acknowledged.size() >= wanted);
    }

    private static List<String> rows(ExternalServer engine, String sql) throws SQLException {
        try (Connection connection = engine.connect();
                Statement statement = connection.createStatement()) {
            return Engines.column(statement, sql);
        }
    }

    private static List<Integer> rows(ExternalServer engine) throws SQLException {
        return rows(engine, "SELECT v FROM d.t ORDER BY v").stream()
                .map(Integer::valueOf)
                .toList();
    }

    private static void execute(SharedDbNode node, String... statements) throws SQLException {
        try (Connection connection = connect(node);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Connection connect(SharedDbNode node) throws SQLException {
        String url = "jdbc:mysql://127.0.0.1:" + node.mysqlPort()
                + "/?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=30000";
        return DriverManager.getConnection(url, "root", PASSWORD);
    }
}
