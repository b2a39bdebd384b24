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
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that must be rebuilt gets a copy: with a row that is longer than an operator's heap, from one donor after the other. */
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
            int node = cluster.follower();
            try (Connection engine = cluster.connectEngine(node);
                    Statement statement = engine.createStatement()) {
                statement.execute("SET SESSION sql_log_bin=0");
                statement.execute("CREATE TABLE mysql.shareddb_loading (started TIMESTAMP NOT NULL)"); // half of a copy
            }
            Processes.kill(cluster.enginePid(node));
            int donor = awaitCopy(cluster, node);
            assertThat(donor).as("a follower gives copies").isNotEqualTo(leader);
            Processes.kill(cluster.operatorPid(donor));
            Poll.until(cluster::describe, LIMIT, () -> {
                JsonNode own = cluster.own(node);
                return own.path("state").asText().equals("FOLLOWING")
                        && !own.path("copyPercent").isNumber();
            });
            Engines.assertEqual(cluster);
        }
    }

    /** Waits until some of a copy is loaded. @return who gives it */
    private static int awaitCopy(Cluster cluster, int node) {
        return Poll.value(() -> "half of a copy; " + cluster.describe(), LIMIT, () -> {
            JsonNode own = cluster.own(node);
            Matcher progress = PROGRESS.matcher(own.path("reason").asText());
            if (!progress.find() || Integer.parseInt(progress.group(2)) < 8) {
                return Optional.empty();
            }
            assertThat(own.path("copyPercent").isNumber()).as("%s", own).isTrue();
            return Optional.of(Integer.parseInt(progress.group(1)) - 1);
        });
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
