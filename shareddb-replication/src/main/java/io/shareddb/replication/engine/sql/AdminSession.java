package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One administrative connection to the engine, from a pool that need not reset what is changed here. One thread. */
public final class AdminSession implements AutoCloseable {
    private final Connection connection;
    private boolean discard;

    private AdminSession(Connection connection) {
        this.connection = connection;
    }

    public static AdminSession open(DataSource administration) {
        try {
            return new AdminSession(administration.getConnection());
        } catch (SQLException e) {
            throw new EngineException("cannot connect to the engine: " + e.getMessage(), e);
        }
    }

    /**
     * The same, for short statements.
     *
     * @param limit silence of the engine after which a statement fails and the connection is given up
     */
    public static AdminSession open(DataSource administration, Duration limit) {
        AdminSession session = open(administration);
        try {
            session.connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
            return session;
        } catch (SQLException e) {
            session.close();
            throw new EngineException("cannot connect to the engine: " + e.getMessage(), e);
        }
    }

    public void execute(String sql) {
        try {
            executeRaw(sql);
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    /** For callers that tell error numbers apart. */
    public void executeRaw(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All columns as text, in order, by name in lower case; null where SQL has NULL. */
    public List<Map<String, @Nullable String>> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            ResultSetMetaData columns = result.getMetaData();
            List<Map<String, @Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, @Nullable String> row = new LinkedHashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    row.put(columns.getColumnLabel(i).toLowerCase(Locale.ROOT), result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw failed(sql, e);
        }
    }

    public Optional<Map<String, @Nullable String>> row(String sql) {
        List<Map<String, @Nullable String>> rows = rows(sql);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(0));
    }

    /** The first column of the only row. */
    public String value(String sql) {
        return row(sql).map(row -> row.values().iterator().next())
                .orElseThrow(() -> new EngineException("no answer to: " + sql));
    }

    public Connection connection() {
        return connection;
    }

    /** The session's settings are changed for good: the pool must not hand it out again. */
    public void discardOnClose() {
        discard = true;
    }

    public static String text(Map<String, @Nullable String> row, String column) {
        String value = row.get(column);
        return value == null ? "" : value;
    }

    /** Passwords are not part of the message. */
    private static EngineException failed(String sql, SQLException e) {
        String shown = sql.replaceAll("(?i)(password\\s*=\\s*)'(?:[^'\\\\]|\\\\.|'')*'", "$1'…'");
        return new EngineException(
                "engine refused: " + shown + ": error " + e.getErrorCode() + " (" + e.getSQLState() + ") "
                        + e.getMessage(),
                e);
    }

    /** Pools notice that a connection is dead when it fails in use, and would hand it out again until then. */
    private void useOnceMore() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DO 0");
        } catch (SQLException e) {
            discard = true; // as it should be
        }
    }

    @Override
    public void close() {
        try {
            if (discard) {
                connection.abort(Runnable::run);
                useOnceMore();
            }
            connection.close();
        } catch (SQLException e) {
            throw new EngineException("cannot close a connection to the engine: " + e.getMessage(), e);
        }
    }
}
