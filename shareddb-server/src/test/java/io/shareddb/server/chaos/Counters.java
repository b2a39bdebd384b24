package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counters that are counted up; nothing but their values tells how often it happened. */
final class Counters implements Workload {
    private static final int COUNTERS = 8;

    private final History history;
    private final AtomicLongArray certain = new AtomicLongArray(COUNTERS);
    private final AtomicLongArray possible = new AtomicLongArray(COUNTERS);

    Counters(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "count";
    }

    @Override
    public void prepare(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE counters (id INT PRIMARY KEY, n BIGINT NOT NULL)");
        for (int counter = 0; counter < COUNTERS; counter++) {
            statement.execute("INSERT INTO counters VALUES (" + counter + ", 0)");
        }
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        connection.createStatement().execute("SET SESSION innodb_lock_wait_timeout = 5");
        PreparedStatement count = connection.prepareStatement("UPDATE counters SET n = n + 1 WHERE id = ?");
        return () -> {
            int counter = ThreadLocalRandom.current().nextInt(COUNTERS);
            count.setInt(1, counter);
            History.Attempt attempt = history.begin(name(), node, "counter " + counter);
            try {
                count.executeUpdate();
                attempt.committed();
                certain.incrementAndGet(counter);
                return true;
            } catch (SQLException e) {
                if (attempt.failed(e, true) == Outcome.UNKNOWN) {
                    possible.incrementAndGet(counter);
                }
                return !Outcome.lost(e);
            }
        };
    }

    @Override
    public void check(Statement statement) throws SQLException {
        for (int counter = 0; counter < COUNTERS; counter++) {
            long found = Rows.number(statement, "SELECT n FROM counters WHERE id = " + counter);
            long least = certain.get(counter);
            long most = least + possible.get(counter);
            if (found < least || found > most) {
                history.violation(
                        "count: counter " + counter + " is " + found + " (expected: " + least + " to " + most + ")");
            }
        }
    }
}
