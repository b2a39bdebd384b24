package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.LoadDialect;
import io.shareddb.replication.engine.sql.LoadMarker;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.snapshot.SnapshotFrame;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How MySQL takes a copy. */
final class MySqlLoadDialect implements LoadDialect {
    /** Accounts, roles and grants, and foreign servers; all of it in InnoDB. Routines, triggers and events come as statements. */
    static final List<String> SYSTEM_TABLES = List.of(
            "user",
            "db",
            "tables_priv",
            "columns_priv",
            "procs_priv",
            "proxies_priv",
            "role_edges",
            "default_roles",
            "global_grants",
            "password_history",
            "servers");

    @Override
    public String family() {
        return MySqlFamily.NAME;
    }

    @Override
    public String product() {
        return "MySQL";
    }

    @Override
    public EnginePosition position(String text) {
        return MySqlPosition.parse(text);
    }

    @Override
    public boolean fits(String copyVersion, String ownVersion) {
        return series(copyVersion).equals(series(ownVersion));
    }

    private static String series(String version) {
        String[] parts = version.split("\\.", 3);
        return parts.length < 2 ? version : parts[0] + "." + parts[1];
    }

    @Override
    public List<String> setup() {
        return List.of(
                "STOP REPLICA",
                "RESET REPLICA ALL",
                "SET GLOBAL event_scheduler=OFF",
                "SET GLOBAL super_read_only=0", // clients are kept out by the proxy, and most of them by read_only
                "SET SESSION sql_log_bin=0, sql_mode='NO_AUTO_VALUE_ON_ZERO', time_zone='+00:00',"
                        + " foreign_key_checks=0, unique_checks=0, max_execution_time=0, innodb_strict_mode=0,"
                        + " sql_require_primary_key=0, net_read_timeout=3600, lock_wait_timeout=60");
    }

    @Override
    public List<String> systemTables() {
        return SYSTEM_TABLES;
    }

    @Override
    public String condition(String systemTable) {
        return ownRows(systemTable);
    }

    /** Which rows of a system table belong to the data: not those of the operator's account. */
    static String ownRows(String systemTable) {
        String operator = "'" + EngineAccess.OPERATOR + "'";
        return switch (systemTable) {
            case "servers" -> "TRUE";
            case "role_edges" -> "FROM_USER<>" + operator + " AND TO_USER<>" + operator;
            default -> "`User`<>" + operator;
        };
    }

    @Override
    public void beforeTable(AdminSession session, SnapshotFrame.Table table) {}

    @Override
    public void afterRows(AdminSession session) {
        String disable = hasOldSyntax(session) ? " DISABLE ON SLAVE" : " DISABLE ON REPLICA";
        for (Map<String, @Nullable String> event :
                session.rows("SELECT event_schema AS es, event_name AS en, definer AS d FROM information_schema.events"
                        + " WHERE status='ENABLED'")) {
            session.execute("ALTER DEFINER=" + Quoting.account(AdminSession.text(event, "d")) + " EVENT "
                    + Quoting.name(AdminSession.text(event, "es")) + "." + Quoting.name(AdminSession.text(event, "en"))
                    + disable);
        }
    }

    @Override
    public void finish(AdminSession session, EnginePosition position) {
        session.execute(hasOldSyntax(session) ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
        session.execute("SET GLOBAL gtid_purged=" + Quoting.string(position.text()));
        LoadMarker.clear(session);
        session.execute("SET PERSIST super_read_only=1");
    }

    private static boolean hasOldSyntax(AdminSession session) {
        return session.value("SELECT VERSION()").matches("8\\.[01]\\..*");
    }
}
