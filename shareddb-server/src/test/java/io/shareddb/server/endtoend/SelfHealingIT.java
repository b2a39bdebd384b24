package io.shareddb.server.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose files are damaged come back without anybody. One cluster for all tests. */
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

    private static void awaitVotes() {
        Poll.until(() -> "all vote; " + cluster.describe(), HEALED, () -> {
            boolean vote = true;
            for (int node : Cluster.nodes()) {
                vote &= cluster.own(node).path("votes").asBoolean();
            }
            return vote;
        });
    }

    private static void awaitAnotherId(int node, String former) {
        Poll.until(
                () -> "it follows under another id; " + cluster.describe(),
                HEALED,
                () -> !id(node).equals(former)
                        && cluster.own(node).path("state").asText().equals("FOLLOWING")
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
}
