package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code shareddb up} from start to stop, and what it says when it cannot start. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class UpIT {
    @TempDir
    Path directory;

    private final EngineChoice engine;

    @SuppressWarnings("NullAway.Init") // by start
    private Cluster cluster;

    UpIT(EngineChoice engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        cluster = Cluster.startSteady(engine, directory.resolve("a cluster")); // a blank, because paths have them
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void dataIsThereAgainAfterAStopAndAStart() throws Exception {
        cluster.awaitReady();
        Poll.until("the table is printed", Duration.ofSeconds(30), () -> cluster.outputText()
                .contains("Ready after"));
        assertThat(cluster.outputText())
                .contains("node1", "node2", "node3", "LEADING", "FOLLOWING", "mariadb -h 127.0.0.1 -P ")
                .doesNotContain(Cluster.PASSWORD);
        write("kept", 1);
        assertStatusCommands();
        assertSecondStartIsRefused();
        List<Long> processes = processes();

        cluster.restart();

        assertThat(processes).noneMatch(Processes::alive);
        for (int node : Cluster.nodes()) {
            try (Connection connection = cluster.connect(node, "");
                    Statement statement = connection.createStatement()) {
                assertThat(Engines.column(statement, "SELECT v FROM kept.t")).containsExactly("1");
            }
        }
        try (Connection connection = cluster.connect(cluster.follower(), "kept");
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO t VALUES (2)");
        }
        Engines.assertEqual(cluster);
        processes = processes();
        cluster.stop();
        assertThat(processes).as("processes after the stop").noneMatch(Processes::alive);
    }

    private void assertStatusCommands() throws Exception {
        String url = "http://127.0.0.1:" + cluster.uiPort(cluster.follower());
        Launcher.Outcome table = Launcher.run(directory, "status", "--url", url);
        Launcher.Outcome json = Launcher.run(directory, "status", "--url", url, "-o", "json");

        assertThat(table.exitCode()).isZero();
        assertThat(table.output()).contains("LEADING", "FOLLOWING", "127.0.0.1:" + cluster.mysqlPort(0));
        assertThat(json.exitCode()).isZero();
        JsonNode status = JsonMapper.builder().build().readTree(json.output());
        assertThat(status.path("nodes")).hasSize(Cluster.NODES);
        for (JsonNode node : status.path("nodes")) {
            assertThat(node.path("engine").path("product").asText()).isEqualTo(engine.isMySql() ? "MySQL" : "MariaDB");
            assertThat(node.path("operatorPid").asLong()).isPositive();
        }
    }

    private void assertSecondStartIsRefused() throws Exception {
        Launcher.Outcome second = Launcher.run(directory, cluster.options().toArray(String[]::new));

        assertThat(second.exitCode()).isEqualTo(3);
        assertThat(second.output())
                .contains(directory.resolve("a cluster") + " is in use by process "
                        + cluster.up().pid());
        List<String> elsewhere = new ArrayList<>(cluster.options());
        elsewhere.set(2, directory.resolve("other").toString());
        Launcher.Outcome samePorts = Launcher.run(directory, elsewhere.toArray(String[]::new));
        assertThat(samePorts.exitCode()).isEqualTo(3);
        assertThat(samePorts.output()).contains("--mysql-port: " + cluster.mysqlPort(0) + " for node1 is in use");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                        directory.resolve("a cluster").resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void nodesStopInOrderWhenUpIsKilled() throws Exception {
        cluster.awaitReady();
        write("survivor", 1);
        List<Long> processes = processes();

        Processes.kill(cluster.up().pid());

        Poll.until("operators and engines ended", Duration.ofMinutes(1), () -> processes.stream()
                .noneMatch(Processes::alive));
    }

    @Test
    void deadOperatorIsStartedAgain() throws Exception {
        cluster.awaitReady();
        int follower = cluster.follower();
        long before = cluster.operatorPid(follower);

        Processes.kill(before);

        Poll.until(
                "another operator runs",
                Duration.ofSeconds(30),
                () -> cluster.operatorPid(follower) != before && Processes.alive(cluster.operatorPid(follower)));
        cluster.awaitHealthy(Duration.ofMinutes(1));
        assertThat(cluster.outputText())
                .contains("node" + (follower + 1) + ": operator ended (killed by signal 9)")
                .contains("node" + (follower + 1) + ": operator started again");
    }

    private void write(String database, int value) throws Exception {
        try (Connection connection = cluster.connect(cluster.follower(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
            statement.execute("CREATE TABLE " + database + ".t (v INT PRIMARY KEY)");
            statement.execute("INSERT INTO " + database + ".t VALUES (" + value + ")");
        }
    }

    private List<Long> processes() {
        List<Long> processes = new ArrayList<>();
        for (int node : Cluster.nodes()) {
            processes.add(cluster.operatorPid(node));
            processes.add(cluster.enginePid(node));
        }
        return processes;
    }
}
