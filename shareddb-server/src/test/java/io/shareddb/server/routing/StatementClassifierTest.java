package io.shareddb.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementClassifierTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "select * from t where a = 'INTO @x'",
                "/* a comment; with UPDATE */ SELECT `update` FROM t -- for update",
                "(SELECT a FROM t) UNION (SELECT b FROM u) ORDER BY 1",
                "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n) SELECT COUNT(*) FROM n",
                "SELECT REPLACE(a, 'x', 'y'), INSERT(a, 1, 2, 'z') FROM t;",
                "SELECT SLEEP(0.1)",
                "SELECT @@performance_schema AS performance_schema",
                "SELECT @@session.auto_increment_increment AS a, @@character_set_client, @@sql_mode",
                "EXPLAIN SELECT * FROM t",
                "DESC t",
                "SHOW TABLES",
                "SHOW FULL COLUMNS FROM t LIKE '%'",
                "SHOW CREATE TABLE t",
                "",
                "-- nothing"
            })
    void readsThatAnyEngineAnswers(String sql) {
        assertThat(StatementClassifier.classify(sql)).isEqualTo(Statement.of(Kind.READ, Target.ANY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t FOR UPDATE",
                "SELECT * FROM t LOCK IN SHARE MODE",
                "SELECT * FROM t FOR SHARE",
                "SELECT a INTO OUTFILE '/tmp/x' FROM t",
                "SELECT NEXT VALUE FOR s",
                "SELECT NEXTVAL(s)",
                "SELECT PREVIOUS VALUE FOR s",
                "EXPLAIN FOR CONNECTION 5",
                "EXPLAIN FORMAT = JSON FOR CONNECTION 5",
                "SELECT LAST_INSERT_ID()",
                "SELECT CONNECTION_ID()",
                "SELECT @@last_gtid",
                "SELECT @@GLOBAL.read_only",
                "SELECT * FROM information_schema.processlist",
                "SELECT my_function(1)",
                "SELECT db.now(1)",
                "SELECT @x",
                "SELECT @x := 1",
                "SELECT GET_LOCK('a', 1)",
                "EXPLAIN DELETE FROM t",
                "SHOW PROCESSLIST",
                "SHOW MASTER STATUS",
                "SELECT 1; SELECT 2",
                "SELECT /*!40000 SQL_NO_CACHE */ 1",
                "TABLE t",
                "HANDLER t OPEN",
                "XA RECOVER",
                "whatever",
                "'"
            })
    void readsAndUnknownTextForTheLeader(String sql) {
        assertThat(StatementClassifier.classify(sql).target()).isEqualTo(Target.LEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t WHERE id = 1 FOR UPDATE",
                "SELECT a FROM t FOR SHARE SKIP LOCKED",
                "SELECT a FROM t LOCK IN SHARE MODE"
            })
    void readsThatLockCommitNothing(String sql) {
        Statement statement = StatementClassifier.classify(sql);
        assertThat(statement.target()).isEqualTo(Target.LEADER);
        assertThat(statement.mayCommit(false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t INTO OUTFILE '/tmp/t' FOR UPDATE",
                "SELECT f(a) FROM t FOR UPDATE",
                "EXPLAIN ANALYZE UPDATE t SET a = 1"
            })
    void whatMayWriteMayCommit(String sql) {
        assertThat(StatementClassifier.classify(sql).mayCommit(false)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SHOW WARNINGS",
                "SHOW COUNT(*) ERRORS",
                "SELECT FOUND_ROWS()",
                "SELECT @@warning_count",
                "SHOW PROFILES",
                "SHOW PROFILE CPU FOR QUERY 2",
                "SELECT trace FROM information_schema.optimizer_trace",
                "SELECT SUM(duration) FROM information_schema.profiling"
            })
    void questionsAboutTheStatementBefore(String sql) {
        assertThat(StatementClassifier.classify(sql).target()).isEqualTo(Target.LAST);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    INSERT INTO t VALUES (1)                     | CHANGE    | false
                    insert into t values (@a)                    | CHANGE    | false
                    UPDATE t SET a = LAST_INSERT_ID(a + 1)       | CHANGE    | true
                    DELETE FROM t                                | CHANGE    | false
                    REPLACE t VALUES (1)                         | CHANGE    | false
                    LOAD DATA LOCAL INFILE 'x' INTO TABLE t      | LOAD      | false
                    LOAD XML INFILE 'x' INTO TABLE t             | OTHER     | false
                    BEGIN                                        | BEGIN     | false
                    START TRANSACTION WITH CONSISTENT SNAPSHOT   | BEGIN     | false
                    START SLAVE                                  | OTHER     | false
                    BEGIN NOT ATOMIC SELECT 1                    | OTHER     | true
                    COMMIT WORK                                  | COMMIT    | false
                    ROLLBACK                                     | ROLLBACK  | false
                    ROLLBACK TO s                                | SAVEPOINT | false
                    SAVEPOINT s                                  | SAVEPOINT | false
                    CREATE TABLE t (a INT)                       | OTHER     | false
                    CREATE USER 'a'@'localhost'                  | OTHER     | false
                    CREATE TEMPORARY TABLE t (a INT)             | OTHER     | true
                    CREATE OR REPLACE TEMPORARY TABLE t (a INT)  | OTHER     | true
                    CALL p()                                     | OTHER     | true
                    LOCK TABLES t READ                           | UPKEEP    | true
                    PREPARE s FROM 'SELECT 1'                    | UPKEEP    | true
                    SET @x = 1                                   | UPKEEP    | true
                    SET GLOBAL max_connections = 5               | UPKEEP    | false
                    SET @@PERSIST.max_connections = 5            | UPKEEP    | false
                    SET @@persist_only.`max_connections` = 5     | UPKEEP    | false
                    SET TRANSACTION READ ONLY                    | UPKEEP    | true
                    SET STATEMENT max_statement_time = 1 FOR SELECT 1 | OTHER | true
                    SET a = 1, b                                 | UPKEEP    | true
                    INSERT INTO t VALUES (1); COMMIT             | OTHER     | false
                    SELECT 1; SET @x = 1                         | OTHER     | true
                    KILL 5                                       | KILL      | false
                    """)
    void whatForTheLeader(String sql, Kind kind, boolean pins) {
        Statement statement = StatementClassifier.classify(sql);
        assertThat(statement.kind()).isEqualTo(kind);
        assertThat(statement.target()).isEqualTo(Target.LEADER);
        assertThat(statement.pins()).as("%s", statement.leaves()).isEqualTo(pins);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT @a := 1                               | USER_VARIABLE
                    SELECT 1 INTO @a                             | USER_VARIABLE
                    CALL p(@a)                                   | ROUTINE, USER_VARIABLE
                    SELECT f(1)                                  | ROUTINE
                    LOCK TABLES t READ                           | TABLE_LOCK
                    FLUSH TABLES WITH READ LOCK                  | TABLE_LOCK
                    FLUSH STATUS                                 |
                    DO GET_LOCK('a', 1)                          | NAMED_LOCK a
                    CREATE TEMPORARY TABLE IF NOT EXISTS d.T (a INT) | TEMPORARY_TABLE D.T
                    PREPARE s FROM 'SELECT 1'                    | SQL_STATEMENT s
                    PREPARE s FROM @x                            | SQL_STATEMENT s, UNKNOWN_STATEMENT
                    PREPARE s FROM "SELECT 1 INTO @a"            | SQL_STATEMENT s, USER_VARIABLE
                    SET timestamp = 5                            | SETTING
                    SET @a = 1, time_zone = '+0:00'              | USER_VARIABLE
                    SET TRANSACTION READ ONLY                    | NEXT_TRANSACTION
                    SET @@transaction_isolation = 'SERIALIZABLE' | NEXT_TRANSACTION
                    SET @@tx_read_only = 1                       | NEXT_TRANSACTION
                    INSERT INTO t VALUES (LAST_INSERT_ID(5))     | INSERT_ID
                    CREATE PROCEDURE p() BEGIN SET a = 1; SELECT 1; END |
                    HANDLER t OPEN                               | UNKNOWN_STATEMENT
                    SELECT @a                                    |
                    """)
    void whatStaysInTheSession(String sql, @Nullable String marks) {
        assertThat(StatementClassifier.classify(sql).leaves())
                .extracting(mark -> (mark.reason() + " " + mark.name()).strip())
                .containsExactlyInAnyOrder(marks == null ? new String[0] : marks.split(", "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    UNLOCK TABLES                        | TABLE_LOCK *
                    SELECT RELEASE_LOCK('A')             | NAMED_LOCK a
                    DO RELEASE_ALL_LOCKS()               | NAMED_LOCK *
                    SELECT IF(0, RELEASE_LOCK('a'), 1)   |
                    DEALLOCATE PREPARE S                 | SQL_STATEMENT s
                    DROP PREPARE s                       | SQL_STATEMENT s
                    DROP TEMPORARY TABLE IF EXISTS t     | TEMPORARY_TABLE T
                    DROP TABLE d.t;                      | TEMPORARY_TABLE D.T
                    DROP TABLE t, u                      |
                    COMMIT                               | NEXT_TRANSACTION
                    """)
    void whatIsGoneFromTheSession(String sql, @Nullable String marks) {
        assertThat(StatementClassifier.classify(sql).clears())
                .extracting(mark -> (mark.reason() + " " + mark.name()).strip())
                .containsExactlyInAnyOrder(marks == null ? new String[0] : marks.split(", "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    INSERT INTO t VALUES (1)        | true
                    LOAD DATA INFILE 'f' INTO TABLE t | true
                    CREATE TABLE t (a INT)          | true
                    CALL p()                        | true
                    EXECUTE s                       | true
                    SELECT 1; INSERT INTO t VALUES (1) | true
                    SELECT a FROM t                 | false
                    DROP TABLE t                    | false
                    TRUNCATE t                      | false
                    UNLOCK TABLES                   | false
                    COMMIT                          | false
                    SET @a = 1                      | false
                    SET STATEMENT max_statement_time = 1 FOR INSERT INTO t VALUES (1) | true
                    SET sql_mode = @@sql_mode       | false
                    """)
    void whatMayNeedRoom(String sql, boolean grows) {
        assertThat(StatementClassifier.classify(sql).grows()).isEqualTo(grows);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SET NAMES utf8mb4 COLLATE utf8mb4_bin                       | ANY    | NAMES
                    SET autocommit = 1, CHARACTER SET utf8mb4, NAMES utf8mb4    | ANY    | AUTOCOMMIT,NAMES,NAMES
                    SET NAMES utf8mb4, autocommit = 0                           | LEADER | NAMES,AUTOCOMMIT
                    SET character_set_results = NULL                            | ANY    | CHARACTER_SET_RESULTS
                    SET SESSION sql_mode = 'ANSI', @@session.time_zone = '+0:00' | ANY   | SQL_MODE,TIME_ZONE
                    SET @@lock_wait_timeout := -1;                              | ANY    | LOCK_WAIT_TIMEOUT
                    SET max_statement_time = 0.5, foreign_key_checks = off      | ANY    | MAX_STATEMENT_TIME,FOREIGN_KEY_CHECKS
                    SET autocommit = 1                                          | ANY    | AUTOCOMMIT
                    SET autocommit = 0                                          | LEADER | AUTOCOMMIT
                    SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED      | ANY    | TX
                    SET SESSION TRANSACTION READ WRITE                          | LEADER | TX ACCESS
                    SET SESSION transaction_read_only = 0                       | LEADER | TRANSACTION_READ_ONLY
                    SET @@session.tx_isolation = 'SERIALIZABLE'                 | ANY    | TX_ISOLATION
                    SET transaction_isolation = 'SERIALIZABLE'                  | ANY    | TRANSACTION_ISOLATION
                    """)
    void settingsThatCanBeRepeated(String sql, Target target, String names) {
        assertThat(StatementClassifier.classify(sql))
                .isEqualTo(Statement.of(Kind.SET, target).about(names));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SET sql_mode = CONCAT(@@sql_mode, ',ANSI'), NAMES utf8mb4   | ANY    | SQL_MODE,NAMES
                    SET autocommit = 1 - @@autocommit                           | LEADER | AUTOCOMMIT
                    SET lock_wait_timeout = @@GLOBAL.lock_wait_timeout          | LEADER | LOCK_WAIT_TIMEOUT
                    SET sql_mode = my_function()                                | LEADER | SQL_MODE
                    SET session_track_schema = 1                                | ANY    | SESSION_TRACK_SCHEMA
                    /*!40101 SET time_zone = '+00:00' */                        | LEADER | TIME_ZONE
                    SET NAMES utf8; SET time_zone = '+00:00'; SELECT 1          | LEADER | NAMES,TIME_ZONE
                    """)
    void settingsOfWhichTheEngineKnowsTheValues(String sql, Target target, String names) {
        assertThat(StatementClassifier.classify(sql))
                .isEqualTo(Statement.of(Kind.OTHER, target).about(names));
    }

    @Test
    void useRunsAnywhere() {
        assertThat(StatementClassifier.classify("use `a b`;")).isEqualTo(Statement.of(Kind.USE, Target.ANY));
    }

    @Test
    void onlyWhatCannotCommitMeansRolledBackWhenTheConnectionIsLost() {
        assertThat(StatementClassifier.classify("SELECT 1").mayCommit(false)).isFalse();
        assertThat(StatementClassifier.classify("INSERT INTO t VALUES (1)").mayCommit(false))
                .isTrue();
        assertThat(StatementClassifier.classify("INSERT INTO t VALUES (1)").mayCommit(true))
                .isFalse();
        assertThat(StatementClassifier.classify("INSERT INTO t VALUES (1); COMMIT")
                        .mayCommit(true))
                .isTrue();
        assertThat(StatementClassifier.classify("CREATE TABLE t (a INT)").mayCommit(true))
                .isTrue();
        assertThat(StatementClassifier.classify("SELECT write_and_commit()").mayCommit(false))
                .isTrue();
        assertThat(StatementClassifier.classify("SET autocommit = 1").mayCommit(true))
                .isTrue();
    }

    @Test
    void killIsReadInItsPlainForms() {
        assertThat(KillStatement.parse("KILL 7")).isEqualTo(Optional.of(new KillStatement(7, false)));
        assertThat(KillStatement.parse("kill hard query 7;")).isEqualTo(Optional.of(new KillStatement(7, true)));
        assertThat(KillStatement.parse("KILL CONNECTION 7")).isEqualTo(Optional.of(new KillStatement(7, false)));
        assertThat(KillStatement.parse("KILL USER root")).isEmpty();
        assertThat(KillStatement.parse("KILL QUERY ID 7")).isEmpty();
        assertThat(KillStatement.parse("KILL 99999999999999999999")).isEmpty();
    }
}
