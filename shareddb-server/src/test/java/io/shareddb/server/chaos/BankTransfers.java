package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Money that moves between accounts in transactions of several statements; each client looks at the sum of all now and then. */
final class BankTransfers implements Workload {
    private static final int ACCOUNTS = 20;
    private static final int OPENING = 1_000;
    private static final int READ_EVERY = 3;

    private final History history;
    private final Told told = new Told();
    private final AtomicInteger next = new AtomicInteger();

    BankTransfers(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "bank";
    }

    @Override
    public void prepare(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE accounts (id INT PRIMARY KEY, balance INT NOT NULL)");
        statement.execute("CREATE TABLE transfers (name VARCHAR(40) NOT NULL, source INT NOT NULL, target INT NOT NULL,"
                + " amount INT NOT NULL, KEY (source), KEY (target))");
        for (int account = 0; account < ACCOUNTS; account++) {
            statement.execute("INSERT INTO accounts VALUES (" + account + ", " + OPENING + ")");
        }
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.execute("SET SESSION innodb_lock_wait_timeout = 5");
        return () -> {
            int number = next.incrementAndGet();
            if (number % READ_EVERY == 0) {
                return look(node, statement);
            }
            return transfer(client + "." + number, node, connection, statement);
        };
    }

    private boolean look(int node, Statement statement) throws SQLException {
        try {
            long sum = Rows.number(statement, "SELECT SUM(balance) FROM accounts");
            if (sum != (long) ACCOUNTS * OPENING) {
                history.violation(
                        "bank: node " + node + " shows a sum of " + sum + " (expected: " + ACCOUNTS * OPENING + ")");
            }
            return true;
        } catch (SQLException e) {
            return !Outcome.lost(e);
        }
    }

    private boolean transfer(String name, int node, Connection connection, Statement statement) {
        int source = ThreadLocalRandom.current().nextInt(ACCOUNTS);
        int target = (source + 1 + ThreadLocalRandom.current().nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        int amount = ThreadLocalRandom.current().nextInt(1, 10);
        History.Attempt attempt = history.begin(name(), node, name);
        boolean asked = false;
        try {
            connection.setAutoCommit(false);
            statement
                    .executeQuery(
                            "SELECT balance FROM accounts WHERE id IN (" + source + ", " + target + ") FOR UPDATE")
                    .close();
            statement.executeUpdate("UPDATE accounts SET balance = balance - " + amount + " WHERE id = " + source);
            statement.executeUpdate("UPDATE accounts SET balance = balance + " + amount + " WHERE id = " + target);
            statement.executeUpdate(
                    "INSERT INTO transfers VALUES ('" + name + "', " + source + ", " + target + ", " + amount + ")");
            asked = true;
            connection.commit();
            attempt.committed();
            told.committed(name);
        } catch (SQLException e) {
            told.told(name, attempt.failed(e, asked));
            if (Outcome.lost(e)) {
                return false;
            }
        }
        return ready(connection);
    }

    /** Rolls back what an error left open. */
    private static boolean ready(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void check(Statement statement) throws SQLException {
        told.contradictions(Rows.column(statement, "SELECT name FROM transfers"))
                .forEach(what -> history.violation("bank: " + what));
        try (ResultSet wrong =
                statement.executeQuery("SELECT id, balance, expected FROM (SELECT id, balance, " + OPENING
                        + " + COALESCE((SELECT SUM(amount) FROM transfers WHERE target = id), 0)"
                        + " - COALESCE((SELECT SUM(amount) FROM transfers WHERE source = id), 0) AS expected FROM accounts) AS a"
                        + " WHERE balance <> expected")) {
            while (wrong.next()) {
                history.violation("bank: account " + wrong.getInt(1) + " holds " + wrong.getInt(2) + " (expected: "
                        + wrong.getInt(3) + " from its transfers)");
            }
        }
    }
}
