package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares engines, asked directly, past their operators. Stateless. */
public final class Engines {
    private static final String TABLES = """
            SELECT CONCAT('`', table_schema, '`.`', table_name, '`') FROM information_schema.tables
            WHERE table_type = 'BASE TABLE'
            AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
            ORDER BY 1
            """;
    private static final String ACCOUNTS = """
            SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)) FROM mysql.user WHERE Host <> '' AND User NOT IN
            ('mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema', 'shareddb_operator', 'PUBLIC')
            """;
    private static final List<String> DEFINITIONS = List.of(
            "SELECT CONCAT('trigger ', trigger_schema, '.', trigger_name), CONCAT_WS('|', event_manipulation, action_timing,"
                    + " action_statement, definer) FROM information_schema.triggers WHERE trigger_schema <> 'sys'",
            "SELECT CONCAT(routine_type, ' ', routine_schema, '.', routine_name), CONCAT_WS('|', routine_definition, definer,"
                    + " dtd_identifier) FROM information_schema.routines WHERE routine_schema NOT IN ('sys', 'mysql')",
            "SELECT CONCAT('view ', table_schema, '.', table_name), CONCAT_WS('|', view_definition, definer) FROM"
                    + " information_schema.views WHERE table_schema NOT IN ('sys', 'mysql')",
            "SELECT CONCAT('column ', table_schema, '.', table_name, '.', column_name), CONCAT_WS('|', ordinal_position,"
                    + " column_type, is_nullable, column_default, collation_name, extra) FROM information_schema.columns WHERE"
                    + " table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')");

    private Engines() {}

    /** Waits until nothing is under way, then asserts that all engines hold the same data, definitions and rights. */
    static void assertEqual(Cluster cluster) throws IOException, SQLException, InterruptedException {
        cluster.awaitHealthy(Duration.ofMinutes(1));
        Map<String, String> first = content(cluster, 0);
        assertThat(first).isNotEmpty();
        for (int node = 1; node < Cluster.NODES; node++) {
            assertThat(content(cluster, node))
                    .as("engine of node %d, compared with node 0", node)
                    .isEqualTo(first);
        }
    }

    private static Map<String, String> content(Cluster cluster, int node)
            throws IOException, SQLException, InterruptedException {
        try (Connection connection = cluster.connectEngine(node)) {
            return content(connection);
        }
    }

    /** Checksums of all tables, rights of all accounts, and definitions, each under a name that says what it is. */
    public static Map<String, String> content(Connection connection) throws SQLException {
        Map<String, String> content = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : column(statement, TABLES)) {
                try (ResultSet checksum = statement.executeQuery("CHECKSUM TABLE " + table)) {
                    checksum.next();
                    content.put("table " + table, checksum.getString(2));
                }
            }
            for (String account : column(statement, ACCOUNTS)) {
                content.put(
                        "rights of " + account,
                        column(statement, "SHOW GRANTS FOR " + account).toString());
            }
            for (String definitions : DEFINITIONS) {
                try (ResultSet rows = statement.executeQuery(definitions)) {
                    while (rows.next()) {
                        content.put(rows.getString(1), rows.getString(2));
                    }
                }
            }
        }
        return content;
    }

    /** The first column of each row. */
    static List<String> column(Statement statement, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
