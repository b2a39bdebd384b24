package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shareddb.server.endtoend.EngineChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The stock {@code mariadb} client, on the leader's node and on another one. Skipped, and so not covered, where it is not installed. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class CommandLineClientIT {
    @TempDir
    static Path directory;

    private static ProxyEngine engine;
    private static ProxyEngine other;
    private static TestProxy leader;
    private static TestProxy follower;

    CommandLineClientIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(engine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        assumeTrue(
                Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mariadb"))),
                "no mariadb client on the PATH: not covered");
        Path folder = directory.resolve(choice.folder());
        engine = ProxyEngine.started(folder.resolve("leader"), choice.installed());
        other = ProxyEngine.started(folder.resolve("other"), choice.installed());
        leader = TestProxy.leading(engine);
        follower = TestProxy.following(leader, other);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        for (AutoCloseable part : new AutoCloseable[] {follower, leader, engine, other}) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static String run(TestProxy proxy, String input, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "mariadb",
                "--no-defaults",
                "--protocol=tcp",
                "-h127.0.0.1",
                "-P" + proxy.port(),
                "-u" + ProxyEngine.CLIENT.user(),
                "-p" + ProxyEngine.CLIENT.password(),
                "-N",
                "--local-infile=1"));
        command.addAll(List.of(options));
        Path in = Files.writeString(directory.resolve("input.sql"), input, StandardCharsets.UTF_8);
        Path out = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("client does not end: " + Files.readString(out));
        }
        return Files.readString(out);
    }

    @Test
    void aScriptOnEitherNode() throws Exception {
        Path rows = Files.writeString(directory.resolve("rows.txt"), "1\tone\n2\ttwo\n");
        String returning = "INSERT INTO t (a) VALUES ('returned')"
                + (engine.isMariaDb() ? " RETURNING a" : "; SELECT a FROM t WHERE id = LAST_INSERT_ID()");
        for (TestProxy proxy : new TestProxy[] {leader, follower}) {
            String output = run(proxy, """
                    DROP TABLE IF EXISTS t;
                    DROP PROCEDURE IF EXISTS p;
                    CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT);
                    LOAD DATA LOCAL INFILE '%s' INTO TABLE t;
                    DELIMITER //
                    CREATE PROCEDURE p() BEGIN SELECT 'first'; INSERT INTO t (a) VALUES ('p'); SELECT 'second'; END//
                    DELIMITER ;
                    CALL p();
                    PREPARE s FROM 'SELECT a FROM t WHERE id = ?';
                    SET @id = 2;
                    EXECUTE s USING @id;
                    BEGIN;
                    INSERT INTO t (a) VALUES ('gone');
                    ROLLBACK;
                    %s;
                    SELECT COUNT(*), DATABASE() FROM t;
                    SELECT LENGTH(REPEAT('x', 20000000));
                    SHOW TABLES LIKE 't';
                    """.formatted(rows, returning), "test");
            assertThat(output.lines())
                    .containsExactly("first", "second", "two", "returned", "4\ttest", "20000000", "t");
            assertThat(run(proxy, "SELECT * FROM nothing", "test"))
                    .contains("ERROR 1146 (42S02) at line 1: Table 'test.nothing' doesn't exist");
            assertThat(run(proxy, "SELECT 1;", "--password=wrong")).contains("ERROR 1045 (28000)");
        }
    }

    @Test
    void aLargeRowThroughTheFollower() throws Exception {
        String large = "x".repeat(18 << 20);
        String output = run(
                follower,
                "DROP TABLE IF EXISTS large;\nCREATE TABLE large (a LONGTEXT);\nINSERT INTO large VALUES ('" + large
                        + "');\nBEGIN;\nSELECT LENGTH(a) FROM large;\nSELECT a FROM large;\n",
                "--max-allowed-packet=64M",
                "test");
        assertThat(output.lines().map(String::length)).containsExactly(8, large.length());
    }
}
