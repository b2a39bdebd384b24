package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** One node's disk takes no more writes: the others go on, it says why it does not, and comes back by itself when it can. */
class FailingDiskIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int WRITERS = 3;
    private static final int MEGABYTE = 1 << 20;
    private static final int REFUSED_BELOW = 200; // megabytes

    @TempDir
    private Path directory;

    /** Leader or follower: which node it happens to. */
    private interface Choice {
        int of(Cluster cluster);
    }

    @Test
    void leaderWhoseLogCannotBeWrittenEndsAndComesBack() throws Exception {
        failWrites(Cluster::leader);
    }

    @Test
    @EnabledIfSystemProperty(named = "shareddb.tests.nightly", matches = "true", disabledReason = "takes half a minute")
    void followerWhoseLogCannotBeWrittenEndsAndComesBack() throws Exception {
        failWrites(Cluster::follower);
    }

    private void failWrites(Choice choice) throws Exception {
        try (Cluster cluster = Cluster.start(directory.resolve("cluster"), "LOG_RETENTION_SIZE=4GB")) {
            cluster.awaitReady();
            try (RowWriters writers = RowWriters.start(cluster, "failing", WRITERS)) {
                writers.awaitAcknowledged(100, LIMIT);
                grow(cluster); // so that the log's file has reached the place where the limit will be
                int node = choice.of(cluster);
                long operator = cluster.operatorPid(node);
                assumeThat(Processes.limitFiles(operator, MEGABYTE))
                        .as("prlimit is there")
                        .isTrue();
                Poll.until(() -> "the node ends; " + cluster.describe(), LIMIT, () -> !Processes.alive(operator));
                String told = "node" + (node + 1) + ": operator ended (exit code 5)";
                Poll.until(told, LIMIT, () -> cluster.outputText().contains(told));
                assertThat(Files.readString(cluster.layout(node).operatorLog()))
                        .contains("the log of node" + (node + 1))
                        .contains("File too large");
                check(cluster, writers);
            }
        }
    }

    private static void grow(Cluster cluster) throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "load_test");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE large (id INT PRIMARY KEY, v LONGBLOB)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO large VALUES (?, ?)")) {
                for (int id = 0; id < 20; id++) {
                    insert.setInt(1, id);
                    insert.setBytes(2, new byte[MEGABYTE / 10]);
                    insert.executeUpdate();
                }
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "shareddb.tests.nightly", matches = "true", disabledReason = "takes half a minute")
    void followerWithoutRoomHoldsNobodyUp() throws Exception {
        fillDisk(Cluster::follower);
    }

    @Test
    void leaderWithoutRoomLetsAnotherNodeLead() throws Exception {
        fillDisk(Cluster::leader);
    }

    private void fillDisk(Choice choice) throws Exception {
        List<SmallDisk> disks = new ArrayList<>();
        try {
            Path home = directory.resolve("cluster");
            for (int node : Cluster.nodes()) {
                disks.add(SmallDisk.mount(home.resolve("node" + (node + 1)), 1_000));
            }
            try (Cluster cluster = Cluster.start(
                    home, "LOG_RETENTION_SIZE=128MB", "DISK_WARN=300MB", "DISK_REFUSE=" + REFUSED_BELOW + "MB")) {
                cluster.awaitReady();
                try (RowWriters writers = RowWriters.start(cluster, "full", WRITERS)) {
                    writers.awaitAcknowledged(100, LIMIT);
                    int node = choice.of(cluster);
                    disks.get(node).fill();
                    Poll.until(
                            () -> "another node leads; " + cluster.describe(), LIMIT, () -> cluster.leader() != node);
                    writers.awaitAcknowledged(2_000, LIMIT);
                    // or there was so little left that its log could not even write down the new leader's term
                    String ended = "node" + (node + 1) + ": operator ended";
                    Poll.until(
                            () -> "it says why; " + cluster.describe(),
                            LIMIT,
                            () -> cluster.outputText().contains(ended)
                                    || cluster.own(node).path("reason").asText().contains("its disk is nearly full"));
                    // it may have let go of old segments of its log since, and that does not help it
                    assertThat(disks.get(node).free()).isLessThan(REFUSED_BELOW * (long) MEGABYTE);
                    disks.get(node).empty();
                    check(cluster, writers);
                }
            }
        } finally {
            for (SmallDisk disk : disks) {
                disk.close();
            }
        }
    }

    /** Broken for good: every sync and every read from the device fails, and the file system becomes read-only. */
    @Test
    void leaderWhoseDiskBreaksLetsAnotherNodeLeadAndGetsANewOne() throws Exception {
        List<SmallDisk> disks = new ArrayList<>();
        try {
            Path home = directory.resolve("cluster");
            for (int node : Cluster.nodes()) {
                Path image = directory.resolve("node" + (node + 1) + ".disk");
                Optional<SmallDisk> disk = SmallDisk.mount(home.resolve("node" + (node + 1)), image, 1_500);
                assumeThat(disk).as("may mount a file system from a file").isPresent();
                disks.add(disk.get());
            }
            try (Cluster cluster = Cluster.start(
                    home, "LOG_RETENTION_SIZE=128MB", "DISK_WARN=300MB", "DISK_REFUSE=" + REFUSED_BELOW + "MB")) {
                cluster.awaitReady();
                int node = cluster.leader();
                disks.get(node).fail();
                // nobody writes: it is noticed all the same
                Poll.until(() -> "another node leads; " + cluster.describe(), LIMIT, () -> cluster.leader() != node);
                try (RowWriters writers = RowWriters.start(cluster, "broken", WRITERS)) {
                    writers.awaitAcknowledged(500, LIMIT);
                    String told = "node" + (node + 1) + ": operator ended";
                    Poll.until(told, LIMIT, () -> cluster.outputText().contains(told));
                    disks.get(node).replace();
                    check(cluster, writers);
                }
            }
        } finally {
            for (SmallDisk disk : disks) {
                disk.close();
            }
        }
    }

    /** Writes go on, every node is whole again, nothing is lost and nothing there twice. */
    private static void check(Cluster cluster, RowWriters writers) throws Exception {
        writers.awaitAcknowledged(100, LIMIT);
        writers.stop();
        cluster.awaitHealthy(LIMIT);
        Engines.assertEqual(cluster);
        for (int node : Cluster.nodes()) {
            try (Connection connection = cluster.connectEngine(node)) {
                writers.assertHonest(connection);
            }
        }
    }
}
