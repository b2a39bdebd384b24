package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shareddb.replication.tls.NodeTls;
import io.shareddb.replication.tls.PemFiles;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.tls.CertificateFiles;
import io.shareddb.server.tls.ClientCertificate;
import io.shareddb.server.tls.PeerTls;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients under TLS, on the leader's node and on another one. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class TlsIT {
    private static final String STORE_PASSWORD = "changeit";
    private static final NodeTls NODES = NodeTls.ofSecret("a", secret("the cluster's"), Optional.empty());

    @TempDir
    static Path directory;

    private static TwoNodes nodes;
    private static ClientCertificate certificate;
    private static ClientCertificate other;

    TlsIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(nodes.leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        certificate = selfMade("own");
        other = selfMade("other");
        nodes = TwoNodes.start(directory, choice, TestProxy.config().with(ClientTls.of(certificate.context(), false)));
        nodes.define("CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a LONGTEXT)");
        for (ProxyEngine engine : List.of(nodes.leaderEngine, nodes.followerEngine)) {
            engine.sequences(300_000);
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        nodes.close();
        certificate.close();
        other.close();
    }

    private static byte[] secret(String text) {
        return text.repeat(4).getBytes(StandardCharsets.UTF_8);
    }

    private static Path pem(String name) {
        return directory.resolve(name + ".crt");
    }

    private static ClientCertificate selfMade(String name) throws Exception {
        ClientCertificate made = ClientCertificate.selfMade(
                new CertificateFiles(pem(name), directory.resolve(name + ".key")),
                name,
                List.of("localhost", "127.0.0.1"),
                Optional.of(peer(NODES)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", PemFiles.certificates(pem(name)).get(0));
        try (OutputStream out = Files.newOutputStream(store(name))) {
            store.store(out, STORE_PASSWORD.toCharArray());
        }
        return made;
    }

    private static Path store(String name) {
        return directory.resolve(name + ".p12");
    }

    private static Connection connect(TestProxy proxy, String options) throws SQLException {
        Properties account = new Properties();
        account.setProperty("user", ProxyEngine.CLIENT.user());
        account.setProperty("password", ProxyEngine.CLIENT.password());
        return DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + proxy.port() + "/test" + options, account);
    }

    private static String trusting(String name) {
        return "&trustCertificateKeyStoreType=PKCS12&trustCertificateKeyStorePassword=" + STORE_PASSWORD
                + "&trustCertificateKeyStoreUrl=" + store(name).toUri();
    }

    @Test
    void connectorJ() throws Exception {
        for (TestProxy proxy : nodes.proxies()) {
            for (String mode : List.of("REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")) {
                try (Connection connection =
                                connect(proxy, "?sslMode=" + mode + (mode.equals("REQUIRED") ? "" : trusting("own")));
                        Statement statement = connection.createStatement()) {
                    assertThat(statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                            .isEqualTo(1);
                    assertThat(ProxyEngine.value(connection, "SELECT REPEAT('y', 20000000)"))
                            .hasSize(20_000_000);
                    statement.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
                    statement.getResultSet().next();
                    assertThat(statement.getResultSet().getString(1)).isEqualTo("Ssl_cipher");
                    assertThat(statement.getResultSet().getString(2)).startsWith("TLS_AES_");
                }
            }
            assertThatThrownBy(() -> connect(proxy, "?sslMode=VERIFY_CA" + trusting("other")))
                    .isInstanceOf(SQLException.class);
            try (Connection connection = connect(proxy, "?sslMode=REQUIRED&tlsVersions=TLSv1.2");
                    Statement statement = connection.createStatement()) {
                statement.execute("SHOW STATUS LIKE 'ssl\\_cipher'");
                statement.getResultSet().next();
                assertThat(statement.getResultSet().getString(2)).startsWith("ECDHE-ECDSA-AES");
            }
        }
    }

    @Test
    void clientsWithoutAreWelcomeUnlessItIsRequired() throws Exception {
        try (Connection connection = nodes.leader.connect()) {
            assertThat(ProxyEngine.value(connection, "SELECT 1")).isEqualTo("1");
        }
        try (TestProxy strict = new TestProxy(TestProxy.config().with(ClientTls.of(certificate.context(), true)))) {
            strict.cluster.engine(nodes.leaderEngine.local());
            strict.cluster.leading(1);
            assertThatThrownBy(strict::connect)
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                            .isEqualTo(3159));
            try (Connection connection = connect(strict, "?sslMode=REQUIRED")) {
                assertThat(ProxyEngine.value(connection, "SELECT 1")).isEqualTo("1");
            }
        }
        try (TestProxy plain = new TestProxy()) {
            plain.cluster.engine(nodes.leaderEngine.local());
            plain.cluster.leading(1);
            assertThatThrownBy(() -> connect(plain, "?sslMode=REQUIRED")).isInstanceOf(SQLException.class);
        }
    }

    private static TestProxy follower(ClientTls tls, TestProxy leader) throws Exception {
        TestProxy follower = new TestProxy(TestProxy.config().with(tls));
        follower.cluster.engine(nodes.followerEngine.local());
        follower.cluster.following(1, FakeCluster.B, leader.port());
        return follower;
    }

    private static PeerTls peer(NodeTls tls) {
        return new PeerTls(
                tls, TestProxy.PEERS.user(), TestProxy.PEERS.accepted().keySet());
    }

    private static ClientTls towardsPeers(NodeTls tls) {
        return new ClientTls(certificate.context(), false, peer(tls).client(), address -> false);
    }

    @Test
    void otherNodesSpeakTlsToNodesOfTheirCluster() throws Exception {
        NodeTls otherNode = NodeTls.ofSecret("b", secret("the cluster's"), Optional.empty());
        NodeTls stranger = NodeTls.ofSecret("b", secret("another cluster's"), Optional.empty());
        try (TestProxy follower = follower(towardsPeers(otherNode), nodes.leader);
                Connection connection = connect(follower, "?sslMode=REQUIRED");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                    .isEqualTo(1);
        }
        try (TestProxy follower = follower(towardsPeers(stranger), nodes.leader);
                Connection connection = follower.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                    .hasMessageContaining("no leader");
        }
        try (TestProxy clear = new TestProxy()) {
            clear.cluster.engine(nodes.leaderEngine.local());
            clear.cluster.leading(1);
            try (TestProxy follower = follower(towardsPeers(otherNode), clear);
                    Connection connection = follower.connect();
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO t (a) VALUES ('x')"))
                        .hasMessageContaining("no leader");
            }
        }
    }

    @Test
    void manyRowsAndLongStatements() throws Exception {
        String large = "x".repeat(3 << 20);
        for (TestProxy proxy : nodes.proxies()) {
            try (Connection connection = connect(proxy, "?sslMode=REQUIRED&useServerPrepStmts=true");
                    var insert = connection.prepareStatement("INSERT INTO t (a) VALUES (?)")) {
                insert.setString(1, large);
                insert.executeUpdate();
                assertThat(ProxyEngine.value(connection, "SELECT a FROM t WHERE id = LAST_INSERT_ID()"))
                        .isEqualTo(large);
                int rows = 0;
                try (var result = connection.createStatement().executeQuery("SELECT seq FROM seq_1_to_300000")) {
                    while (result.next()) {
                        rows++;
                    }
                }
                assertThat(rows).isEqualTo(300_000);
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
                "-N"));
        command.addAll(List.of(options));
        return Programs.execute(directory, input, command).output();
    }

    @Test
    void mariadbClient() throws Exception {
        assumeTrue(Programs.installed("mariadb"), "no mariadb client on the PATH: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            assertThat(program(proxy, "mariadb", "\\s\nINSERT INTO t (a) VALUES ('m'); SELECT 17;", "--ssl", "test"))
                    .contains("Cipher in use is TLS_AES_")
                    .endsWith("17\n");
            assertThat(program(
                            proxy,
                            "mariadb",
                            "SELECT 18;",
                            "--ssl-verify-server-cert",
                            "--ssl-ca=" + pem("own"),
                            "test"))
                    .isEqualTo("18\n");
            assertThat(program(
                            proxy,
                            "mariadb",
                            "SELECT 18;",
                            "--ssl-verify-server-cert",
                            "--ssl-ca=" + pem("other"),
                            "test"))
                    .contains("ERROR 2026");
        }
    }

    @Test
    void mysqlClient() throws Exception {
        String program = System.getProperty("shareddb.mysql.client", "");
        assumeTrue(!program.isEmpty(), "shareddb.mysql.client names no client of MySQL: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            assertThat(program(
                            proxy,
                            program,
                            "\\s\nSELECT 17;",
                            "--commands",
                            "--ssl-mode=VERIFY_CA",
                            "--ssl-ca=" + pem("own")))
                    .contains("Cipher in use is TLS_AES_")
                    .endsWith("17\n");
        }
    }

    @Test
    void pymysql() throws Exception {
        assumeTrue(Programs.works(directory, "/usr/bin/python3", "-c", "import pymysql"), "no PyMySQL: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            String script = """
                    import pymysql
                    c = pymysql.connect(host='127.0.0.1', port=%d, user='%s', password=%s.encode(), database='test',
                        ssl_ca='%s', ssl_verify_cert=True, ssl_verify_identity=True)
                    with c.cursor() as cursor:
                        cursor.execute("INSERT INTO t (a) VALUES ('p')")
                        cursor.execute("SHOW STATUS LIKE 'Ssl_version'")
                        print(cursor.fetchall())
                    """.formatted(proxy.port(), ProxyEngine.CLIENT.user(), quoted(), pem("own"));
            assertThat(Programs.execute(directory, script, List.of("/usr/bin/python3", "-"))
                            .output())
                    .isEqualTo("(('Ssl_version', 'TLSv1.3'),)\n");
        }
    }

    private static String quoted() {
        return "'" + ProxyEngine.CLIENT.password().replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Test
    void phpMysqli() throws Exception {
        assumeTrue(
                Programs.works(directory, "php", "-r", "exit(class_exists('mysqli') ? 0 : 1);"),
                "no mysqli: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            String script = """
                    <?php
                    $c = mysqli_init();
                    $c->ssl_set(null, null, '%s', null, null);
                    $c->real_connect('127.0.0.1', '%s', %s, 'test', %d, null, MYSQLI_CLIENT_SSL);
                    $c->query("INSERT INTO t (a) VALUES ('h')");
                    echo $c->query("SHOW STATUS LIKE 'Ssl_version'")->fetch_row()[1];
                    """.formatted(pem("own"), ProxyEngine.CLIENT.user(), quoted(), proxy.port());
            assertThat(Programs.execute(directory, script, List.of("php")).output())
                    .isEqualTo("TLSv1.3");
        }
    }

    @Test
    void perlDbi() throws Exception {
        assumeTrue(Programs.works(directory, "perl", "-MDBD::MariaDB", "-e", "1"), "no DBD::MariaDB: not covered");
        for (TestProxy proxy : nodes.proxies()) {
            String script = """
                    use utf8;
                    use DBI;
                    my $c = DBI->connect("DBI:MariaDB:host=127.0.0.1;port=%d;database=test;mariadb_ssl=1;mariadb_ssl_ca_file=%s", '%s', %s, {RaiseError => 1});
                    $c->do("INSERT INTO t (a) VALUES ('d')");
                    print $c->selectrow_array("SHOW STATUS LIKE 'Ssl_version'"), "";
                    """.formatted(proxy.port(), pem("own"), ProxyEngine.CLIENT.user(), quoted());
            assertThat(Programs.execute(directory, script, List.of("perl")).output())
                    .endsWith("TLSv1.3");
        }
    }
}
