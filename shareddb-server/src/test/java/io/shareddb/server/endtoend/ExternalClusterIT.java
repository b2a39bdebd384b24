package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.role.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to engines that others run, while clients write. One cluster for all tests on a kind of engine. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
class ExternalClusterIT {
    private static final int MAX_CONNECTIONS = 60;
    private static final int ERROR_TOO_MANY_CONNECTIONS = 1040;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by start
    private static ExternalNodes nodes;

    private final EngineChoice choice;

    ExternalClusterIT(EngineChoice choice) {
        this.choice = choice;
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws IOException, InterruptedException, SQLException {
        Path folder = directory.resolve(choice.folder());
        Path data = ExternalServer.template(choice.binaries(), folder.resolve("template"));
        List<String> options = new ArrayList<>(ExternalServer.documented(choice.binaries()));
        options.add("--max-connections=" + MAX_CONNECTIONS);
        nodes = new ExternalNodes(choice, data, folder, options);
        nodes.startAll();
        nodes.execute(nodes.leader(), "CREATE USER app@'%' IDENTIFIED BY 'app'");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void healthy() {
        nodes.awaitReady();
    }

    private static int follower() {
        return (nodes.leader() + 1) % ExternalNodes.COUNT;
    }

    @Test
    void engineThatMovesToAnotherPortIsTakenUpThere() throws Exception {
        try (ExternalWriter writer = ExternalWriter.start(nodes)) {
            writer.awaitMore(50);
            for (int moved : new int[] {follower(), nodes.leader()}) {
                ExternalServer engine = nodes.engine(moved);
                engine.kill();
                engine.move("127.0.0.1", FreePorts.block(1));
                engine.start();
                nodes.start(moved, Map.of()); // with the new DB_ENGINE_PORT
                nodes.awaitReady(moved);
                writer.awaitMore(50);
            }
            writer.assertNothingLost();
        }
    }

    @Test
    void engineWithoutAFreeConnectionIsWaitedFor() throws Exception {
        try (ExternalWriter writer = ExternalWriter.start(nodes)) {
            writer.awaitMore(50);
            int leader = nodes.leader();
            List<Connection> taken = takeAll(nodes.engine(leader));
            writer.awaitMore(100); // sessions that are there go on
            assertThat(nodes.node(leader).status().state()).isEqualTo(NodeState.LEADING);
            release(taken);
            writer.awaitMore(50);

            int follower = follower();
            taken = takeAll(nodes.engine(follower));
            nodes.start(follower, Map.of());
            writer.awaitMore(50);
            release(taken);
            nodes.awaitReady(follower);
            writer.awaitMore(50);
            writer.assertNothingLost();
        }
    }

    private static List<Connection> takeAll(ExternalServer engine) throws SQLException {
        List<Connection> taken = new ArrayList<>();
        Poll.until("all connections are taken", ExternalNodes.LONG, () -> {
            try {
                taken.add(DriverManager.getConnection(engine.url(), "app", "app"));
                return false;
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(ERROR_TOO_MANY_CONNECTIONS);
                return true;
            }
        });
        return taken;
    }

    private static void release(List<Connection> taken) throws SQLException {
        for (Connection connection : taken) {
            connection.close();
        }
    }

    @Test
    void engineWithATransactionOfItsOwnGetsACopy() throws Exception {
        nodes.execute(
                nodes.leader(),
                "CREATE DATABASE IF NOT EXISTS errant",
                "CREATE TABLE errant.t (id INT PRIMARY KEY, v VARCHAR(20))",
                "INSERT INTO errant.t VALUES (1, 'ünï'), (2, NULL)",
                "CREATE USER reader@'%' IDENTIFIED BY 'secret'",
                "GRANT SELECT (id) ON errant.t TO reader@'%'");
        nodes.awaitEqual();
        try (ExternalWriter writer = ExternalWriter.start(nodes)) {
            writer.awaitMore(50);
            int follower = follower();
            try (Connection connection = nodes.engine(follower).connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET GLOBAL "
                        + (choice.isMySql() ? "super_read_only" : "rpl_semi_sync_master_enabled") + " = 0");
                statement.execute("UPDATE errant.t SET v = 'errant' WHERE id = 2");
            }
            nodes.engine(follower).kill();
            writer.awaitMore(50);
            nodes.engine(follower).start();
            nodes.awaitReady(follower);
            writer.awaitMore(50);
            writer.assertNothingLost();
            try (Connection connection = nodes.engine(follower).connect();
                    Statement statement = connection.createStatement()) {
                assertThat(Engines.column(statement, "SELECT v FROM errant.t WHERE id = 2"))
                        .containsExactly((String) null);
            }
        }
    }
}
