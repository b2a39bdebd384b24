package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.SharedDbNode;
import io.shareddb.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes whose engines somebody else starts, late or wrongly, kills, starts again, and moves. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
class ExternalEngineIT {
    static final String PASSWORD = "external";

    /** How late the last engine is after its node, in seconds. */
    private static final long LATE = Long.getLong("shareddb.test.late", 3);

    private static final Duration LONG = ExternalNodes.LONG;

    @TempDir
    static Path shared;

    @SuppressWarnings("NullAway.Init") // by makeData
    private static Path data;

    @TempDir
    Path directory;

    private final EngineChoice choice;
    private final List<String> documented;

    ExternalEngineIT(EngineChoice choice) {
        this.choice = choice;
        this.documented = ExternalServer.documented(choice.binaries());
    }

    @BeforeParameterizedClassInvocation
    static void makeData(EngineChoice choice) throws InterruptedException, SQLException {
        data = ExternalServer.template(choice.binaries(), shared.resolve(choice.folder()));
    }

    @Test
    void clusterOnEnginesThatAreFirstLastAndLateAndKilledLosesNothing() throws Exception {
        try (ExternalNodes nodes = new ExternalNodes(choice, data, directory, documented)) {
            nodes.engine(0).start();
            nodes.start(0, Map.of());
            nodes.start(1, Map.of());
            nodes.start(2, Map.of(Setting.RELAY_HOST, "localhost"));
            nodes.engine(1).start();
            Poll.until(() -> "it says what it waits for: " + nodes.node(2).status(), LONG, () -> nodes.node(2)
                    .status()
                    .reason()
                    .contains("waits for its engine: the engine at 127.0.0.1:"
                            + nodes.engine(2).port()));
            Poll.until(
                    () -> "another says so, too: " + nodes.node(0).status(),
                    LONG,
                    () -> nodes.node(0).status().reason().contains("what the engine holds is not known yet of node2"));
            boolean never = new CountDownLatch(1).await(LATE, TimeUnit.SECONDS);
            assertThat(never).isFalse();
            nodes.engine(2).start();
            nodes.awaitReady();

            try (ExternalWriter writer = ExternalWriter.start(nodes)) {
                for (boolean leader : new boolean[] {true, false}) {
                    writer.awaitMore(50);
                    int victim = leader ? nodes.leader() : (nodes.leader() + 1) % ExternalNodes.COUNT;
                    nodes.engine(victim).kill();
                    writer.awaitMore(50); // the others go on
                    nodes.engine(victim).start();
                    nodes.awaitReady(victim);
                }
                writer.awaitMore(50);
                writer.assertNothingLost();
            }
            if (nodes.leader() != 2) {
                assertThat(source(nodes.engine(2)))
                        .as("where it was told to fetch from")
                        .isEqualTo("localhost");
            }

            try (SharedDbNode stranger = ExternalNodes.builder(
                            directory,
                            "stranger",
                            FreePorts.block(4),
                            nodes.engine(0).port())
                    .start()) {
                Poll.until(() -> "refused: " + stranger.status(), LONG, () -> stranger.status()
                        .reason()
                        .contains("belongs to node"));
                assertThat(stranger.status().reason()).contains("is not touched");
            }
        }
    }

    private String source(ExternalServer engine) throws SQLException {
        try (Connection connection = engine.connect();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(choice.isMySql() ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS")) {
            assertThat(row.next()).isTrue();
            return row.getString(choice.isMySql() ? "Source_Host" : "Master_Host");
        }
    }

    @Test
    void engineThatCannotBeUsedIsToldWhatItNeeds() throws Exception {
        int port = FreePorts.block(4);
        int enginePort = FreePorts.block(1);
        List<String> wrong = choice.isMySql() ? List.of("--skip-log-bin") : List.of("--log-slave-updates");
        try (ExternalServer engine = engine("engine", enginePort, wrong);
                ExternalServer repaired = engine("repaired", enginePort, documented)) {
            engine.start();
            try (SharedDbNode node =
                    ExternalNodes.builder(directory, "node", port, enginePort).start()) {
                Poll.until(() -> "refused: " + node.status(), LONG, () -> node.status()
                        .reason()
                        .contains("cannot be used"));
                if (choice.isMySql()) {
                    assertThat(node.status().reason())
                            .contains("log_bin is OFF (remove the line skip_log_bin or disable_log_bin)")
                            .contains("Its configuration file needs: [mysqld] nothing");
                } else {
                    assertThat(node.status().reason())
                            .contains("log_bin is OFF (add the line: log_bin)")
                            .contains("Its configuration file needs: [mariadb] log_bin");
                }
                try (Connection connection = engine.connect();
                        Statement statement = connection.createStatement()) {
                    assertThat(Engines.column(statement, "SHOW TABLES FROM mysql LIKE 'shareddb_node'"))
                            .isEmpty();
                }
                engine.kill(); // repaired as it was told to, and the node goes on by itself
                repaired.start();
                node.awaitReady(LONG);
            }
        }
    }

    private ExternalServer engine(String name, int port, List<String> options) throws Exception {
        return new ExternalServer(choice.binaries(), data, directory.resolve(name), port, options);
    }

    /** The name stays, what it stands for changes, as with containers that are made anew. */
    @Test
    void engineThatComesBackAtAnotherAddressIsFound() throws Exception {
        int port = FreePorts.block(4);
        Path hosts = directory.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost engine.test\n");
        Map<String, String> settings = Map.of(
                "CLUSTER_SIZE",
                "1",
                "DB_INIT_PASS",
                PASSWORD,
                "DB_COMPONENT_NAME",
                "engine.test",
                "DB_ENGINE_PORT",
                String.valueOf(port),
                "JAVA_TOOL_OPTIONS",
                "-Djdk.net.hosts.file=" + hosts + " -Dsun.net.inetaddr.ttl=1");
        try (ExternalServer engine = engine("engine", port, documented);
                LateNode node = LateNode.start("node1", directory.resolve("node1"), FreePorts.block(4), "", settings)) {
            engine.start();
            awaitLeading(node);
            try (Connection connection = node.connect("", PASSWORD);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE d");
                statement.execute("CREATE TABLE d.t (v INT PRIMARY KEY)");
                statement.execute("INSERT INTO d.t VALUES (1)");
            }

            engine.kill();
            engine.move("127.0.0.2", port);
            Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.2 engine.test\n");
            engine.start();
            Poll.until(() -> "it writes again: " + said(node), LONG, () -> {
                try (Connection connection = node.connect("", PASSWORD);
                        Statement statement = connection.createStatement()) {
                    statement.execute("REPLACE INTO d.t VALUES (2)");
                    return true;
                }
            });
            try (Connection connection = engine.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(Engines.column(statement, "SELECT v FROM d.t ORDER BY v"))
                        .containsExactly("1", "2");
            }
        }
    }

    private static void awaitLeading(LateNode node) {
        Poll.until(
                () -> "it leads: " + said(node),
                LONG,
                () -> node.own().path("state").asText().equals("LEADING"));
    }

    private static String said(LateNode node) {
        try {
            return node.own().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
