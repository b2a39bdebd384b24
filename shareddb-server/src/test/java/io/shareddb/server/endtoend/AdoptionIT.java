package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A database that was there first, and was in use, becomes a cluster's. */
class AdoptionIT {
    private static final Duration LONG = Duration.ofMinutes(2);

    private static final List<String> SCHEMA = List.of(
            "CREATE DATABASE rental",
            "CREATE TABLE rental.actor (actor_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, last_name VARCHAR(45) NOT NULL,"
                    + " last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
            "CREATE TABLE rental.film (film_id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, title VARCHAR(128) NOT NULL,"
                    + " rental_rate DECIMAL(4,2) NOT NULL DEFAULT 4.99, rating ENUM('G','PG','R') DEFAULT 'G',"
                    + " special_features SET('Trailers','Commentaries'), description TEXT, poster BLOB)",
            "CREATE TABLE rental.film_actor (actor_id SMALLINT UNSIGNED, film_id SMALLINT UNSIGNED, PRIMARY KEY"
                    + " (actor_id, film_id), FOREIGN KEY (actor_id) REFERENCES rental.actor (actor_id) ON UPDATE CASCADE,"
                    + " FOREIGN KEY (film_id) REFERENCES rental.film (film_id) ON UPDATE CASCADE)",
            "CREATE TABLE rental.without_key (note VARCHAR(20))",
            "CREATE TABLE rental.payment (writer INT, number INT, amount DECIMAL(5,2) DEFAULT 1.5, PRIMARY KEY (writer, number))",
            "CREATE TABLE rental.audit (id INT AUTO_INCREMENT PRIMARY KEY, writer INT)",
            "CREATE TRIGGER rental.paid AFTER INSERT ON rental.payment FOR EACH ROW"
                    + " INSERT INTO rental.audit (writer) VALUES (NEW.writer)",
            "CREATE VIEW rental.cast_list AS SELECT f.title, a.last_name FROM rental.film f"
                    + " JOIN rental.film_actor USING (film_id) JOIN rental.actor a USING (actor_id)",
            "CREATE PROCEDURE rental.films() SELECT COUNT(*) FROM rental.film",
            "INSERT INTO rental.actor (last_name) VALUES ('GUINESS'), ('WAHLBERG'), ('JÖRGENSEN')",
            "INSERT INTO rental.film (title, special_features, poster) VALUES ('ACADEMY DINOSAUR', 'Trailers', x'00ff27'),"
                    + " ('ACE GOLDFINGER', NULL, NULL)",
            "INSERT INTO rental.film_actor VALUES (1, 1), (2, 1), (3, 2)",
            "INSERT INTO rental.without_key VALUES ('one'), ('one'), (NULL)",
            "CREATE USER 'app'@'%' IDENTIFIED BY 'app'",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON rental.* TO 'app'@'%'");

    @TempDir
    Path directory;

    private final List<ExternalServer> engines = new ArrayList<>();
    private final List<SharedDbNode> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(SharedDbNode::close);
        engines.forEach(ExternalServer::close);
    }

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
    void databaseInUseMovesIntoAClusterAndOutlivesItsServer(EngineChoice choice) throws Exception {
        EngineBinaries binaries = choice.binaries();
        ExternalServer original = engine(
                binaries,
                ExternalServer.template(binaries, directory.resolve("template")),
                "original",
                FreePorts.block(1));
        original.start();
        execute(original, SCHEMA);
        int port = FreePorts.block(12);
        List<String> proxies = List.of(url(port), url(port + 4), url(port + 8));
        try (Payments payments = Payments.start(original, proxies)) {
            payments.awaitMore(200);
            nodes.add(external(builder("node0", port, port), original).start());
            nodes.add(choice.manage(builder("node1", port + 4, port)).start());
            nodes.add(choice.manage(builder("node2", port + 8, port)).start());
            for (SharedDbNode node : nodes) {
                node.awaitReady(LONG);
            }
            payments.awaitMore(100); // through the nodes now

            nodes.get(0).close();
            original.kill();
            payments.awaitMore(100);

            original.start();
            nodes.set(0, external(builder("node0", port, port), original).start());
            nodes.get(0).awaitReady(LONG);
            payments.awaitMore(50);
            payments.stop();
            for (SharedDbNode node : nodes) {
                Poll.until(() -> "no payment is missing in " + node.status(), LONG, () -> payments.missing(node)
                        .isEmpty());
            }
            assertThat(payments.throughProxies()).isPositive();
        }
        awaitEqual();
        try (Connection connection = connect(nodes.get(1));
                Statement statement = connection.createStatement()) {
            assertThat(Engines.column(statement, "SELECT last_name FROM rental.cast_list ORDER BY 1"))
                    .containsExactly("GUINESS", "JÖRGENSEN", "WAHLBERG");
            assertThat(Engines.column(statement, "SHOW GRANTS FOR 'app'@'%'")).hasSize(2);
        }
    }

    @ParameterizedTest
    @MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
    void twoDatabasesFormNothingUntilOneIsNamed(EngineChoice choice) throws Exception {
        EngineBinaries binaries = choice.binaries();
        Path template = ExternalServer.template(binaries, directory.resolve("template"));
        int enginePort = FreePorts.block(2);
        ExternalServer first = engine(binaries, template, "first", enginePort);
        ExternalServer second = engine(binaries, template, "second", enginePort + 1);
        first.start();
        second.start();
        execute(first, SCHEMA);
        execute(
                second,
                List.of(
                        "CREATE DATABASE rental",
                        "CREATE TABLE rental.film (film_id INT)",
                        "INSERT INTO rental.film VALUES (1)",
                        "CREATE DATABASE office",
                        "CREATE TABLE office.desk (id INT PRIMARY KEY)"));
        int port = FreePorts.block(12);
        start(choice, port, "");
        for (SharedDbNode node : nodes) {
            Poll.until(() -> "refused: " + node.status(), LONG, () -> node.status()
                    .reason()
                    .contains("They differ"));
            assertThat(node.status().reason())
                    .startsWith("2 engines hold data: ")
                    .contains("database office is on node1 only", "table rental.payment is on node0 only")
                    .contains("table rental.film is defined differently")
                    .contains("rows of table rental.film: 2 on node0, 1 on node1")
                    .contains("account 'app'@'%' is on node0 only")
                    .contains("Set ADOPT=")
                    .contains("DELETED");
        }
        assertThat(Engines.content(second.connect())).containsKey("table `office`.`desk`");
        nodes.forEach(SharedDbNode::close);
        nodes.clear();

        start(choice, port, "node0");
        for (SharedDbNode node : nodes) {
            node.awaitReady(LONG);
        }
        awaitEqual();
        assertThat(Engines.content(second.connect()))
                .containsKey("table `rental`.`payment`")
                .doesNotContainKey("table `office`.`desk`");
    }

    @Test
    void newNodeWithAnEngineFolderOfSomebodyElseIsRefused() throws Exception {
        int port = FreePorts.block(12);
        Path data = Files.createDirectories(directory.resolve("node0").resolve("data"));
        Files.writeString(data.resolve("ibdata1"), "precious");
        SharedDbNode node =
                EngineChoice.packaged().manage(builder("node0", port, port)).start();
        nodes.add(node);
        assertThat(node.failure().toCompletableFuture().get(1, TimeUnit.MINUTES))
                .hasMessageContaining(data + " holds an engine's files, but this node is in no cluster yet");
        assertThat(data.resolve("ibdata1")).hasContent("precious");
    }

    private void start(EngineChoice choice, int port, String adopt) throws IOException {
        for (int i = 0; i < 3; i++) {
            SharedDbNodeBuilder builder =
                    builder("node" + i, port + 4 * i, port).set(Setting.ADOPT, adopt);
            nodes.add((i < 2 ? external(builder, engines.get(i)) : choice.manage(builder)).start());
        }
    }

    private void awaitEqual() {
        Poll.until("all engines hold the same", LONG, () -> {
            Map<String, String> content = content(nodes.get(0));
            return content.equals(content(nodes.get(1))) && content.equals(content(nodes.get(2)));
        });
    }

    /** Of the engine itself, past its node. */
    private static Map<String, String> content(SharedDbNode node) throws SQLException {
        int port = java.util.Objects.requireNonNull(node.status().engine()).port();
        try (Connection connection = DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + port + OPTIONS, "root", ExternalEngineIT.PASSWORD)) {
            return Engines.content(connection);
        }
    }

    private static final String OPTIONS = "/?sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=30000";

    private static String url(int port) {
        return "jdbc:mysql://127.0.0.1:" + port + OPTIONS;
    }

    private static Connection connect(SharedDbNode node) throws SQLException {
        return DriverManager.getConnection(url(node.mysqlPort()), "root", ExternalEngineIT.PASSWORD);
    }

    private static void execute(ExternalServer engine, List<String> statements) throws SQLException {
        try (Connection connection = engine.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private SharedDbNodeBuilder builder(String name, int port, int first) {
        return SharedDbNode.builder()
                .dataDirectory(directory.resolve(name))
                .password(ExternalEngineIT.PASSWORD)
                .ports(port, port + 1, port + 2, port + 3)
                .set(Setting.NODE_NAME, name)
                .peers("127.0.0.1:" + (first + 2), "127.0.0.1:" + (first + 6), "127.0.0.1:" + (first + 10));
    }

    private static SharedDbNodeBuilder external(SharedDbNodeBuilder builder, ExternalServer engine) {
        return builder.set(Setting.DB_COMPONENT_NAME, "127.0.0.1")
                .set(Setting.DB_ENGINE_PORT, String.valueOf(engine.port()));
    }

    private ExternalServer engine(EngineBinaries binaries, Path data, String name, int port) throws IOException {
        List<String> options = binaries.product() == EngineBinaries.Product.MARIADB
                ? ExternalServer.DOCUMENTED.subList(0, 1) // log_bin, which alone is required
                : List.of();
        ExternalServer engine = new ExternalServer(binaries, data, directory.resolve(name), port, options);
        engines.add(engine);
        return engine;
    }
}
