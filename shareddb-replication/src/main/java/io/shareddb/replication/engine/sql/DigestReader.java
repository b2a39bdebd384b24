package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.ContentDigest;
import io.shareddb.replication.engine.ContentDigest.Part;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads all that clients keep in an engine and tells it in few bytes: rows by {@code CHECKSUM TABLE}, which reads them without
 * holding up who writes to InnoDB. Small tables come first; when the time is up, the rest is left unread. Stateless.
 */
public final class DigestReader {
    private static final int DIGEST_BYTES = 12;
    private static final String AUTO_INCREMENT = " AUTO_INCREMENT=\\d+";

    private static final String ACCOUNTS = "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) AS name FROM mysql.user"
            + " WHERE host<>'' AND user NOT IN ('mariadb.sys','mysql.sys','mysql.session','mysql.infoschema','PUBLIC','"
            + EngineAccess.OPERATOR + "')";

    /** Each gives a name and what makes up the definition. */
    private static final List<String> DEFINITIONS = List.of(
            "SELECT CONCAT('database ', schema_name) AS name, default_collation_name AS text FROM information_schema.schemata"
                    + " WHERE schema_name NOT IN " + Content.SYSTEM,
            "SELECT CONCAT('view ', table_schema, '.', table_name) AS name, CONCAT_WS('|', view_definition, definer) AS text"
                    + " FROM information_schema.views WHERE table_schema NOT IN " + Content.SYSTEM,
            "SELECT CONCAT('trigger ', trigger_schema, '.', trigger_name) AS name, CONCAT_WS('|', event_manipulation,"
                    + " event_object_table, action_timing, action_statement, definer) AS text FROM information_schema.triggers"
                    + " WHERE trigger_schema NOT IN " + Content.SYSTEM,
            "SELECT CONCAT(LOWER(routine_type), ' ', routine_schema, '.', routine_name) AS name, CONCAT_WS('|',"
                    + " routine_definition, definer, dtd_identifier) AS text FROM information_schema.routines"
                    + " WHERE routine_schema NOT IN " + Content.SYSTEM,
            "SELECT CONCAT('event ', event_schema, '.', event_name) AS name, CONCAT_WS('|', event_definition, interval_value,"
                    + " interval_field, execute_at) AS text FROM information_schema.events WHERE event_schema NOT IN "
                    + Content.SYSTEM);

    private DigestReader() {}

    /** A table and how it is written in SQL. */
    private record Table(String part, String sql) {}

    /**
     * Reads; blocks for as long as {@code limit}, and somewhat longer.
     *
     * @param progress hears how far it is, after each table
     * @throws EngineException if the engine goes away
     */
    public static ContentDigest read(AdminSession session, Duration limit, Consumer<ContentDigest> progress) {
        long end = System.nanoTime() + limit.toNanos();
        Map<String, Part> parts = new HashMap<>();
        for (String sql : DEFINITIONS) {
            session.rows(sql)
                    .forEach(row -> parts.put(
                            AdminSession.text(row, "name"), Part.defined(digest(AdminSession.text(row, "text")))));
        }
        session.rows(ACCOUNTS).forEach(row -> {
            String account = AdminSession.text(row, "name");
            List<String> grants = new ArrayList<>();
            session.rows("SHOW GRANTS FOR " + account)
                    .forEach(grant -> grants.add(grant.values().toString()));
            parts.put("account " + account, Part.defined(digest(String.join("\n", grants))));
        });
        List<Table> tables = tables(session, parts);
        int read = 0;
        for (Table table : tables) {
            long left = (end - System.nanoTime()) / 1_000_000_000L;
            if (left < 1 || !rows(session, table, (int) left, parts)) {
                break;
            }
            read++;
            progress.accept(new ContentDigest(parts, read, tables.size(), false));
        }
        return new ContentDigest(parts, read, tables.size(), true);
    }

    /** The smallest first, each with its definition in {@code parts}. */
    private static List<Table> tables(AdminSession session, Map<String, Part> parts) {
        List<Table> tables = new ArrayList<>();
        session.rows(
                        "SELECT table_schema AS ts, table_name AS tn FROM information_schema.tables WHERE table_schema NOT IN "
                                + Content.SYSTEM + " AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"
                                + " ORDER BY IFNULL(data_length, 0), table_schema, table_name")
                .forEach(row -> {
                    String schema = AdminSession.text(row, "ts");
                    String name = AdminSession.text(row, "tn");
                    tables.add(
                            new Table("table " + schema + "." + name, Quoting.name(schema) + "." + Quoting.name(name)));
                });
        for (Table table : tables) {
            String definition = session.row("SHOW CREATE TABLE " + table.sql())
                    .map(row -> AdminSession.text(row, "create table"))
                    .orElse("");
            parts.put(table.part(), Part.defined(digest(definition.replaceFirst(AUTO_INCREMENT, ""))));
        }
        return tables;
    }

    /** @return false if the time was up */
    private static boolean rows(AdminSession session, Table table, int seconds, Map<String, Part> parts) {
        try (Statement statement = session.connection().createStatement()) {
            statement.setQueryTimeout(seconds);
            String count = last(statement, "SELECT COUNT(*) FROM " + table.sql());
            String sum = last(statement, "CHECKSUM TABLE " + table.sql());
            parts.computeIfPresent(table.part(), (name, part) -> part.with(Long.parseLong(count), sum));
            return true;
        } catch (SQLTimeoutException e) {
            return false;
        } catch (SQLException e) {
            throw new EngineException("cannot read " + table.sql() + ": " + e.getMessage(), e);
        }
    }

    /** The last column of the only row. */
    private static String last(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            return rows.next()
                    ? String.valueOf(rows.getString(rows.getMetaData().getColumnCount()))
                    : "";
        }
    }

    private static String digest(String text) {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
