package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clients that insert rows, each row once and never again whatever the answer was, through all nodes, and remember what they were told.
 * A client that loses its connection goes on at the next node.
 */
final class RowWriters implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** A row's identity. */
    record Row(int writer, int number) {}

    /** A row that was acknowledged. */
    record Acknowledged(Row row, long askedNanos, long toldNanos) {}

    private final Cluster cluster;
    private final String table;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>(); // guarded by itself
    private final Map<Row, String> rolledBack = new HashMap<>(); // guarded by itself
    private final Map<Row, String> unknown = new HashMap<>(); // guarded by itself
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicInteger reconnects = new AtomicInteger();

    private RowWriters(Cluster cluster, String table) {
        this.cluster = cluster;
        this.table = table;
    }

    /** Makes {@code table} and starts {@code count} clients, spread over the nodes. */
    static RowWriters start(Cluster cluster, String table, int count) throws SQLException {
        try (Connection connection = cluster.connect(cluster.leader(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS load_test");
            statement.execute("CREATE TABLE load_test." + table
                    + " (id BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT NOT NULL, number INT NOT NULL,"
                    + " at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), KEY (writer, number))");
        }
        RowWriters writers = new RowWriters(cluster, table);
        for (int i = 0; i < count; i++) {
            int writer = i;
            Thread thread = new Thread(() -> writers.write(writer), "writer-" + i);
            thread.start();
            writers.threads.add(thread);
        }
        return writers;
    }

    private void write(int writer) {
        int node = writer % Cluster.NODES;
        int number = 0;
        while (stopped.getCount() > 0) {
            try (Connection connection = cluster.connect(node, "load_test");
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO " + table + " (writer, number) VALUES (?, ?)")) {
                while (stopped.getCount() > 0 && insert(insert, new Row(writer, number))) {
                    number++;
                }
                number++;
            } catch (SQLException e) {
                // could not connect: nothing was asked, the next node may do
            }
            reconnects.incrementAndGet();
            node = (node + 1) % Cluster.NODES;
            pause();
        }
    }

    /** @return whether the connection can be used on */
    private boolean insert(PreparedStatement insert, Row row) {
        long asked = System.nanoTime();
        try {
            insert.setInt(1, row.writer());
            insert.setInt(2, row.number());
            insert.executeUpdate();
            synchronized (acknowledged) {
                acknowledged.add(new Acknowledged(row, asked, System.nanoTime()));
            }
            return true;
        } catch (SQLException e) {
            boolean lost = e.getSQLState() == null || e.getSQLState().startsWith("08");
            Map<Row, String> outcome = lost ? unknown : rolledBack;
            synchronized (outcome) {
                outcome.put(row, e.getErrorCode() + " (" + e.getSQLState() + ") " + e.getMessage());
            }
            pause();
            return !lost;
        }
    }

    private void pause() {
        try {
            boolean unused = stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int acknowledgedCount() {
        synchronized (acknowledged) {
            return acknowledged.size();
        }
    }

    /** Waits until {@code more} rows have been acknowledged from now on. */
    void awaitAcknowledged(int more, Duration limit) {
        int wanted = acknowledgedCount() + more;
        Poll.until(() -> wanted + " rows acknowledged; " + this, limit, () -> acknowledgedCount() >= wanted);
    }

    /** How long after {@code sinceNanos} a row was acknowledged that was asked for later; waits for it. */
    Duration awaitWriteAfter(long sinceNanos, Duration limit) {
        Poll.until(() -> "a write after the failure; " + this, limit, () -> firstAfter(sinceNanos)
                .isPresent());
        return Duration.ofNanos(firstAfter(sinceNanos).orElseThrow() - sinceNanos);
    }

    private OptionalLong firstAfter(long sinceNanos) {
        synchronized (acknowledged) {
            return acknowledged.stream()
                    .filter(row -> row.askedNanos() - sinceNanos > 0)
                    .mapToLong(Acknowledged::toldNanos)
                    .min();
        }
    }

    /** How long the slowest answer took of those given after {@code sinceNanos}. */
    Duration slowestSince(long sinceNanos) {
        synchronized (acknowledged) {
            return Duration.ofNanos(acknowledged.stream()
                    .filter(row -> row.toldNanos() - sinceNanos > 0)
                    .mapToLong(row -> row.toldNanos() - row.askedNanos())
                    .max()
                    .orElse(0));
        }
    }

    /** Answers other than an acknowledgement. */
    int refusals() {
        return rolledBack.size() + unknown.size();
    }

    /** What those clients were told instead of an acknowledgement that began at other nodes than {@code node}. */
    Map<Row, String> refusalsElsewhere(int node) {
        Map<Row, String> refusals = new HashMap<>(rolledBack);
        refusals.putAll(unknown);
        refusals.keySet().removeIf(row -> row.writer() % Cluster.NODES == node);
        return refusals;
    }

    /** Stops the clients; each finishes what it is at. */
    void stop() throws InterruptedException {
        stopped.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Asserts what the clients were told against what {@code connection} finds. Call {@link #stop} before. */
    void assertHonest(Connection connection) throws SQLException {
        Map<Row, Integer> found = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT writer, number FROM load_test." + table)) {
            while (rows.next()) {
                found.merge(new Row(rows.getInt(1), rows.getInt(2)), 1, Integer::sum);
            }
        }
        Set<Row> missing = new HashSet<>();
        acknowledged.forEach(told -> missing.add(told.row()));
        missing.removeAll(found.keySet());
        assertThat(missing).as("acknowledged rows that are missing; %s", this).isEmpty();
        assertThat(found)
                .as("rows that are there twice; %s", this)
                .allSatisfy((row, count) -> assertThat(count).as("%s", row).isEqualTo(1));
        Map<Row, String> dishonest = new HashMap<>(rolledBack);
        dishonest.keySet().retainAll(found.keySet());
        assertThat(dishonest)
                .as("rows that were reported rolled back and are there")
                .isEmpty();
    }

    @Override
    public String toString() {
        return "acknowledged " + acknowledgedCount() + ", rolled back " + rolledBack.size() + sample(rolledBack)
                + ", unknown " + unknown.size() + sample(unknown) + ", reconnects " + reconnects;
    }

    private static String sample(Map<Row, String> outcomes) {
        synchronized (outcomes) {
            @Nullable String any = outcomes.values().stream().findFirst().orElse(null);
            return any == null ? "" : " (such as: " + any + ")";
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
