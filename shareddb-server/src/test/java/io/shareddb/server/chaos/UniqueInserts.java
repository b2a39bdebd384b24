package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** Rows that are inserted once each; nothing but the cluster keeps them from being there twice. */
final class UniqueInserts implements Workload {
    private final History history;
    private final Told told = new Told();
    private final AtomicInteger next = new AtomicInteger();

    UniqueInserts(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "insert";
    }

    @Override
    public void prepare(Statement statement) throws SQLException {
        statement.execute(
                "CREATE TABLE inserts (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL, at TIMESTAMP(6)"
                        + " NOT NULL DEFAULT CURRENT_TIMESTAMP(6))");
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        PreparedStatement insert = connection.prepareStatement("INSERT INTO inserts (name) VALUES (?)");
        return () -> {
            String name = client + "." + next.incrementAndGet();
            insert.setString(1, name);
            History.Attempt attempt = history.begin(name(), node, name);
            try {
                insert.executeUpdate();
                attempt.committed();
                told.committed(name);
                return true;
            } catch (SQLException e) {
                told.told(name, attempt.failed(e, true));
                return !Outcome.lost(e);
            }
        };
    }

    @Override
    public void check(Statement statement) throws SQLException {
        told.contradictions(Rows.column(statement, "SELECT name FROM inserts"))
                .forEach(what -> history.violation("insert: " + what));
    }
}
