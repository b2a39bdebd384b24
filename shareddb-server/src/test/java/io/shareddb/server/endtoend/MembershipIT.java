package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes come to a running cluster, move, lose their disks, and are removed, while clients write. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class MembershipIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int WRITERS = 3;

    /** Of 4 to 8 MB: several files of the log. */
    private static final int LARGE_ROWS = 36;

    @TempDir
    Path directory;

    private final EngineChoice engine;

    @SuppressWarnings("NullAway.Init") // by start
    private Cluster cluster;

    MembershipIT(EngineChoice engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start() throws IOException {
        cluster = Cluster.startSteady(engine, directory.resolve("cluster"));
        cluster.awaitReady();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Launcher.Outcome command(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + cluster.uiPort(cluster.follower())));
        return Launcher.run(directory, all.toArray(String[]::new));
    }

    /** The nodes that the leader lists. */
    private List<JsonNode> listed() throws IOException, InterruptedException {
        List<JsonNode> nodes = new ArrayList<>();
        JsonMapper.builder()
                .build()
                .readTree(cluster.get(cluster.leader(), "/v1/cluster").body())
                .path("nodes")
                .forEach(nodes::add);
        return nodes;
    }

    private static void awaitFollowing(LateNode node, boolean votes) {
        Poll.until(() -> "it follows, votes=" + votes + "; " + quietly(node), LIMIT, () -> {
            JsonNode own = node.own();
            return own.path("state").asText().equals("FOLLOWING")
                    && own.path("votes").asBoolean(!votes) == votes
                    && own.path("committedSeq").asLong() > 0;
        });
    }

    private static String quietly(LateNode node) {
        try {
            return node.own().toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static void awaitRows(LateNode node, int count) {
        Poll.until("it has the rows", LIMIT, () -> {
            try (Connection connection = node.connect("load_test");
                    Statement statement = connection.createStatement()) {
                return Engines.column(statement, "SELECT COUNT(*) >= " + count + " FROM members")
                        .equals(List.of("1"));
            }
        });
    }

    @Test
    void nodesJoinMoveAndAreRemovedWhileClientsWrite() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "members", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(300, LIMIT);
            try (LateNode fourth = LateNode.start(cluster, "node4", directory.resolve("node4"), engine.environment());
                    LateNode replica = LateNode.start(cluster, "replica1", directory.resolve("replica1"), replica())) {
                awaitFollowing(fourth, true);
                awaitFollowing(replica, false);
                awaitRows(fourth, 300);
                awaitRows(replica, 300);
                assertThat(listed()).hasSize(5);

                fourth.moveAndRestart();
                awaitFollowing(fourth, true);
                Poll.until("the leader knows where it is", LIMIT, () -> listed().stream()
                        .anyMatch(node -> node.path("name").asText().equals("node4")
                                && fourth.url().endsWith(node.path("ui").asText())
                                && node.path("state").asText().equals("FOLLOWING")));

                Launcher.Outcome removal = command("remove", "node4");
                assertThat(removal.exitCode()).as(removal.output()).isZero();
                assertThat(removal.output()).contains("node4 is removed");
                awaitRemoved(fourth);
                fourth.moveAndRestart();
                awaitRemoved(fourth);
                assertThat(command("remove", "replica1").exitCode()).isZero();
                awaitRemoved(replica);
                Poll.until(
                        "three are listed",
                        LIMIT,
                        () -> listed().size() == 3); // the node that tells looks now and then
            }
            writers.awaitAcknowledged(100, LIMIT);
            writers.stop();
            Engines.assertEqual(cluster);
            for (int node : Cluster.nodes()) {
                try (Connection connection = cluster.connectEngine(node)) {
                    writers.assertHonest(connection);
                }
            }
        }
    }

    private Map<String, String> replica() {
        Map<String, String> settings = new HashMap<>(engine.environment());
        settings.put("NODE_KIND", "replica");
        return settings;
    }

    private static void awaitRemoved(LateNode node) {
        Poll.until(() -> "it says that it was removed; " + quietly(node), LIMIT, () -> {
            JsonNode own = node.own();
            return own.path("state").asText().equals("FAILED")
                    && own.path("reason").asText().contains("was removed from the cluster");
        });
    }

    @Test
    void nodeThatLostItsDiskComesBackAsANewOneAndLeaderThatIsRemovedHandsOver() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "members", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(300, LIMIT);
            int lost = cluster.follower();
            String former = cluster.own(lost).path("id").asText();
            loseDisk(lost);
            Poll.until(
                    () -> "it is back under another id; " + cluster.describe(),
                    LIMIT,
                    () -> !cluster.own(lost).path("id").asText().equals(former)
                            && cluster.own(lost).path("state").asText().equals("FOLLOWING")
                            && cluster.own(lost).path("votes").asBoolean());
            assertThat(listed())
                    .hasSize(3)
                    .noneMatch(node -> node.path("id").asText().equals(former));
            writers.awaitAcknowledged(100, LIMIT);
            writers.stop();
            Engines.assertEqual(cluster);

            int leader = cluster.leader();
            Launcher.Outcome removal = command("remove", "node" + (leader + 1));
            assertThat(removal.exitCode()).as(removal.output()).isZero();
            Poll.until(
                    () -> "the former leader says so; " + cluster.describe(),
                    LIMIT,
                    () -> cluster.own(leader).path("reason").asText().contains("was removed"));
            Poll.until(() -> "two are left; " + cluster.describe(), LIMIT, () -> listed().size() == 2);
            try (Connection connection = cluster.connect(cluster.leader(), "load_test");
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO members (writer, number) VALUES (99, 1)");
            }
        }
    }

    @Test
    void aLongLogIsNotSentToANewNodeBesidesTheCopy() throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "", "&socketTimeout=60000");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE load_test");
            statement.execute("CREATE TABLE load_test.large (id INT PRIMARY KEY, v LONGBLOB)");
            for (int i = 0; i < LARGE_ROWS; i++) {
                statement.execute("INSERT INTO load_test.large VALUES (" + i + ", REPEAT('" + i + "', 4000000))");
            }
        }
        Path data = directory.resolve("node4");
        try (LateNode fourth = LateNode.start(cluster, "node4", data, engine.environment())) {
            awaitFollowing(fourth, true);
            assertThat(fourth.layout().log())
                    .isDirectoryNotContaining(file -> file.endsWith("00000000000000000001.segment"));
            int leader = cluster.leader();
            long seq = cluster.own(leader).path("committedSeq").asLong();
            Poll.until(
                    () -> "it has applied " + seq + "; " + quietly(fourth),
                    LIMIT,
                    () -> fourth.own().path("appliedSeq").asLong() >= seq);
            try (Connection old = cluster.connectEngine(leader);
                    Connection late = fourth.connectEngine()) {
                assertThat(Engines.content(late)).isEqualTo(Engines.content(old));
            }
        }
    }

    /** Everything but what was written for people. */
    private void loseDisk(int node) throws IOException {
        long operator = cluster.operatorPid(node);
        Processes.stop(operator); // so that it does not start its engine again at once
        Processes.kill(cluster.enginePid(node));
        try (Stream<Path> files = Files.list(cluster.layout(node).directory())) {
            for (Path file :
                    files.filter(path -> !path.toString().endsWith(".log")).toList()) {
                if (Files.isDirectory(file)) {
                    Trees.delete(file);
                } else {
                    Files.delete(file);
                }
            }
        }
        Processes.kill(operator);
    }
}
