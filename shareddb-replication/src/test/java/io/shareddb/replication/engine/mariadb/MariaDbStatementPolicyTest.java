package io.shareddb.replication.engine.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.replication.engine.StatementPolicy;
import io.shareddb.replication.engine.StatementPolicy.Refusal;
import io.shareddb.replication.engine.sql.RefusalTableCheck;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbStatementPolicyTest {
    private final StatementPolicy policy = new MariaDbFamily().statements();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL 17",
                "SELECT 1; KILL QUERY 17",
                "/*!40000 KILL QUERY 17 */",
                "PREPARE s FROM 'KILL 17'",
                "CREATE PROCEDURE p() BEGIN KILL CONNECTION 17; END",
                "BEGIN NOT ATOMIC KILL 17; END",
                "SET sql_log_bin=0",
                "set  Sql_Log_Bin = OFF ;",
                "SET SESSION sql_log_bin = 0",
                "SET LOCAL sql_log_bin = 0",
                "SET @@sql_log_bin=0",
                "SET @@session.sql_log_bin := 0",
                "SET @@SESSION . `sql_log_bin` = 0",
                "SET `sql_log_bin`=0",
                "SET \"sql_log_bin\"=0",
                "SET sql_log_bin=@x",
                "SET sql_log_bin=1-1",
                "SET autocommit=1, sql_log_bin=0",
                "SET @a=(SELECT 1, 2), @@global.read_only=1",
                "SET @a='it''s, x=\\'', sql_log_bin=0",
                "/* c */ SET /* c */ sql_log_bin /**/ = -- c\n 0",
                "# c\nSET sql_log_bin=0",
                "/*! SET sql_log_bin=0 */",
                "/*!50100 SET sql_log_bin=0 */",
                "/*M!100100 SET sql_log_bin=0 */",
                "/*! /* inner */ SET sql_log_bin=0 */",
                "SELECT 1; SET sql_log_bin=0",
                "SELECT ';'; SET sql_log_bin=0",
                "SET STATEMENT sql_log_bin=0 FOR INSERT INTO t VALUES (1)",
                "SET STATEMENT max_statement_time=1, binlog_format='STATEMENT' FOR DELETE FROM t",
                "SET STATEMENT max_statement_time=1 FOR RESET MASTER",
                "SET binlog_format=STATEMENT",
                "SET SESSION binlog_format='mixed'",
                "SET GLOBAL binlog_row_image=MINIMAL",
                "SET gtid_seq_no=5",
                "SET GLOBAL gtid_slave_pos='0-1-1'",
                "SET gtid_domain_id=2",
                "SET server_id=7",
                "SET GLOBAL read_only=0",
                "SET GLOBAL event_scheduler=OFF",
                "SET default_storage_engine=MyISAM",
                "SET @@session.storage_engine = 'Aria'",
                "SET STATEMENT default_storage_engine=MEMORY FOR CREATE TABLE t (a INT)",
                "SET GLOBAL sync_binlog=0",
                "SET GLOBAL innodb_flush_log_at_trx_commit=0",
                "SET GLOBAL rpl_semi_sync_master_enabled=OFF",
                "SET GLOBAL slave_parallel_threads=0",
                "SET skip_replication=1",
                "RESET MASTER",
                "reset\tslave all",
                "PURGE BINARY LOGS TO 'x'",
                "CHANGE MASTER TO master_host='x'",
                "CHANGE MASTER 'name' TO master_host='x'",
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST='x'",
                "START SLAVE",
                "START ALL SLAVES",
                "STOP REPLICA",
                "BINLOG 'abc'",
                "INSTALL SONAME 'ha_x'",
                "INSTALL PLUGIN x SONAME 'ha_x'",
                "UNINSTALL PLUGIN x",
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')",
                "CREATE OR REPLACE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')",
                "DROP SERVER IF EXISTS s",
                "SHUTDOWN",
                "SHUTDOWN WAIT FOR ALL SLAVES",
                "shutdown;",
                "BEGIN NOT ATOMIC SET sql_log_bin=0; END",
                "BEGIN NOT ATOMIC IF 1 THEN SHUTDOWN; END IF; END",
                "CREATE PROCEDURE p() SET sql_log_bin=0",
                "CREATE PROCEDURE p() RESET MASTER",
                "CREATE PROCEDURE p() BEGIN UPDATE t SET a=1; SET sql_log_bin=0; END",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET GLOBAL read_only=1",
                "CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW SET GLOBAL read_only=1",
                "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET GLOBAL read_only=1; END",
                "PREPARE s FROM 'SET sql_log_bin=0'",
                "PREPARE s FROM 'SET sql_' 'log_bin=0; -- sql_log_bin'",
                "EXECUTE IMMEDIATE 'SET sql_log_bin=0'",
                "EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE ''RESET MASTER'''",
                "DROP USER shareddb_operator@localhost",
                "ALTER USER 'shareddb_operator'@'127.0.0.1' IDENTIFIED BY ''",
                "RENAME USER a TO b, `shareddb_operator`@localhost TO c",
                "SET PASSWORD FOR shareddb_operator@localhost = ''",
                "DELETE FROM mysql.gtid_slave_pos",
                "TRUNCATE TABLE `mysql`.`gtid_slave_pos`",
            })
    void refused(String sql) {
        assertThat(refuse(sql)).as(sql).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "'",
                "`",
                "/*",
                "@",
                "@@",
                "SET",
                "SET sql_log_bin",
                "SET sql_log_bin=1",
                "SET GLOBAL event_scheduler = ON",
                "SET default_storage_engine=InnoDB",
                "SET storage_engine='innodb'",
                "SET SESSION binlog_format=ROW",
                "SET binlog_format='ROW', autocommit=1",
                "SELECT @@sql_log_bin, @@server_id",
                "SET @saved=@@sql_log_bin",
                "SET @sql_log_bin=0",
                "SET @`sql_log_bin`=0, @'read_only'=1",
                "SHOW VARIABLES LIKE 'read_only'",
                "SHOW MASTER STATUS",
                "SHOW SLAVE STATUS",
                "UPDATE t SET server_id=1, read_only=0 WHERE id=1",
                "INSERT INTO t SET server_id=1",
                "INSERT INTO t (read_only) VALUES (1) ON DUPLICATE KEY UPDATE read_only=2",
                "INSERT INTO posts VALUES ('don\\'t; SET sql_log_bin=0; RESET MASTER')",
                "INSERT INTO posts VALUES ('it''s; RESET MASTER')",
                "INSERT INTO posts VALUES (\"; SHUTDOWN\")",
                "SELECT `; RESET MASTER` FROM t",
                "-- RESET MASTER\nSELECT 1",
                "/* RESET MASTER */ SELECT 1",
                "SELECT reset, master FROM slave",
                "CREATE TABLE server_id (reset INT, master INT, kind SET('read_only') NOT NULL, read_only INT)",
                "ALTER TABLE t ALTER COLUMN read_only SET DEFAULT 1, ALTER server_id SET DEFAULT 2",
                "CREATE TABLE slave (a INT, FOREIGN KEY (a) REFERENCES master (a) ON DELETE SET NULL)",
                "CREATE TRIGGER t BEFORE INSERT ON master FOR EACH ROW SET NEW.server_id=1",
                "CREATE PROCEDURE p(read_only INT) BEGIN UPDATE slave SET read_only=1; END",
                "SELECT CASE WHEN a THEN shutdown ELSE reset END FROM t",
                "START TRANSACTION READ ONLY /* slave */",
                "STOP",
                "PREPARE s FROM @reset_master",
                "EXECUTE IMMEDIATE 'SELECT ''RESET MASTER'''",
                "SET NAMES utf8mb4 /* binlog */",
                "SET PASSWORD FOR master = PASSWORD('slave')",
                "SET CHARACTER SET utf8 -- binlog",
                "SET TRANSACTION READ ONLY /* read_only */",
                "GRANT REPLICATION SLAVE ON *.* TO r",
                "CREATE TABLE server (server INT)",
                "DROP TABLE server",
                "FLUSH BINARY LOGS",
                "CHANGE",
                "SELECT * FROM mysql.gtid_slave_pos",
                "INSERT INTO t VALUES ('shareddb_operator', 'gtid_slave_pos')",
                "RESET QUERY CACHE",
                "CALL reset_master()",
            })
    void letThrough(String sql) {
        assertThat(refuse(sql)).as(sql).isEmpty();
    }

    @Test
    void backslashesEndNothingWhereTheyEscapeNothing() {
        String sql = "SELECT 'a\\'; SET sql_log_bin=0 -- '";
        assertThat(policy.refuse(sql, true)).isEmpty();
        assertThat(policy.refuse(sql, false)).isPresent();
    }

    @Test
    void saysWhatIsRefusedAndWhy() {
        Refusal refusal =
                refuse("SET @@GLOBAL.Rpl_Semi_Sync_Master_Timeout = 10").orElseThrow();
        assertThat(refusal.statement()).isEqualTo("SET rpl_semi_sync_*");
        assertThat(refusal.reason()).contains("commits wait for a majority");
        assertThat(refuse("shutdown").orElseThrow().statement()).isEqualTo("SHUTDOWN");
        assertThat(refuse("reset   master").orElseThrow().statement()).isEqualTo("RESET MASTER");
    }

    @Test
    void everyEntryOfTheTableIsRefused() {
        assertThat(RefusalTableCheck.letThrough(RefusedStatements.TABLE, policy))
                .isEmpty();
    }

    /** Every cut of every example ends, and nothing harmless becomes refused by what comes after it. */
    @Test
    void anyTextEnds() {
        java.util.Random random = new java.util.Random(7);
        String alphabet = "'\"`@\\/*!-# \n;()=,.MmSET sql_log_bin=0 RESET MASTER";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder sql = new StringBuilder("reset ");
            for (int j = random.nextInt(40); j > 0; j--) {
                sql.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Optional<Refusal> one = policy.refuse(sql, true);
            assertThat(one).isEqualTo(policy.refuse(sql.toString(), true));
        }
    }

    private Optional<Refusal> refuse(String sql) {
        Optional<Refusal> ofText = policy.refuse(sql, true);
        ByteBuf bytes =
                Unpooled.copiedBuffer("xx" + sql, StandardCharsets.UTF_8).skipBytes(2);
        assertThat(policy.refuse(bytes, true)).isEqualTo(ofText);
        assertThat(bytes.readerIndex()).isEqualTo(2);
        return ofText;
    }
}
