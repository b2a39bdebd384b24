package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.routing.Consistency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs and drivers that others wrote say the same on an engine, on the leader's node and on a follower's; both nodes stand before the
 * same engine. Each is skipped, and so not covered, where it is not installed.
 */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class ClientProgramsIT {
    private static final Path SCRIPTS =
            Path.of("src", "test", "resources", "clients").toAbsolutePath();

    /** Not all programs agree how to send a password beyond ASCII. */
    private static final Credentials ACCOUNT = new Credentials("programs", "it's a \"secret\"");

    @TempDir
    static Path directory;

    private static ProxyEngine engine;
    private static TestProxy leader;
    private static TestProxy follower;

    ClientProgramsIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        engine = ProxyEngine.started(directory, choice);
        engine.execute(
                "CREATE USER programs@'%' IDENTIFIED BY 'it''s a \"secret\"'",
                "GRANT ALL ON *.* TO programs@'%' WITH GRANT OPTION");
        engine.sequences(2_000, 3_000);
        leader = TestProxy.leading(engine, TestProxy.config(), Accounts.single(ACCOUNT));
        follower = TestProxy.following(
                leader, engine, TestProxy.config().with(Consistency.EVENTUAL), Accounts.single(ACCOUNT));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        follower.close();
        leader.close();
        engine.close();
    }

    private static List<Integer> ports() {
        return List.of(engine.port(), leader.port(), follower.port());
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Programs.Result result = Programs.execute(directory, "", command);
        assertThat(result.exit()).as("%s:\n%s", command.get(0), result.output()).isZero();
        return result.output();
    }

    /** Runs a script with port, user and password behind its own arguments. */
    private static void saysTheSameEverywhere(String... command) throws IOException, InterruptedException {
        List<String> outputs = new ArrayList<>();
        for (int port : ports()) {
            List<String> whole = new ArrayList<>(List.of(command));
            whole.addAll(List.of(String.valueOf(port), ACCOUNT.user(), ACCOUNT.password()));
            outputs.add(run(whole));
        }
        assertThat(outputs.get(0)).endsWith("done\n");
        assertThat(outputs.get(1)).as("leader").isEqualTo(outputs.get(0));
        assertThat(outputs.get(2)).as("follower").isEqualTo(outputs.get(0));
    }

    private static List<String> login(String program, int port, String... more) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--host=127.0.0.1",
                "--port=" + port,
                "--user=" + ACCOUNT.user(),
                "--password=" + ACCOUNT.password()));
        command.addAll(List.of(more));
        return command;
    }

    private static String content(String table, String column) throws SQLException {
        return engine.value("SELECT CONCAT(COUNT(*), ' ', SUM(CRC32(CONCAT(id, s, " + column + ")))) FROM " + table);
    }

    @Test
    void pyMySql() throws Exception {
        assumeTrue(Programs.works(directory, "/usr/bin/python3", "-c", "import pymysql"), "no PyMySQL: not covered");
        saysTheSameEverywhere("/usr/bin/python3", SCRIPTS.resolve("session.py").toString());
    }

    @Test
    void mysqliAndPdo() throws Exception {
        assumeTrue(
                Programs.works(
                        directory,
                        "php",
                        "-r",
                        "exit(class_exists('mysqli') && extension_loaded('pdo_mysql') ? 0 : 1);"),
                "no mysqli and PDO: not covered");
        saysTheSameEverywhere("php", SCRIPTS.resolve("session.php").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "MariaDB"})
    void perlDbi(String driver) throws Exception {
        assumeTrue(
                Programs.works(directory, "perl", "-MDBD::" + driver, "-e", "1"),
                "no DBD::" + driver + ": not covered");
        saysTheSameEverywhere("perl", SCRIPTS.resolve("session.pl").toString(), driver);
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "auto"})
    void sysbench(String prepares) throws Exception {
        assumeTrue(Programs.installed("sysbench"), "no sysbench: not covered");
        for (TestProxy node : List.of(leader, follower)) {
            List<String> command = new ArrayList<>(List.of(
                    "sysbench",
                    "--db-driver=mysql",
                    "--mysql-host=127.0.0.1",
                    "--mysql-port=" + node.port(),
                    "--mysql-user=" + ACCOUNT.user(),
                    "--mysql-password=" + ACCOUNT.password(),
                    "--mysql-db=test",
                    "--db-ps-mode=" + prepares,
                    "--tables=2",
                    "--table-size=500",
                    "--threads=4",
                    "--time=0",
                    "--events=200",
                    "oltp_read_write"));
            for (String step : List.of("prepare", "run", "cleanup")) {
                List<String> whole = new ArrayList<>(command);
                whole.add(step);
                assertThat(run(whole)).doesNotContain("FATAL");
            }
        }
    }

    @Test
    void dumpsThroughOneNodeAreLoadedThroughAnother() throws Exception {
        assumeTrue(Programs.installed("mariadb-dump") && Programs.installed("mariadb"), "no mariadb-dump: not covered");
        engine.execute(
                "DROP TABLE IF EXISTS test.dumped",
                "DROP PROCEDURE IF EXISTS test.dumped_procedure",
                "CREATE TABLE test.dumped (id INT PRIMARY KEY, s VARCHAR(20), b BLOB)",
                "INSERT INTO test.dumped SELECT seq, CONCAT('grün ', seq), UNHEX(SHA2(seq, 256)) FROM test.seq_1_to_2000",
                "CREATE OR REPLACE DEFINER = programs@'%' VIEW test.dumped_view AS SELECT s FROM test.dumped",
                "CREATE DEFINER = programs@'%' TRIGGER test.dumped_trigger BEFORE INSERT ON test.dumped FOR EACH ROW SET NEW.s = CONCAT(NEW.s, '!')",
                "CREATE DEFINER = programs@'%' PROCEDURE test.dumped_procedure() SELECT 1");
        String before = content("test.dumped", "HEX(b)");
        List<String> dumps = new ArrayList<>();
        for (int port : ports()) {
            dumps.add(run(login(
                    "mariadb-dump",
                    port,
                    "--routines",
                    "--triggers",
                    "--single-transaction",
                    "--skip-dump-date",
                    "--hex-blob",
                    "test",
                    "dumped",
                    "dumped_view")));
        }
        assertThat(dumps.get(1)).isEqualTo(dumps.get(0));
        assertThat(dumps.get(2)).isEqualTo(dumps.get(0));
        engine.execute("DROP TABLE test.dumped", "DROP VIEW test.dumped_view");
        Programs.Result loaded = Programs.execute(directory, dumps.get(2), login("mariadb", follower.port(), "test"));
        assertThat(loaded.exit()).as(loaded.output()).isZero();
        assertThat(content("test.dumped", "HEX(b)")).isEqualTo(before);
        assertThat(engine.value("SELECT COUNT(*) FROM test.dumped_view")).isEqualTo("2000");
    }

    @Test
    void mydumperAndMyloader() throws Exception {
        assumeTrue(Programs.installed("mydumper") && Programs.installed("myloader"), "no mydumper: not covered");
        engine.execute(
                "CREATE DATABASE IF NOT EXISTS many",
                "DROP TABLE IF EXISTS many.t",
                "CREATE TABLE many.t (id INT PRIMARY KEY, s VARCHAR(20))",
                "INSERT INTO many.t SELECT seq, CONCAT('row ', seq) FROM test.seq_1_to_3000");
        String before = content("many.t", "s");
        for (TestProxy node : List.of(leader, follower)) {
            String dump = Files.createTempDirectory(directory, "mydumper").toString();
            run(login("mydumper", node.port(), "--database=many", "--outputdir=" + dump, "--threads=2", "--rows=1000"));
            engine.execute("DROP TABLE many.t");
            run(login("myloader", node.port(), "--database=many", "--directory=" + dump, "--threads=2"));
            assertThat(content("many.t", "s")).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql", "jdbc:mariadb"})
    void aPoolOfConnections(String scheme) throws Exception {
        engine.execute(
                "DROP TABLE IF EXISTS test.pooled",
                "CREATE TABLE test.pooled (id INT PRIMARY KEY AUTO_INCREMENT, a INT)");
        for (TestProxy node : List.of(leader, follower)) {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(scheme + "://127.0.0.1:" + node.port()
                    + (scheme.endsWith("mysql")
                            ? "/test?sslMode=DISABLED&allowPublicKeyRetrieval=true"
                            : "/test?sslMode=disable"));
            config.setUsername(ACCOUNT.user());
            config.setPassword(ACCOUNT.password());
            config.setMaximumPoolSize(2);
            config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
            config.setCatalog("test");
            config.setConnectionInitSql("SET time_zone = '+01:00'");
            try (HikariDataSource pool = new HikariDataSource(config)) {
                for (int i = 0; i < 6; i++) {
                    try (Connection connection = pool.getConnection();
                            Statement statement = connection.createStatement()) {
                        assertThat(connection.isValid(1)).isTrue();
                        assertThat(connection.getTransactionIsolation())
                                .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
                        assertThat(ProxyEngine.value(
                                        connection, "SELECT CONCAT(@@time_zone, DATABASE(), @@autocommit + 0)"))
                                .isEqualTo("+01:00test1");
                        connection.setReadOnly(i % 2 == 0);
                        connection.setCatalog(i % 3 == 0 ? "mysql" : "test");
                        connection.setAutoCommit(false);
                        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                        if (i % 2 == 1) {
                            statement.executeUpdate(
                                    "INSERT INTO test.pooled (a) VALUES (" + i + ")", Statement.RETURN_GENERATED_KEYS);
                            try (ResultSet keys = statement.getGeneratedKeys()) {
                                assertThat(keys.next()).isTrue();
                            }
                        } else {
                            ProxyEngine.value(connection, "SELECT COUNT(*) FROM test.pooled");
                        }
                        if (i == 3) {
                            connection.rollback();
                        } else {
                            connection.commit();
                        }
                    }
                }
            }
        }
        assertThat(engine.value("SELECT COUNT(*) FROM test.pooled")).isEqualTo("4");
    }
}
