package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new node's engine gets a copy: with a row that is longer than an operator's heap, from one donor after the other. */
class ReseedIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** More transactions than an empty engine replays. */
    private static final int TRANSACTIONS = 10_100;

    private static final int CLIENTS = 16;
    private static final int LONG_ROW = 110_000_000; // operators have 96 MB

    /** The donor, and how many megabytes came. */
    private static final Pattern PROGRESS = Pattern.compile("copy from node(\\d): \\d+ %, .* (\\d+) MB");

    @TempDir
    Path directory;

    @Test
    void aCopyThatBreaksOffBeginsAgainAtAnotherDonor() throws Exception {
        try (Cluster cluster = Cluster.start(directory.resolve("cluster"))) {
            cluster.awaitReady();
            fill(cluster);
            int leader = cluster.leader();
            List<Integer> donors = new ArrayList<>();
            try (LateNode node = LateNode.start(cluster, "node4", directory.resolve("node4"), Map.of())) {
                Poll.until(() -> "half of a copy; " + node.describe(), LIMIT, () -> {
                    JsonNode own = node.own();
                    Matcher progress = PROGRESS.matcher(own.path("reason").asText());
                    if (!progress.find() || Integer.parseInt(progress.group(2)) < 8) {
                        return false;
                    }
                    assertThat(own.path("copyPercent").isNumber()).as("%s", own).isTrue();
                    donors.add(Integer.parseInt(progress.group(1)) - 1);
                    return true;
                });
                assertThat(donors.get(0)).as("a follower gives copies").isNotEqualTo(leader);
                Processes.kill(cluster.operatorPid(donors.get(0)));
                Poll.until(
                        () -> "it follows; " + node.describe(),
                        LIMIT,
                        () -> node.own().path("state").asText().equals("FOLLOWING"));
                assertThat(node.own().path("copyPercent").isNumber()).isFalse();
                try (Connection own = node.connectEngine();
                        Connection leading = cluster.connectEngine(cluster.leader())) {
                    assertThat(Engines.content(own)).isEqualTo(Engines.content(leading));
                }
            }
        }
    }

    private static void fill(Cluster cluster) throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "", "&socketTimeout=60000");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE load_test");
            statement.execute("USE load_test");
            statement.execute("CREATE TABLE many (id INT AUTO_INCREMENT PRIMARY KEY, v INT, KEY (v))");
            statement.execute("CREATE TABLE large (id INT PRIMARY KEY, v LONGBLOB)");
            statement.execute("INSERT INTO large VALUES (1, REPEAT('0123456789', " + LONG_ROW / 10 + "))");
        }
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                writers.add(clients.submit(() -> {
                    write(cluster);
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void write(Cluster cluster) throws Exception {
        try (Connection connection = cluster.connect(cluster.leader(), "load_test");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO many (v) VALUES (?)")) {
            for (int i = 0; i <= TRANSACTIONS / CLIENTS; i++) {
                insert.setInt(1, i);
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
