package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import io.shareddb.testing.EngineCoverage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** Nodes beside engines in stock containers, as container platforms run them. Needs a Docker daemon; Linux. */
class ContainerEngineIT {
    private static final int PORT = 3306;
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    /** What {@code shareddb.test.images} names, separated by commas. */
    static Stream<String> images() {
        return Stream.of(System.getProperty("shareddb.test.images", "mysql:latest,mariadb:11.4")
                .split(",", -1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("images")
    void stockContainersAreOneDatabase(String image) throws Exception {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            EngineCoverage.ofThisRun().lacks(image + " in containers: no Docker daemon answers");
        }
        assumeThat(DockerClientFactory.instance().isDockerAvailable())
                .as("a Docker daemon answers")
                .isTrue();
        List<GenericContainer<?>> containers = new ArrayList<>();
        List<SharedDbNode> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < ExternalNodes.COUNT; i++) {
                containers.add(container(image));
            }
            int port = FreePorts.block(4 * ExternalNodes.COUNT);
            for (int i = 0; i < ExternalNodes.COUNT; i++) {
                SharedDbNodeBuilder node = ExternalNodes.builder(directory, "node" + i, port + 4 * i, PORT)
                        .peers("127.0.0.1:" + (port + 2), "127.0.0.1:" + (port + 6), "127.0.0.1:" + (port + 10));
                nodes.add(place(node, containers.get(i), i).start());
            }
            for (SharedDbNode node : nodes) {
                node.awaitReady(LONG);
            }
            write(
                    nodes.get(1),
                    "CREATE DATABASE d",
                    "CREATE TABLE d.t (v INT PRIMARY KEY)",
                    "INSERT INTO d.t VALUES (1)");
            DockerClient docker = DockerClientFactory.instance().client();
            for (GenericContainer<?> container : containers) {
                docker.killContainerCmd(container.getContainerId()).exec();
                docker.startContainerCmd(container.getContainerId()).exec();
                Poll.until("a row is written after " + container.getContainerId() + " was killed", LONG, () -> {
                    write(nodes.get(2), "INSERT INTO d.t SELECT MAX(v) + 1 FROM d.t");
                    return true;
                });
            }
            Poll.until("all engines hold the same", LONG, () -> {
                Map<String, String> content = content(containers.get(0));
                return content.containsKey("table `d`.`t`")
                        && content.equals(content(containers.get(1)))
                        && content.equals(content(containers.get(2)));
            });
        } finally {
            nodes.forEach(SharedDbNode::close);
            containers.forEach(GenericContainer::stop);
        }
    }

    /** The last one is reached as from another machine: through a published port, so that it must be told how to reach its node. */
    private static SharedDbNodeBuilder place(SharedDbNodeBuilder node, GenericContainer<?> container, int i) {
        if (i < ExternalNodes.COUNT - 1) {
            return node.set(Setting.DB_COMPONENT_NAME, network(container).getIpAddress());
        }
        return node.set(Setting.DB_COMPONENT_NAME, container.getHost())
                .set(Setting.DB_ENGINE_PORT, String.valueOf(container.getMappedPort(PORT)))
                .set(Setting.RELAY_HOST, network(container).getGateway());
    }

    private static ContainerNetwork network(GenericContainer<?> container) {
        return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .findFirst()
                .orElseThrow();
    }

    private static GenericContainer<?> container(String image) {
        boolean mariaDb = image.contains("mariadb");
        GenericContainer<?> container = new GenericContainer<>(image)
                .withEnv(mariaDb ? "MARIADB_ROOT_PASSWORD" : "MYSQL_ROOT_PASSWORD", ExternalEngineIT.PASSWORD)
                .withExposedPorts(PORT)
                .waitingFor(Wait.forLogMessage("(?s).*Version: .*port: " + PORT + " .*", 1))
                .withStartupTimeout(LONG);
        if (mariaDb) {
            container.withCommand(ExternalServer.DOCUMENTED.toArray(String[]::new));
        }
        try {
            container.start();
        } catch (ContainerFetchException e) {
            EngineCoverage.ofThisRun().lacks(image + " in containers: the image cannot be had");
            assumeThat(e).as("the image %s can be had", image).isNull();
        }
        return container;
    }

    private static void write(SharedDbNode node, String... statements) throws SQLException {
        try (Connection connection = connect("127.0.0.1", node.mysqlPort());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Map<String, String> content(GenericContainer<?> container) throws SQLException {
        try (Connection connection = connect(network(container).getIpAddress(), PORT)) {
            return Engines.content(connection);
        }
    }

    private static Connection connect(String host, int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://" + host + ":" + port + ExternalServer.OPTIONS, "root", ExternalEngineIT.PASSWORD);
    }
}
