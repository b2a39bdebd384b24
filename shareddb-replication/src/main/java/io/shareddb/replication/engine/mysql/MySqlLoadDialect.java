package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.EngineException;
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
    /** Each statement is a transaction, whose undo log should stay small. */
    private static final long STATEMENT_BYTES = 64L << 20;

    /** Passwords that were used before: the only part of the accounts that the server reads from its table each time. */
    static final String PASSWORD_HISTORY = "password_history";

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
    public void clear(AdminSession session) {
        MySqlAccounts.drop(session);
        for (Map<String, @Nullable String> row : session.rows("SELECT Server_name AS n FROM mysql.servers")) {
            session.execute("DROP SERVER " + Quoting.name(AdminSession.text(row, "n")));
        }
    }

    /** They came as statements. */
    @Override
    public void afterAccounts(AdminSession session) {}

    @Override
    public List<String> rowSession() {
        return List.of("SET SESSION sql_log_bin=0, sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES',"
                + " time_zone='+00:00', foreign_key_checks=0, unique_checks=0, max_execution_time=0, innodb_strict_mode=0,"
                + " net_read_timeout=3600, lock_wait_timeout=60, max_error_count=1000, autocommit=0");
    }

    /** Making the accounts wrote some history of its own. */
    @Override
    public List<String> beforeRows(SnapshotFrame.Table table) {
        return table.database().equals("mysql") && table.name().equals(PASSWORD_HISTORY)
                ? List.of("DELETE FROM mysql." + PASSWORD_HISTORY + " WHERE " + MySqlAccounts.CLIENTS)
                : List.of();
    }

    @Override
    public long statementBytes() {
        return STATEMENT_BYTES;
    }

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
        MySqlPosition executed = MySqlEngine.executed(session);
        if (!executed.equals(position)) {
            throw new EngineException("after loading a copy the engine holds '" + executed.text() + "' (expected: '"
                    + position.text() + "')");
        }
        LoadMarker.clear(session);
        session.execute("SET PERSIST super_read_only=1");
    }

    private static boolean hasOldSyntax(AdminSession session) {
        return session.value("SELECT VERSION()").matches("8\\.[01]\\..*");
    }
}
