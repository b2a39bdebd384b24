package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.snapshot.TableSize;
import java.util.ArrayList;
import java.util.HashMap;
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

    /** What the clients' databases hold; those without anything in them are left out. */
    public static EngineContent summary(AdminSession session) {
        Map<String, List<EngineContent.Table>> tables = new HashMap<>();
        Map<String, Integer> unnamed = new HashMap<>();
        int named = 0;
        for (Map<String, @Nullable String> row :
                session.rows("SELECT table_schema AS ts, table_name AS tn, IFNULL(table_rows, 0) AS tr"
                        + " FROM information_schema.tables WHERE table_schema NOT IN " + SYSTEM
                        + " AND table_type<>'TEMPORARY' ORDER BY table_schema, table_name")) {
            String database = AdminSession.text(row, "ts");
            if (named++ < EngineContent.NAMED_TABLES) {
                tables.computeIfAbsent(database, name -> new ArrayList<>())
                        .add(new EngineContent.Table(
                                AdminSession.text(row, "tn"), Long.parseLong(AdminSession.text(row, "tr"))));
            } else {
                unnamed.merge(database, 1, Integer::sum);
            }
        }
        Map<String, Integer> programs = new HashMap<>();
        session.rows("SELECT routine_schema AS ps FROM information_schema.routines"
                        + " UNION ALL SELECT event_schema FROM information_schema.events")
                .forEach(row -> programs.merge(AdminSession.text(row, "ps"), 1, Integer::sum));
        List<EngineContent.Database> databases = new ArrayList<>();
        for (String name : databases(session)) {
            List<EngineContent.Table> its = tables.getOrDefault(name, List.of());
            int more = unnamed.getOrDefault(name, 0);
            int routines = programs.getOrDefault(name, 0);
            if (!its.isEmpty() || more + routines > 0) {
                databases.add(new EngineContent.Database(name, its, more, routines));
            }
        }
        return new EngineContent(databases);
    }

    /** Sizes of the clients' tables by their quoted names. */
    public static Map<String, TableSize> sizes(AdminSession session) {
        Map<String, TableSize> sizes = new HashMap<>();
        for (Map<String, @Nullable String> row :
                session.rows("SELECT table_schema AS ts, table_name AS tn, IFNULL(table_rows, 0) AS tr,"
                        + " IFNULL(data_length, 0) AS dl FROM information_schema.tables WHERE table_schema NOT IN "
                        + SYSTEM + " AND table_type<>'TEMPORARY'")) {
            sizes.put(
                    Quoting.name(AdminSession.text(row, "ts")) + "." + Quoting.name(AdminSession.text(row, "tn")),
                    new TableSize(
                            Long.parseLong(AdminSession.text(row, "tr")),
                            Long.parseLong(AdminSession.text(row, "dl"))));
        }
        return sizes;
    }

    /** Bytes of all of them. */
    public static long bytes(Map<String, TableSize> sizes) {
        return sizes.values().stream().mapToLong(TableSize::bytes).sum();
    }
}
