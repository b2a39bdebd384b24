package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Tables that come, change and go. */
final class Definitions implements Workload {
    private final History history;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, Boolean> expected =
            new ConcurrentHashMap<>(); // tables of which it is known whether they exist

    Definitions(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "define";
    }

    @Override
    public void prepare(Statement statement) {
        // nothing is there at first
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.execute("SET SESSION lock_wait_timeout = 5");
        return () -> {
            int number = next.incrementAndGet();
            String table = "made_" + number;
            boolean made =
                    run(node, statement, "CREATE TABLE " + table + " (id INT PRIMARY KEY, v VARCHAR(20))", table, true);
            if (!made) {
                return false;
            }
            if (!run(node, statement, "INSERT INTO " + table + " VALUES (1, 'one')", "", true)
                    || !run(
                            node,
                            statement,
                            "ALTER TABLE " + table + " ADD COLUMN w INT NOT NULL DEFAULT 7",
                            "",
                            true)) {
                return false;
            }
            return number % 2 == 0 || run(node, statement, "DROP TABLE " + table, table, false);
        };
    }

    /** @return false if it failed */
    private boolean run(int node, Statement statement, String sql, String table, boolean exists) {
        History.Attempt attempt = history.begin(name(), node, sql);
        try {
            statement.execute(sql);
            attempt.committed();
            if (!table.isEmpty()) {
                expected.put(table, exists);
            }
            return true;
        } catch (SQLException e) {
            if (attempt.failed(e, true) == Outcome.UNKNOWN && !table.isEmpty()) {
                expected.remove(table);
            }
            return false;
        }
    }

    @Override
    public void check(Statement statement) throws SQLException {
        List<String> found = Rows.column(
                statement,
                "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'made%'");
        expected.forEach((table, exists) -> {
            if (found.contains(table) != exists) {
                history.violation(
                        "define: table " + table + (exists ? " is missing" : " is there after it was dropped"));
            }
        });
    }
}
