package io.shareddb.server.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lists that clients append to and read whole, wherever they are connected. All that anybody ever reads of a list are beginnings of one
 * and the same list; a client finds in it what it appended, and never less than it read before on the same connection.
 */
final class ListAppends implements Workload {
    private static final int PER_LIST = 150;
    private static final int SIDE_BY_SIDE = 4;

    private final History history;
    private final Told told = new Told();
    private final AtomicInteger next = new AtomicInteger();
    private final Map<Integer, String> longest = new ConcurrentHashMap<>();

    ListAppends(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "append";
    }

    @Override
    public void prepare(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE lists (id INT PRIMARY KEY, items MEDIUMTEXT NOT NULL)");
    }

    @Override
    public Session session(int client, int node, Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.execute("SET SESSION innodb_lock_wait_timeout = 5");
        Map<Integer, String> before = new ConcurrentHashMap<>();
        return () -> {
            int number = next.incrementAndGet();
            int list = number / (PER_LIST * SIDE_BY_SIDE) * SIDE_BY_SIDE
                    + ThreadLocalRandom.current().nextInt(SIDE_BY_SIDE);
            String item = client + "." + number + ",";
            History.Attempt attempt = history.begin(name(), node, list + " " + item);
            try {
                statement.executeUpdate("INSERT INTO lists VALUES (" + list + ", '" + item
                        + "') ON DUPLICATE KEY UPDATE items = CONCAT(items, VALUES(items))");
                attempt.committed();
                told.committed(item);
            } catch (SQLException e) {
                told.told(item, attempt.failed(e, true));
                return !Outcome.lost(e);
            }
            return read(list, item, node, statement, before);
        };
    }

    private boolean read(int list, String item, int node, Statement statement, Map<Integer, String> before) {
        String items;
        try {
            items = String.join("", Rows.column(statement, "SELECT items FROM lists WHERE id = " + list));
        } catch (SQLException e) {
            return !Outcome.lost(e);
        }
        String found = "append: node " + node + " shows list " + list + " as …" + tail(items);
        if (!("," + items).contains("," + item)) {
            history.violation(found + " without " + item + " that the same session appended");
        }
        String last = before.getOrDefault(list, "");
        if (!items.startsWith(last)) {
            history.violation(found + " after the same session read …" + tail(last));
        }
        before.put(list, items);
        compare(found, list, items);
        return true;
    }

    private void compare(String found, int list, String items) {
        longest.compute(list, (id, longestSoFar) -> {
            String known = longestSoFar == null ? "" : longestSoFar;
            String more = known.length() > items.length() ? known : items;
            String less = known.length() > items.length() ? items : known;
            if (!more.startsWith(less)) {
                history.violation(found + " where somebody read …" + tail(known));
            }
            return more;
        });
    }

    private static String tail(String items) {
        return items.substring(Math.max(0, items.length() - 60));
    }

    @Override
    public void check(Statement statement) throws SQLException {
        List<String> found = new java.util.ArrayList<>();
        for (String row : Rows.column(statement, "SELECT CONCAT(id, ':', items) FROM lists")) {
            int colon = row.indexOf(':');
            String items = row.substring(colon + 1);
            compare(
                    "append: at the end, list " + row.substring(0, colon) + " is …" + tail(items),
                    Integer.parseInt(row.substring(0, colon)),
                    items);
            Arrays.stream(items.split(",")).map(item -> item + ",").forEach(found::add);
        }
        told.contradictions(found).forEach(what -> history.violation("append: " + what));
    }
}
