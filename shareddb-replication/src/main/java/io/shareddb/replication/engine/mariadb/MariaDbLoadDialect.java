package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.LoadDialect;
import io.shareddb.replication.engine.sql.LoadMarker;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.snapshot.SnapshotFrame;
import java.util.List;

/** How MariaDB takes a copy. */
final class MariaDbLoadDialect implements LoadDialect {
    private static final long STATEMENT_BYTES = 1L << 30;

    @Override
    public String family() {
        return MariaDbFamily.NAME;
    }

    @Override
    public String product() {
        return "MariaDB";
    }

    @Override
    public EnginePosition position(String text) {
        return MariaDbPosition.parse(text);
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
                "SET SESSION sql_log_bin=0, sql_mode='NO_AUTO_VALUE_ON_ZERO', time_zone='+00:00',"
                        + " foreign_key_checks=0, max_statement_time=0, innodb_strict_mode=0, net_read_timeout=3600,"
                        + " lock_wait_timeout=60",
                "STOP SLAVE",
                "RESET SLAVE ALL",
                "SET GLOBAL event_scheduler=OFF");
    }

    @Override
    public void clear(AdminSession session) {
        for (String name : Catalog.SYSTEM_TABLES) {
            session.execute("DELETE FROM mysql." + name + " WHERE " + Catalog.condition(name));
        }
    }

    /** They came as rows. */
    @Override
    public void afterAccounts(AdminSession session) {
        session.execute("FLUSH PRIVILEGES");
    }

    /**
     * With unique_checks off as well, MariaDB builds an empty table in bulk: a quarter faster, but at its end that waits for the index with the
     * root page in hand, while whoever reads the table holds the index and waits for that page. Both wait for ever (11.4.5).
     */
    @Override
    public List<String> rowSession() {
        return List.of(
                "SET SESSION sql_log_bin=0, sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone='+00:00',"
                        + " foreign_key_checks=0, check_constraint_checks=0, max_statement_time=0,"
                        + " innodb_strict_mode=0, net_read_timeout=3600, lock_wait_timeout=60, max_error_count=1000, autocommit=0,"
                        + " system_versioning_insert_history=1"); // histories are written as they were
    }

    @Override
    public List<String> beforeRows(SnapshotFrame.Table table) {
        return List.of();
    }

    @Override
    public long statementBytes() {
        return STATEMENT_BYTES;
    }

    @Override
    public void afterRows(AdminSession session) {
        session.execute("UPDATE mysql.event SET status='SLAVESIDE_DISABLED' WHERE status='ENABLED'");
    }

    @Override
    public void finish(AdminSession session, EnginePosition position) {
        session.execute("RESET MASTER");
        session.execute("SET GLOBAL gtid_slave_pos=" + Quoting.string(position.text()));
        LoadMarker.clear(session);
    }
}
