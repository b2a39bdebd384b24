package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows that are written through one node and read through another, by a connection that was told how much it must see: for the rest of its
 * life, or for one statement.
 */
final class Tokens implements Workload {
    private final History history;
    private final Nodes nodes;
    private final String database;
    private final AtomicInteger next = new AtomicInteger();

    Tokens(History history, Nodes nodes, String database) {
        this.history = history;
        this.nodes = nodes;
        this.database = database;
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public void prepare(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE tokens (id INT PRIMARY KEY)");
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        return () -> {
            int id = next.incrementAndGet();
            History.Attempt attempt = history.begin(name(), node, "row " + id);
            long seq;
            try {
                statement.executeUpdate("INSERT INTO tokens VALUES (" + id + ")");
                seq = Rows.number(statement, "SELECT @@shareddb_seq");
                attempt.committed();
            } catch (SQLException e) {
                attempt.failed(e, true);
                return !Outcome.lost(e);
            }
            look(id, seq, (node + 1 + ThreadLocalRandom.current().nextInt(nodes.count() - 1)) % nodes.count());
            return true;
        };
    }

    /** A node that cannot be asked shows nothing wrong. */
    private void look(int id, long seq, int other) {
        boolean statementOnly = ThreadLocalRandom.current().nextBoolean();
        try (Connection connection = nodes.connect(other, database, "");
                Statement statement = connection.createStatement()) {
            if (!statementOnly) {
                statement.execute("SET @@shareddb_min_seq = " + seq);
            }
            String hint = statementOnly ? "/* shareddb: consistency=eventual, min_seq=" + seq + " */ " : "";
            if (Rows.number(statement, "SELECT " + hint + "COUNT(*) FROM tokens WHERE id = " + id) != 1) {
                history.violation("token: node " + other + " does not show row " + id + ", which is in seq " + seq);
            }
        } catch (SQLException e) {
            history.note("unseen", "row " + id + " at node " + other + ": " + e.getMessage());
        }
    }

    @Override
    public void check(Statement statement) {
        // each row was looked for when it was there
    }
}
