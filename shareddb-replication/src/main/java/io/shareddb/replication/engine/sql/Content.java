package io.shareddb.replication.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an engine holds besides its own. Stateless. */
public final class Content {
    /** Databases that every engine brings itself, for {@code IN}. */
    public static final String SYSTEM = "('mysql','sys','information_schema','performance_schema')";

    private Content() {}

    /** The clients' databases, by name. */
    public static List<String> databases(AdminSession session) {
        List<String> names = new ArrayList<>();
        session.rows("SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN " + SYSTEM
                        + " ORDER BY schema_name")
                .forEach(row -> names.add(AdminSession.text(row, "name")));
        return names;
    }

    /** The clients' tables, views and sequences, by name. */
    public static List<TableName> tables(AdminSession session) {
        List<TableName> tables = new ArrayList<>();
        for (Map<String, @Nullable String> row :
                session.rows("SELECT table_schema AS ts, table_name AS tn, table_type AS tt, engine AS te"
                        + " FROM information_schema.tables WHERE table_schema NOT IN " + SYSTEM
                        + " AND table_type<>'TEMPORARY' ORDER BY table_schema, table_name")) {
            tables.add(new TableName(
                    AdminSession.text(row, "ts"),
                    AdminSession.text(row, "tn"),
                    AdminSession.text(row, "tt"),
                    AdminSession.text(row, "te")));
        }
        return tables;
    }

    /** Rows of all of the clients' tables, as the engine estimates. */
    public static long estimatedRows(AdminSession session) {
        return Long.parseLong(
                session.value("SELECT CAST(IFNULL(SUM(table_rows),0) AS UNSIGNED) FROM information_schema.tables"
                        + " WHERE table_schema NOT IN " + SYSTEM));
    }
}
