package io.shareddb.replication.engine.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.replication.engine.sql.RefusalTableCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MySQL adds; reading statements is tested with MariaDB's table. */
class MySqlStatementPolicyTest {
    private final StatementPolicy policy = new MySqlFamily().statements();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL 17",
                "SELECT 1; KILL QUERY 17",
                "/*!40000 KILL QUERY 17 */",
                "PREPARE s FROM 'KILL 17'",
                "CREATE PROCEDURE p() BEGIN KILL CONNECTION 17; END",
                "KILL QUERY (SELECT 17)",
                "SET SESSION sql_log_bin=0",
                "SET gtid_next='44db9d9b-e6ce-11f1-aaeb-02fc00000001:77'",
                "SET @@SESSION.gtid_next = 'AUTOMATIC:tag'",
                "SET PERSIST rpl_semi_sync_source_enabled=OFF",
                "SET PERSIST_ONLY gtid_mode=OFF",
                "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '44db9d9b-e6ce-11f1-aaeb-02fc00000001:1-5'",
                "SET SESSION session_track_gtids=OFF",
                "SET GLOBAL super_read_only=OFF",
                "RESET BINARY LOGS AND GTIDS",
                "RESET PERSIST",
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='x'",
                "STOP REPLICA",
                "CLONE INSTANCE FROM u@h:1 IDENTIFIED BY 'x'",
                "CLONE LOCAL DATA DIRECTORY = '/tmp/x'",
                "ALTER INSTANCE DISABLE INNODB REDO_LOG",
                "INSTALL COMPONENT 'file://x'",
                "RESTART",
                "DELETE FROM mysql.gtid_executed",
                "ALTER USER shareddb_operator@localhost IDENTIFIED BY 'x'"
            })
    void escapesAreRefused(String sql) {
        assertThat(policy.refuse(sql, true)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET gtid_next='AUTOMATIC'",
                "SET SESSION session_track_gtids=OWN_GTID",
                "SET SESSION session_track_schema=ON",
                "SELECT * FROM instance WHERE server='restart'",
                "INSERT INTO clone VALUES ('reset')",
                "LOCK INSTANCE FOR BACKUP",
                "SELECT @@gtid_executed",
                "RESTART_COUNTERS()"
            })
    void ordinaryStatementsAreNot(String sql) {
        assertThat(policy.refuse(sql, true)).isEmpty();
    }

    @Test
    void everyEntryOfTheTableIsRefused() {
        assertThat(RefusalTableCheck.letThrough(RefusedStatements.TABLE, policy))
                .isEmpty();
    }
}
