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
                        + " foreign_key_checks=0, unique_checks=0, check_constraint_checks=0, max_statement_time=0,"
                        + " innodb_strict_mode=0, net_read_timeout=3600, lock_wait_timeout=60",
                "STOP SLAVE",
                "RESET SLAVE ALL",
                "SET GLOBAL event_scheduler=OFF");
    }

    @Override
    public List<String> systemTables() {
        return Catalog.SYSTEM_TABLES;
    }

    @Override
    public String condition(String systemTable) {
        return Catalog.condition(systemTable);
    }

    @Override
    public void beforeTable(AdminSession session, SnapshotFrame.Table table) {
        if (!table.database().equals("mysql")) {
            // Its history, if it has one, is written as it was.
            session.execute("SET SESSION system_versioning_insert_history=1");
        }
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
