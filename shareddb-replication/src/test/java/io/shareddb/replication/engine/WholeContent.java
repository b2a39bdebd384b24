package io.shareddb.replication.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A corpus of everything that a database can hold, and the whole content of an engine as comparable text. */
public final class WholeContent {
    private static final String OTHERS = "('mysql','sys','information_schema','performance_schema')";

    private WholeContent() {}

    /** Runs {@code corpus.sql}, whose statements are separated by lines of two dashes. */
    public static void create(Connection connection) throws SQLException, IOException {
        try (InputStream in = WholeContent.class.getResourceAsStream("/corpus.sql");
                Statement statement = connection.createStatement()) {
            if (in == null) {
                throw new IllegalStateException("no corpus.sql");
            }
            for (String sql : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n--\n", -1)) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(sql + ": " + e.getMessage(), e);
                }
            }
        }
    }

    /** Definitions, checksums and rows by name; left out is what replication itself does not keep: times, grantors, event states. */
    public static Map<String, String> of(TestEngine engine) throws SQLException {
        Map<String, String> content = new TreeMap<>();
        try (Connection connection = engine.asOperator()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET time_zone='+00:00', sql_mode=''");
            }
            for (List<@Nullable String> row : query(
                    connection,
                    "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN " + OTHERS)) {
                add(content, connection, "SHOW CREATE DATABASE " + quote(row.get(0)));
            }
            for (List<@Nullable String> row : query(
                    connection,
                    "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE"
                            + " table_schema NOT IN " + OTHERS)) {
                String name = quote(row.get(0)) + "." + quote(row.get(1));
                add(content, connection, "SHOW CREATE TABLE " + name);
                if ("SEQUENCE".equals(row.get(2))) {
                    add(content, connection, "SELECT * FROM " + name);
                } else if ("SYSTEM VERSIONED".equals(row.get(2))) {
                    String period = "named_history".equals(row.get(1)) ? "since, until" : "row_start, row_end";
                    add(
                            content,
                            connection,
                            "SELECT t.*, " + period + " FROM " + name + " FOR SYSTEM_TIME ALL t ORDER BY id, "
                                    + period);
                } else if (!"VIEW".equals(row.get(2))) {
                    add(content, connection, "CHECKSUM TABLE " + name + " EXTENDED");
                } else {
                    add(content, connection, "SELECT * FROM " + name);
                }
            }
            add(
                    content,
                    connection,
                    "SELECT trigger_schema, trigger_name, event_manipulation, event_object_table, action_order,"
                            + " action_statement, action_timing, sql_mode, definer, character_set_client,"
                            + " collation_connection, database_collation FROM information_schema.triggers"
                            + " WHERE trigger_schema NOT IN " + OTHERS + " ORDER BY 1, 2");
            for (String table : List.of(
                    "global_priv",
                    "db",
                    "tables_priv",
                    "columns_priv",
                    "procs_priv",
                    "proxies_priv",
                    "roles_mapping")) {
                String stamp =
                        switch (table) {
                            case "tables_priv", "procs_priv" -> "timestamp";
                            case "columns_priv" -> "timestamp";
                            case "proxies_priv" -> "timestamp";
                            default -> "";
                        };
                List<String> columns = new ArrayList<>();
                query(
                                connection,
                                "SELECT column_name FROM information_schema.columns WHERE table_schema='mysql' AND"
                                        + " table_name='" + table + "' ORDER BY ordinal_position")
                        .stream()
                        .map(row -> String.valueOf(row.get(0)))
                        .filter(column -> !column.equalsIgnoreCase(stamp) && !column.equals("Grantor"))
                        .forEach(columns::add);
                add(
                        content,
                        connection,
                        "SELECT `" + String.join("`, `", columns) + "` FROM mysql." + table
                                + " WHERE user<>'shareddb_operator' ORDER BY 1, 2, 3");
            }
            add(content, connection, "SELECT * FROM mysql.servers ORDER BY 1");
            add(
                    content,
                    connection,
                    "SELECT db, name, type, specific_name, language, sql_data_access, is_deterministic,"
                            + " security_type, param_list, returns, body, definer, sql_mode, comment, character_set_client,"
                            + " collation_connection, db_collation, body_utf8, aggregate FROM mysql.proc ORDER BY 1, 2, 3");
            add(
                    content,
                    connection,
                    "SELECT db, name, body, definer, execute_at, interval_value, interval_field, starts,"
                            + " ends, on_completion, sql_mode, comment, time_zone, character_set_client, collation_connection,"
                            + " db_collation, body_utf8 FROM mysql.event ORDER BY 1, 2");
        }
        return content;
    }

    /** What is not equal, one entry each; empty if nothing. */
    public static List<String> differences(TestEngine one, TestEngine other) throws SQLException {
        Map<String, String> first = of(one);
        Map<String, String> second = of(other);
        List<String> differences = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(first.keySet());
        keys.addAll(second.keySet());
        for (String key : keys) {
            String a = String.valueOf(first.get(key));
            String b = String.valueOf(second.get(key));
            if (!a.equals(b)) {
                differences.add(key + "\n  " + a + "\n  " + b);
            }
        }
        return differences;
    }

    private static void add(Map<String, String> content, Connection connection, String sql) throws SQLException {
        // Each node makes the clients' account itself, at its own time.
        content.put(sql, query(connection, sql).toString().replaceAll("\"password_last_changed\":\\d+", ""));
    }

    private static List<List<@Nullable String>> query(Connection connection, String sql) throws SQLException {
        return TestEngine.query(connection, sql);
    }

    private static String quote(@Nullable String name) {
        return "`" + String.valueOf(name).replace("`", "``") + "`";
    }
}
