package io.shareddb.server.endtoend;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A client that inserts rows, each once whatever the answer was, through the next node after each error. */
final class ExternalWriter implements AutoCloseable {
    private final ExternalNodes nodes;
    private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = new Thread(this::write, "writer");

    private ExternalWriter(ExternalNodes nodes) {
        this.nodes = nodes;
    }

    /** Makes the table {@code d.t} and begins to write. */
    static ExternalWriter start(ExternalNodes nodes) throws SQLException {
        nodes.execute(
                nodes.leader(),
                "CREATE DATABASE IF NOT EXISTS d",
                "DROP TABLE IF EXISTS d.t",
                "CREATE TABLE d.t (v INT PRIMARY KEY)");
        ExternalWriter writer = new ExternalWriter(nodes);
        writer.thread.start();
        return writer;
    }

    private void write() {
        int number = 0;
        while (stopped.getCount() > 0) {
            try (Connection connection = nodes.connect(number % ExternalNodes.COUNT);
                    Statement statement = connection.createStatement()) {
                while (stopped.getCount() > 0) {
                    int row = number++;
                    statement.execute("INSERT INTO d.t VALUES (" + row + ")");
                    acknowledged.add(row);
                }
            } catch (SQLException e) {
                number++;
                pause();
            }
        }
    }

    private void pause() {
        try {
            boolean unused = stopped.await(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for rows that are acknowledged from now on. */
    void awaitMore(int more) {
        int wanted = acknowledged.size() + more;
        Poll.until(
                () -> wanted + " rows acknowledged, not " + acknowledged.size(),
                ExternalNodes.LONG,
                () -> acknowledged.size() >= wanted);
    }

    /** Stops, and waits until every engine has what was acknowledged, and all the same. */
    void assertNothingLost() {
        close();
        for (int i = 0; i < ExternalNodes.COUNT; i++) {
            ExternalServer engine = nodes.engine(i);
            Poll.until(() -> "all rows are in the engine on port " + engine.port(), ExternalNodes.LONG, () -> {
                Set<String> missing = new HashSet<>();
                acknowledged.forEach(row -> missing.add(String.valueOf(row)));
                try (Connection connection = engine.connect();
                        Statement statement = connection.createStatement()) {
                    Engines.column(statement, "SELECT v FROM d.t").forEach(missing::remove);
                }
                return missing.isEmpty();
            });
        }
        nodes.awaitEqual();
    }

    @Override
    public void close() {
        stopped.countDown();
        Poll.until("the writer ends", ExternalNodes.LONG, () -> !thread.isAlive());
    }
}
