package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters that clients read, count up themselves and write back: under a lock, or where nobody has written meanwhile. No update gets lost,
 * and what a session reads of a counter never becomes less, whichever node or transaction it reads in.
 */
final class ReadModifyWrites implements Workload {
    private static final int COUNTERS = 6;

    private final History history;
    private final AtomicLongArray certain = new AtomicLongArray(COUNTERS);
    private final AtomicLongArray possible = new AtomicLongArray(COUNTERS);

    ReadModifyWrites(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "modify";
    }

    @Override
    public void prepare(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE versions (id INT PRIMARY KEY, n BIGINT NOT NULL, version BIGINT NOT NULL)");
        for (int counter = 0; counter < COUNTERS; counter++) {
            statement.execute("INSERT INTO versions VALUES (" + counter + ", 0, 0)");
        }
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        return new OneConnection(node, connection);
    }

    /** One connection's work. One thread. */
    private final class OneConnection implements Session {
        private final int node;
        private final Connection connection;
        private final PreparedStatement plain;
        private final PreparedStatement locking;
        private final PreparedStatement write;
        private final long[] seen = new long[COUNTERS];

        OneConnection(int node, Connection connection) throws SQLException {
            this.node = node;
            this.connection = connection;
            connection.createStatement().execute("SET SESSION innodb_lock_wait_timeout = 5");
            plain = connection.prepareStatement("SELECT n, version FROM versions WHERE id = ?");
            locking = connection.prepareStatement("SELECT n, version FROM versions WHERE id = ? FOR UPDATE");
            write = connection.prepareStatement(
                    "UPDATE versions SET n = ?, version = version + 1 WHERE id = ? AND version = ?");
        }

        @Override
        public boolean step() {
            int counter = ThreadLocalRandom.current().nextInt(COUNTERS);
            boolean locks = ThreadLocalRandom.current().nextBoolean();
            History.Attempt attempt = history.begin(name(), node, (locks ? "lock " : "look ") + counter);
            boolean asked = false;
            try {
                connection.setAutoCommit(!locks);
                long[] found = read(locks ? locking : plain, counter);
                asked = !locks;
                boolean written = write(counter, found);
                if (locks) {
                    asked = true;
                    connection.commit();
                }
                if (written) {
                    attempt.committed();
                    certain.incrementAndGet(counter);
                    seen[counter] = found[1] + 1;
                } else if (locks) {
                    history.violation("modify: node " + node + " changed counter " + counter + " under a lock");
                }
            } catch (SQLException e) {
                if (attempt.failed(e, asked) == Outcome.UNKNOWN) {
                    possible.incrementAndGet(counter);
                }
                return !Outcome.lost(e) && ready();
            }
            return ready();
        }

        private long[] read(PreparedStatement statement, int counter) throws SQLException {
            statement.setInt(1, counter);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                long[] found = {row.getLong(1), row.getLong(2)};
                if (found[1] < seen[counter]) {
                    history.violation("modify: node " + node + " shows version " + found[1] + " of counter " + counter
                            + " after the same session read or wrote " + seen[counter]);
                }
                if (found[0] != found[1]) {
                    history.violation("modify: node " + node + " shows counter " + counter + " as " + found[0]
                            + " in version " + found[1]);
                }
                seen[counter] = Math.max(seen[counter], found[1]);
                return found;
            }
        }

        private boolean write(int counter, long[] found) throws SQLException {
            write.setLong(1, found[0] + 1);
            write.setInt(2, counter);
            write.setLong(3, found[1]);
            return write.executeUpdate() == 1;
        }

        /** Rolls back what an error left open. */
        private boolean ready() {
            try {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
                return true;
            } catch (SQLException e) {
                return false;
            }
        }
    }

    @Override
    public void check(Statement statement) throws SQLException {
        for (int counter = 0; counter < COUNTERS; counter++) {
            long found = Rows.number(statement, "SELECT n FROM versions WHERE id = " + counter);
            long least = certain.get(counter);
            long most = least + possible.get(counter);
            if (found < least || found > most) {
                history.violation(
                        "modify: counter " + counter + " is " + found + " (expected: " + least + " to " + most + ")");
            }
        }
    }
}
