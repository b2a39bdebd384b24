package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose files are damaged or gone, or that were away for too long, come back without anybody. One cluster for all tests. */
class SelfHealingIT {
    private static final Duration HEALED = Duration.ofSeconds(90);
    private static final int WRITERS = 3;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by start
    private static Cluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = Cluster.start(directory.resolve("cluster"), "LOG_RETENTION_SIZE=128MB");
        cluster.awaitReady();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void healthy() {
        cluster.awaitHealthy(HEALED);
        awaitVotes();
    }

    private interface Harm {
        void to(int node) throws IOException;
    }

    /** Ends a node's processes, does something to its files, and lets it start again. */
    private static void harm(Harm harm, int... nodes) throws IOException {
        for (int node : nodes) {
            Processes.stop(cluster.operatorPid(node)); // so that it does not start its engine again at once
            Processes.kill(cluster.enginePid(node));
        }
        for (int node : nodes) {
            harm.to(node);
            Processes.kill(cluster.operatorPid(node));
        }
    }

    private static String id(int node) throws IOException, InterruptedException {
        return cluster.own(node).path("id").asText();
    }

    private static String reason(int node) throws IOException, InterruptedException {
        return cluster.own(node).path("reason").asText();
    }

    private static void awaitVotes() {
        Poll.until(() -> "all vote; " + cluster.describe(), HEALED, () -> {
            boolean vote = true;
            for (int node : Cluster.nodes()) {
                vote &= cluster.own(node).path("votes").asBoolean();
            }
            return vote;
        });
    }

    private static boolean serves(int node) throws IOException, InterruptedException {
        String state = cluster.own(node).path("state").asText();
        return state.equals("FOLLOWING") || state.equals("LEADING");
    }

    private static void awaitAnotherId(int node, String former) {
        Poll.until(
                () -> "it serves under another id; " + cluster.describe(),
                HEALED,
                () -> !id(node).equals(former)
                        && serves(node)
                        && cluster.own(node).path("votes").asBoolean());
        Poll.until(
                "the former log is deleted",
                HEALED,
                () -> !Files.exists(cluster.layout(node).former()));
    }

    /** Nothing that was acknowledged is missing, and all engines hold the same. */
    private static void check(RowWriters writers) throws Exception {
        writers.awaitAcknowledged(50, HEALED);
        writers.stop();
        cluster.awaitHealthy(HEALED);
        Engines.assertEqual(cluster);
        for (int node : Cluster.nodes()) {
            try (Connection connection = cluster.connectEngine(node)) {
                writers.assertHonest(connection);
            }
        }
    }

    @Test
    void nodeWhoseLogIsDamagedBeginsAnewUnderAnotherId() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "damaged", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(100, HEALED);
            int node = cluster.follower();
            String former = id(node);
            harm(harmed -> DamagedFiles.flipInLog(cluster.layout(harmed)), node);
            awaitAnotherId(node, former);
            check(writers);
        }
    }

    @Test
    void leaderWhoseLogIsGoneBeginsAnewUnderAnotherId() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "gone", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(100, HEALED);
            int node = cluster.leader();
            String former = id(node);
            harm(harmed -> Trees.delete(cluster.layout(harmed).log()), node);
            awaitAnotherId(node, former);
            check(writers);
        }
    }

    @Test
    void majorityWhoseLogsAreDamagedWaitsAndGoesOnWhenTheFilesAreBack() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "majority", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(100, HEALED);
            writers.stop();
            cluster.awaitHealthy(HEALED);
            int[] nodes = {cluster.leader(), cluster.follower()};
            Path[] damaged = new Path[Cluster.NODES];
            List<String> former = new ArrayList<>(List.of(id(nodes[0]), id(nodes[1])));
            harm(
                    node -> {
                        List<Path> segments = DamagedFiles.segments(cluster.layout(node));
                        Path newest = segments.get(segments.size() - 1);
                        Files.copy(newest, saved(newest), StandardCopyOption.REPLACE_EXISTING);
                        damaged[node] = DamagedFiles.flipInLog(cluster.layout(node));
                    },
                    nodes);
            for (int node : nodes) {
                Poll.until(() -> "it says what is wrong; " + cluster.describe(), HEALED, () -> {
                    String reason = reason(node);
                    return cluster.own(node).path("state").asText().equals("FAILED")
                            && reason.contains(damaged[node] + " is damaged at offset ")
                            && reason.contains("waits for a leader");
                });
            }
            assertThat(List.of(id(nodes[0]), id(nodes[1]))).isEqualTo(former);
            for (int node : Cluster.nodes()) {
                assertThat(cluster.status(node, "/primary")).isNotEqualTo(200);
            }
            for (int node : nodes) {
                Path file = damaged[node];
                Files.copy(saved(file), file, StandardCopyOption.REPLACE_EXISTING);
                Processes.kill(cluster.operatorPid(node));
            }
            for (int i = 0; i < nodes.length; i++) {
                awaitAnotherId(nodes[i], former.get(i)); // their damage was noted: one after the other
            }
            cluster.awaitHealthy(HEALED);
            Engines.assertEqual(cluster);
            for (int node : Cluster.nodes()) {
                try (Connection connection = cluster.connectEngine(node)) {
                    writers.assertHonest(connection);
                }
            }
        }
    }

    private static Path saved(Path segment) {
        return segment.resolveSibling(segment.getFileName() + ".saved");
    }

    @Test
    void engineWhoseFilesAreDamagedIsFilledAgain() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "engine", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(100, HEALED);
            int node = cluster.follower();
            String former = id(node);
            harm(harmed -> DamagedFiles.cutEngine(cluster.layout(harmed)), node);
            Poll.until(() -> "it says so; " + cluster.describe(), HEALED, () -> reason(node)
                    .contains("the engine does not start"));
            Poll.until(() -> "it follows again; " + cluster.describe(), HEALED, () -> serves(node));
            assertThat(id(node)).isEqualTo(former);
            assertThat(Files.readString(cluster.layout(node).operatorLog())).contains("loaded: form=FILES");
            check(writers);
        }
    }

    @Test
    void nodeThatWasAwayForTooLongBeginsAnew() throws Exception {
        int leader = cluster.leader();
        int node = (leader + 1) % Cluster.NODES;
        String former = id(node);
        long operator = cluster.operatorPid(node);
        Processes.stop(operator);
        try (Connection connection = cluster.connect(leader, "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS load_test");
            statement.execute("CREATE TABLE load_test.large (id INT PRIMARY KEY, v LONGBLOB)");
            write(connection, 1_500);
        }
        int other = 3 - leader - node;
        Poll.until(
                () -> "old files are dropped; " + cluster.describe(),
                HEALED,
                () -> !DamagedFiles.segments(cluster.layout(leader)).get(0).endsWith(FIRST_SEGMENT)
                        && !DamagedFiles.segments(cluster.layout(other)).get(0).endsWith(FIRST_SEGMENT));
        Processes.resume(operator);
        awaitAnotherId(node, former);
        cluster.awaitHealthy(HEALED);
        Engines.assertEqual(cluster);
    }

    private static final String FIRST_SEGMENT = "00000000000000000001.segment";

    private static void write(Connection connection, int rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO load_test.large VALUES (?, ?)")) {
            for (int id = 0; id < rows; id++) {
                insert.setInt(1, id);
                insert.setBytes(2, new byte[100_000]);
                insert.executeUpdate();
            }
        }
    }
}
