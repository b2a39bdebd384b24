package io.shareddb.server.endtoend;

import io.shareddb.cluster.role.NodeState;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Three nodes in this JVM, each with an engine that the test runs; they count from 0. One thread, but for {@link #connect}. */
final class ExternalNodes implements AutoCloseable {
    static final int COUNT = 3;
    static final Duration LONG = Duration.ofMinutes(2);

    private final Path directory;
    private final int firstPort = FreePorts.block(4 * COUNT);
    private final List<ExternalServer> engines = new ArrayList<>();
    private final @Nullable SharedDbNode[] nodes = new SharedDbNode[COUNT];

    /**
     * Makes engines that do not run yet, and no nodes.
     *
     * @param data of a new server
     * @param options for each engine
     */
    ExternalNodes(EngineChoice choice, Path data, Path directory, List<String> options) throws IOException {
        this.directory = directory;
        int port = FreePorts.block(COUNT);
        for (int i = 0; i < COUNT; i++) {
            engines.add(
                    new ExternalServer(choice.binaries(), data, directory.resolve("engine" + i), port + i, options));
        }
    }

    ExternalServer engine(int node) {
        return engines.get(node);
    }

    SharedDbNode node(int node) {
        SharedDbNode started = nodes[node];
        if (started == null) {
            throw new IllegalStateException("node " + node + " was not started");
        }
        return started;
    }

    /** Starts a node at where its engine is now; the next start of one that is there ends it first. */
    void start(int node, Map<Setting, String> settings) throws IOException {
        SharedDbNode former = nodes[node];
        if (former != null) {
            former.close();
        }
        SharedDbNodeBuilder builder = builder(
                        directory,
                        "node" + node,
                        firstPort + 4 * node,
                        engine(node).port())
                .peers("127.0.0.1:" + (firstPort + 2), "127.0.0.1:" + (firstPort + 6), "127.0.0.1:" + (firstPort + 10));
        settings.forEach(builder::set);
        nodes[node] = builder.start();
    }

    /** A node that knows nobody. */
    static SharedDbNodeBuilder builder(Path directory, String name, int port, int enginePort) {
        return SharedDbNode.builder()
                .dataDirectory(directory.resolve(name))
                .password(ExternalEngineIT.PASSWORD)
                .ports(port, port + 1, port + 2, port + 3)
                .set(Setting.NODE_NAME, name)
                .set(Setting.DB_COMPONENT_NAME, "127.0.0.1")
                .set(Setting.DB_ENGINE_PORT, String.valueOf(enginePort));
    }

    void startAll() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            engine(i).start();
            start(i, Map.of());
        }
        awaitReady();
    }

    void awaitReady() {
        for (int i = 0; i < COUNT; i++) {
            awaitReady(i);
        }
    }

    void awaitReady(int node) {
        Poll.until(() -> "node " + node + " serves: " + node(node).status(), LONG, () -> {
            NodeState state = node(node).status().state();
            return (state == NodeState.FOLLOWING || state == NodeState.LEADING)
                    && node(node).status().readable();
        });
    }

    int leader() {
        return Poll.value(() -> "a leader", LONG, () -> {
            for (int i = 0; i < COUNT; i++) {
                if (node(i).status().state() == NodeState.LEADING
                        && node(i).status().writable()) {
                    return Optional.of(i);
                }
            }
            return Optional.empty();
        });
    }

    /** Waits until the engines themselves hold the same, rights and definitions as well. */
    void awaitEqual() {
        Poll.until("all engines hold the same", LONG, () -> {
            Map<String, String> content = content(0);
            return content.equals(content(1)) && content.equals(content(2));
        });
    }

    private Map<String, String> content(int node) throws SQLException {
        try (Connection connection = engine(node).connect()) {
            return Engines.content(connection);
        }
    }

    /** A client's connection. */
    Connection connect(int node) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + (firstPort + 4 * node) + ExternalServer.OPTIONS,
                "root",
                ExternalEngineIT.PASSWORD);
    }

    void execute(int node, String... statements) throws SQLException {
        try (Connection connection = connect(node);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        for (SharedDbNode node : nodes) {
            if (node != null) {
                node.close();
            }
        }
        engines.forEach(ExternalServer::close);
    }
}
