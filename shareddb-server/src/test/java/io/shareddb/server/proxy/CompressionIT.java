package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.tls.CertificateFiles;
import io.shareddb.server.tls.ClientCertificate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that compress, on the leader's node and on another one, with and without TLS. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class CompressionIT {
    @TempDir
    static Path directory;

    private static TwoNodes nodes;
    private static ClientCertificate certificate;

    CompressionIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(nodes.leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        certificate = ClientCertificate.selfMade(
                new CertificateFiles(directory.resolve("own.crt"), directory.resolve("own.key")),
                "node",
                List.of("127.0.0.1"),
                Optional.empty());
        nodes = TwoNodes.start(directory, choice, TestProxy.config().with(ClientTls.of(certificate.context(), false)));
        nodes.define("CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT)");
        for (ProxyEngine engine : List.of(nodes.leaderEngine, nodes.followerEngine)) {
            engine.sequences(30_000, 200_000);
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        nodes.close();
        certificate.close();
    }

    private static Connection connect(TestProxy proxy, String options) throws SQLException {
        Properties account = new Properties();
        account.setProperty("user", ProxyEngine.CLIENT.user());
        account.setProperty("password", ProxyEngine.CLIENT.password());
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + proxy.port() + "/test?useCompression=true&" + options, account);
    }

    private static String status(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW SHAREDDB STATUS")) {
            while (rows.next()) {
                if (rows.getString(1).equals(name)) {
                    return rows.getString(2);
                }
            }
            return "nothing";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLED", "REQUIRED"})
    void connectorJ(String tls) throws Exception {
        Path file = directory.resolve("rows.txt");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            lines.append("\\N\trow ").append(i).append('\n');
        }
        Files.writeString(file, lines);
        byte[] noise = new byte[2 << 20];
        new Random(1).nextBytes(noise);
        String large = new String(noise, StandardCharsets.ISO_8859_1).replaceAll("[\\x00-\\x1f]", " ");
        for (TestProxy proxy : nodes.proxies()) {
            try (Connection connection = connect(
                            proxy,
                            "sslMode=" + tls
                                    + "&useServerPrepStmts=true&allowLoadLocalInfile=true&allowMultiQueries=true");
                    Statement statement = connection.createStatement()) {
                assertThat(status(connection, "session_compression")).isEqualTo("zlib");
                statement.executeUpdate("DELETE FROM t");
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
                    for (String value : List.of("", "x", "x".repeat(100), "x".repeat(18 << 20), large)) {
                        insert.setString(1, value);
                        insert.executeUpdate();
                        assertThat(ProxyEngine.value(connection, "SELECT a FROM t WHERE id = LAST_INSERT_ID()"))
                                .isEqualTo(value);
                    }
                }
                assertThat(statement.executeUpdate("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE t"))
                        .isEqualTo(50_000);
                int rows = 0;
                try (ResultSet result = connection.createStatement().executeQuery("SELECT seq FROM seq_1_to_200000")) {
                    while (result.next()) {
                        rows++;
                    }
                }
                assertThat(rows).isEqualTo(200_000);
                assertThat(statement.execute("SELECT 1; SELECT REPEAT('y', 1000); DELETE FROM t"))
                        .isTrue();
                assertThat(statement.getMoreResults()).isTrue();
                assertThat(statement.getMoreResults()).isFalse();
                assertThat(statement.getUpdateCount()).isEqualTo(50_005);
            }
        }
    }

    private static String program(TestProxy proxy, String program, String input, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--no-defaults",
                "--protocol=tcp",
                "-h127.0.0.1",
                "-P" + proxy.port(),
                "-u" + ProxyEngine.CLIENT.user(),
                "-p" + ProxyEngine.CLIENT.password(),
                "-N",
                "--max-allowed-packet=64M"));
        command.addAll(List.of(options));
        command.add("test");
        return Programs.execute(directory, input, command).output();
    }

    private static final String SCRIPT = """
            DELETE FROM t;
            INSERT INTO t (a) VALUES ('%s'), ('short');
            BEGIN;
            SELECT LENGTH(a), LEFT(a, 5) FROM t ORDER BY id;
            SELECT a FROM t ORDER BY id LIMIT 1;
            COMMIT;
            SELECT seq FROM seq_1_to_30000;
            SHOW SHAREDDB STATUS;
            """.formatted("large ".repeat(3_000_000));

    private static void check(String output, String algorithm) {
        List<String> lines =
                output.lines().filter(line -> !line.contains("[Warning]")).toList();
        assertThat(lines.subList(0, 2)).containsExactly("18000000\tlarge", "5\tshort");
        assertThat(lines.get(2)).hasSize(18_000_000);
        assertThat(lines.get(30_002)).isEqualTo("30000");
        assertThat(lines).contains("session_compression\t" + algorithm);
    }

    @Test
    void mariadbClient() throws Exception {
        assumeTrue(Programs.installed("mariadb"), "no mariadb client on the PATH: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            check(program(proxy, "mariadb", SCRIPT, "--compress"), "zlib");
            check(program(proxy, "mariadb", SCRIPT, "--compress", "--ssl"), "zlib");
        }
    }

    @Test
    void mysqlClient() throws Exception {
        String program = System.getProperty("shareddb.mysql.client", "");
        assumeTrue(!program.isEmpty(), "shareddb.mysql.client names no client of MySQL: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            check(program(proxy, program, SCRIPT, "--ssl-mode=DISABLED", "--compression-algorithms=zlib"), "zlib");
            check(program(proxy, program, SCRIPT, "--compression-algorithms=zstd"), "zstd");
            check(
                    program(
                            proxy,
                            program,
                            SCRIPT,
                            "--ssl-mode=DISABLED",
                            "--compression-algorithms=zstd",
                            "--zstd-compression-level=22"),
                    "zstd");
            check(program(proxy, program, SCRIPT, "--compression-algorithms=zstd,zlib"), "zlib");
        }
    }

    @Test
    void phpAndPerl() throws Exception {
        assumeTrue(
                Programs.works(directory, "php", "-r", "exit(class_exists('mysqli') ? 0 : 1);")
                        && Programs.works(directory, "perl", "-MDBD::MariaDB", "-e", "1"),
                "no mysqli or DBD::MariaDB: not covered");
        String password =
                "'" + ProxyEngine.CLIENT.password().replace("\\", "\\\\").replace("'", "\\'") + "'";
        for (TestProxy proxy : nodes.proxies()) {
            String php = """
                    <?php
                    $c = mysqli_init();
                    $c->real_connect('127.0.0.1', '%s', %s, 'test', %d, null, MYSQLI_CLIENT_COMPRESS);
                    $s = $c->prepare("INSERT INTO t (a) VALUES (?)");
                    $a = str_repeat('php', 500000);
                    $s->bind_param('s', $a);
                    $s->execute();
                    echo strlen($c->query("SELECT a FROM t WHERE id = LAST_INSERT_ID()")->fetch_row()[0]);
                    """.formatted(ProxyEngine.CLIENT.user(), password, proxy.port());
            assertThat(Programs.execute(directory, php, List.of("php")).output())
                    .isEqualTo("1500000");
            String perl = """
                    use utf8;
                    use DBI;
                    my $c = DBI->connect("DBI:MariaDB:host=127.0.0.1;port=%d;database=test;mariadb_compression=1", '%s', %s, {RaiseError => 1});
                    $c->do("INSERT INTO t (a) VALUES (?)", undef, "perl" x 100000);
                    print length($c->selectrow_array("SELECT a FROM t WHERE id = LAST_INSERT_ID()"));
                    """.formatted(proxy.port(), ProxyEngine.CLIENT.user(), password);
            assertThat(Programs.execute(directory, perl, List.of("perl")).output())
                    .isEqualTo("400000");
        }
    }
}
