package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import io.shareddb.server.examples.EmbeddedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes within a Java program: two in one JVM, and nothing of them left afterwards. */
class EmbeddedIT {
    private static final String PASSWORD = "embedded";

    /** Threads of the JDK and of libraries that live as long as the JVM, or until their client is collected. */
    private static final List<String> OF_THE_JVM = List.of(
            "mysql-cj-abandoned-connection-cleanup",
            "globalEventExecutor",
            "process reaper",
            "Keep-Alive-Timer",
            "Cleaner-",
            "CompletableFutureDelayScheduler",
            "HttpClient-");

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
    void twoNodesRunInOneJvmAndLeaveNothingBehind(EngineChoice engine) throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        int port = FreePorts.block(8);
        try (SharedDbNode one = node(engine, "one", port, port);
                SharedDbNode two = node(engine, "two", port + 4, port)) {
            one.awaitReady(Duration.ofMinutes(3));
            two.awaitReady(Duration.ofMinutes(3));
            Poll.until("the initial database is on both nodes", Duration.ofMinutes(1), () -> {
                try (Connection first = connect(one, "first");
                        Connection second = connect(two, "first")) {
                    return first.isValid(1) && second.isValid(1);
                }
            });
            try (Connection connection = connect(one, "first");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE t (v INT PRIMARY KEY)");
                statement.execute("INSERT INTO t VALUES (42)");
            }
            Poll.until("the other node reads it", Duration.ofMinutes(1), () -> {
                try (Connection connection = connect(two, "first");
                        Statement statement = connection.createStatement()) {
                    return Engines.column(statement, "SELECT v FROM t").equals(List.of("42"));
                }
            });
        }
        Poll.until(() -> "threads ended: " + left(before), Duration.ofSeconds(30), () -> left(before)
                .isEmpty());
        assertThat(ProcessHandle.current()
                        .children()
                        .map(child -> child.info().commandLine().orElse("")))
                .noneMatch(command -> command.contains(directory.toString()));
    }

    @Test
    void exampleOfTheReadmeWorks() throws Exception {
        assertThat(EmbeddedNode.greet(directory, FreePorts.block(4))).isEqualTo("hello from a node");
    }

    private SharedDbNode node(EngineChoice engine, String name, int port, int first) throws IOException {
        SharedDbNodeBuilder builder = SharedDbNode.builder()
                .dataDirectory(directory.resolve(name))
                .password(PASSWORD)
                .peers("127.0.0.1:" + (first + 2), "127.0.0.1:" + (first + 6))
                .ports(port, port + 1, port + 2, port + 3)
                .set(Setting.INIT_DB_NAME, "first");
        return engine.manage(builder).set(Setting.NODE_NAME, name).start();
    }

    private static Connection connect(SharedDbNode node, String database) throws SQLException {
        String url = "jdbc:mysql://127.0.0.1:" + node.mysqlPort() + "/" + database
                + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=30000";
        return DriverManager.getConnection(url, "root", PASSWORD);
    }

    private static Set<String> left(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> OF_THE_JVM.stream().noneMatch(name::startsWith))
                .collect(Collectors.toSet());
    }
}
