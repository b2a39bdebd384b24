package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import java.util.ArrayList;
import java.util.List;

/** Settings that every role needs: those of the start are checked, the others are made. */
final class EngineRequirements {
    private static final List<String> SETTINGS = List.of(
            "rpl_semi_sync_master_timeout=18446744073709551615",
            "rpl_semi_sync_master_wait_point=AFTER_SYNC",
            "rpl_semi_sync_master_wait_no_slave=1",
            "rpl_semi_sync_master_enabled=1",
            "rpl_semi_sync_slave_enabled=0",
            "gtid_domain_id=0",
            "gtid_strict_mode=1",
            "binlog_format=ROW",
            "binlog_row_image=FULL",
            "binlog_row_metadata=FULL",
            "binlog_annotate_row_events=OFF");

    private EngineRequirements() {}

    static void check(AdminSession session) {
        List<String> problems = new ArrayList<>();
        String version = session.value("SELECT VERSION()");
        if (!version.contains("MariaDB")) {
            throw new EngineException("the engine is '" + version + "' (expected: MariaDB)");
        }
        if (!session.value("SELECT @@GLOBAL.log_bin").equals("1")) {
            problems.add("log_bin is OFF (expected: started with --log-bin)");
        }
        if (!session.value("SELECT @@GLOBAL.gtid_domain_id").equals("0")
                || session.value("SELECT @@GLOBAL.gtid_slave_pos").contains(",")
                || session.value("SELECT @@GLOBAL.gtid_binlog_pos").contains(",")) {
            problems.add("the engine uses several GTID domains (expected: domain 0 only)");
        }
        String engine = session.value("SELECT engine FROM information_schema.tables"
                + " WHERE table_schema='mysql' AND table_name='gtid_slave_pos'");
        if (!engine.equalsIgnoreCase("InnoDB")) {
            problems.add("mysql.gtid_slave_pos is " + engine + " (expected: InnoDB)");
        }
        if (!problems.isEmpty()) {
            throw new EngineException("the engine cannot be used: " + String.join("; ", problems));
        }
    }

    static void apply(AdminSession session) {
        for (String setting : SETTINGS) {
            session.execute("SET GLOBAL " + setting);
        }
    }
}
