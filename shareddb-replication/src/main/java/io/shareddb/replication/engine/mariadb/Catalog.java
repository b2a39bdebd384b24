package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Content;
import java.util.List;

/** What an engine holds besides its own: names, and what shows that one of them was changed. */
final class Catalog {
    /**
     * Tables of {@code mysql} whose rows belong to the data: accounts, roles and grants as the engine stores them, routines and
     * packages, events, foreign servers. Copied as rows, which is exact within one series of versions: nothing is executed, so
     * nothing depends on order, on the session, or on events that are past.
     */
    static final List<String> SYSTEM_TABLES = List.of(
            "global_priv",
            "db",
            "tables_priv",
            "columns_priv",
            "procs_priv",
            "proxies_priv",
            "roles_mapping",
            "servers",
            "proc",
            "event");

    private Catalog() {}

    /** Which rows of a system table belong to the data: not those of the operator's account. */
    static String condition(String systemTable) {
        return switch (systemTable) {
            case "servers", "proc", "event" -> "TRUE";
            default -> "`User`<>'" + EngineAccess.OPERATOR + "'";
        };
    }

    /** Equal before and after if and only if no definition, account or routine was changed meanwhile. */
    static String fingerprint(AdminSession session) {
        StringBuilder all = new StringBuilder();
        for (String sql : List.of(
                "SELECT schema_name, default_collation_name, schema_comment FROM information_schema.schemata"
                        + " WHERE schema_name NOT IN " + Content.SYSTEM + " ORDER BY 1",
                "SELECT table_schema, table_name, table_type, create_time, create_options, table_collation, table_comment"
                        + " FROM information_schema.tables WHERE table_schema NOT IN " + Content.SYSTEM
                        + " ORDER BY 1, 2",
                "SELECT table_schema, table_name, MD5(view_definition), definer, security_type"
                        + " FROM information_schema.views WHERE table_schema NOT IN " + Content.SYSTEM
                        + " ORDER BY 1, 2",
                "SELECT trigger_schema, trigger_name, event_object_table, created, action_order, MD5(action_statement)"
                        + " FROM information_schema.triggers WHERE trigger_schema NOT IN " + Content.SYSTEM
                        + " ORDER BY 1, 2",
                "CHECKSUM TABLE mysql." + String.join(", mysql.", SYSTEM_TABLES))) {
            session.rows(sql).forEach(row -> all.append(row.values()).append('\n'));
        }
        return all.toString();
    }
}
