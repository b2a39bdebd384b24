package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A node that is alone is killed while its engine has changed definitions that the log does not have yet. No engine takes that back, and
 * nobody could give a copy.
 */
class UnloggedDefinitionIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void becomesPartOfTheHistory() throws Exception {
        int port = FreePorts.block(LateNode.PORTS);
        try (LateNode node = LateNode.start(
                "node1", directory.resolve("node1"), port, LateNode.peers(port, 1), Map.of("CLUSTER_SIZE", "1"))) {
            LateNodes.await("leads", node, LateNodes::leads);
            try (Connection connection = node.connect("");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE alone");
                statement.execute("CREATE TABLE alone.early (a INT PRIMARY KEY)");
                statement.execute("INSERT INTO alone.early VALUES (1)");
            }
            killWithTableThatTheLogLacks(node, node::connectEngine, () -> {});

            node.restart();
            LateNodes.await("leads", node, LateNodes::leads);
            try (Connection connection = node.connect("alone");
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO late VALUES (2)"))
                        .isEqualTo(1);
            }

            node.stop();
            Trees.delete(node.layout().data()); // what comes now is from the log alone
            node.restart();
            LateNodes.await("leads", node, LateNodes::leads);
            try (Connection connection = node.connect("alone");
                    Statement statement = connection.createStatement()) {
                assertThat(Engines.column(statement, "SELECT a FROM early UNION ALL SELECT a FROM late"))
                        .containsExactly("1", "2");
            }
        }
    }

    /** Nobody cuts off what such an engine holds, MySQL not even rows. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
    void becomesPartOfTheHistoryOnEnginesThatOthersRun(EngineChoice choice) throws Exception {
        int port = FreePorts.block(LateNode.PORTS);
        int enginePort = FreePorts.block(1);
        Path data = ExternalServer.template(choice.binaries(), directory.resolve("template"));
        Map<String, String> settings = Map.of(
                "CLUSTER_SIZE",
                "1",
                "DB_COMPONENT_NAME",
                "127.0.0.1",
                "DB_ENGINE_PORT",
                String.valueOf(enginePort),
                "DB_INIT_PASS",
                ExternalEngineIT.PASSWORD);
        List<String> options = ExternalServer.documented(choice.binaries());
        try (ExternalServer engine =
                        new ExternalServer(choice.binaries(), data, directory.resolve("engine"), enginePort, options);
                LateNode node = startOn(engine, port, settings)) {
            LateNodes.await("leads", node, LateNodes::leads);
            try (Connection connection = node.connect("", ExternalEngineIT.PASSWORD);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE alone");
                statement.execute("CREATE TABLE alone.early (a INT PRIMARY KEY)");
            }
            killWithTableThatTheLogLacks(node, engine::connect, engine::kill);
            engine.start();
            node.restart();
            LateNodes.await("leads", node, LateNodes::leads);
            long seq = node.own().path("committedSeq").asLong();
            try (Connection connection = node.connect("alone", ExternalEngineIT.PASSWORD);
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO late VALUES (2)"))
                        .isEqualTo(1);
            }
            assertThat(node.own().path("committedSeq").asLong()).isEqualTo(seq + 1);
            assertThat(seq).as("database, table, and what was added").isGreaterThanOrEqualTo(3);
        }
    }

    private LateNode startOn(ExternalServer engine, int port, Map<String, String> settings) throws IOException {
        engine.start();
        return LateNode.start("node1", directory.resolve("node1"), port, LateNode.peers(port, 1), settings);
    }

    private interface Connects {
        Connection connect() throws SQLException, InterruptedException;
    }

    /** Its operator stands still while its engine creates the table, and both are killed. */
    private static void killWithTableThatTheLogLacks(LateNode node, Connects toEngine, Runnable killEngine)
            throws Exception {
        try (Connection creating = toEngine.connect();
                Connection looking = toEngine.connect()) {
            long operator = PidFile.read(node.layout().operatorPid()).orElseThrow();
            Processes.stop(operator);
            CompletableFuture<Void> told = CompletableFuture.runAsync(() -> {
                try (Statement statement = creating.createStatement()) {
                    statement.execute("CREATE TABLE alone.late (a INT PRIMARY KEY)");
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            try (Statement statement = looking.createStatement()) {
                Poll.until("the engine waits for the log", LIMIT, () -> waitsForAcknowledgement(statement));
            }
            node.kill();
            killEngine.run();
            assertThat(told.handle((unused, failure) -> failure != null).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the client was not told that it is done")
                    .isTrue();
        }
    }

    private static boolean waitsForAcknowledgement(Statement statement) throws SQLException {
        try (ResultSet sessions = statement.executeQuery("SHOW PROCESSLIST")) {
            boolean waits = false;
            while (sessions.next()) {
                waits |= String.valueOf(sessions.getString("State")).contains("semi-sync ACK")
                        && String.valueOf(sessions.getString("Info")).startsWith("CREATE TABLE");
            }
            return waits;
        }
    }
}
