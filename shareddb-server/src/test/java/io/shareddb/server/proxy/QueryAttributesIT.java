package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mysql.cj.jdbc.JdbcStatement;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.command.QueryAttributes;
import io.shareddb.protocol.packet.ColumnType;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.server.endtoend.EngineChoice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Named values beside statements, which MySQL's clients send and MariaDB does not know. Two engines without replication between them: table
 * {@code w} tells which one answered.
 */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class QueryAttributesIT {
    private static final Capabilities WANTED =
            Capabilities.of(Capability.LONG_PASSWORD, Capability.DEPRECATE_EOF, Capability.QUERY_ATTRIBUTES);

    @TempDir
    static Path directory;

    private static TwoNodes nodes;

    QueryAttributesIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(nodes.leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        nodes = TwoNodes.start(directory, choice, TestProxy.config());
        nodes.define("CREATE TABLE test.w (name TEXT)", "CREATE TABLE test.t (a TEXT)");
        for (ProxyEngine engine : List.of(nodes.leaderEngine, nodes.followerEngine)) {
            engine.execute(
                    "SET sql_log_bin = 0",
                    "INSERT INTO test.w VALUES ('" + (engine == nodes.leaderEngine ? "leader" : "follower") + "')");
            if (choice.isMySql()) {
                engine.execute("INSTALL COMPONENT 'file://component_query_attributes'");
            }
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        nodes.close();
    }

    private static void onlyOnMySql() {
        assumeTrue(!nodes.leaderEngine.isMariaDb(), "MariaDB has no query attributes: nothing to cover");
    }

    private static void attribute(Statement statement, String name, Object value) throws SQLException {
        statement.unwrap(JdbcStatement.class).clearAttributes();
        statement.unwrap(JdbcStatement.class).setAttribute("first", 7);
        statement.unwrap(JdbcStatement.class).setAttribute(name, value);
    }

    private static String value(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private static String value(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    @Test
    void areOfferedWhereTheEngineKnowsThem() throws Exception {
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = CommandClient.connect(proxy.port(), WANTED, Map.of())) {
                assertThat(client.sendsAttributes()).isNotEqualTo(nodes.leaderEngine.isMariaDb());
                assertThat(client.query("SELECT 1")).hasSize(4);
            }
        }
    }

    @Test
    void reachTheEngineThatExecutesTheQuery() throws Exception {
        onlyOnMySql();
        String sql = "SELECT CONCAT(name, ' ', mysql_query_attribute_string('trace')) FROM w";
        for (TestProxy proxy : nodes.proxies()) {
            String here = proxy == nodes.leader ? "leader" : "follower";
            try (Connection connection = proxy.connect();
                    Statement statement = connection.createStatement()) {
                attribute(statement, "trace", "INSERT 'ä'");
                assertThat(value(statement, sql)).isEqualTo(here + " INSERT 'ä'");
                connection.setAutoCommit(false);
                attribute(statement, "trace", "another");
                assertThat(value(statement, sql)).isEqualTo("leader another");
                connection.rollback();
                connection.setAutoCommit(true);
                attribute(statement, "trace", "x");
                statement.executeUpdate("INSERT INTO t VALUES (mysql_query_attribute_string('trace'))");
                statement.execute("SET time_zone = '+03:00'");
                assertThat(value(statement, "SELECT @@time_zone")).isEqualTo("+03:00");
            }
        }
        assertThat(nodes.leaderEngine.value("SELECT GROUP_CONCAT(a) FROM test.t"))
                .isEqualTo("x,x");
    }

    @Test
    void reachThePreparedStatementOnEitherConnection() throws Exception {
        onlyOnMySql();
        for (TestProxy proxy : nodes.proxies()) {
            String here = proxy == nodes.leader ? "leader" : "follower";
            try (Connection connection = proxy.connect("&useServerPrepStmts=true");
                    PreparedStatement read = connection.prepareStatement(
                            "SELECT CONCAT(name, ?, mysql_query_attribute_string('trace')) FROM w");
                    PreparedStatement bare = connection.prepareStatement(
                            "SELECT CONCAT_WS(',', name, mysql_query_attribute_string('trace')) FROM w")) {
                assertThat(value(bare)).isEqualTo(here);
                attribute(bare, "trace", "a");
                assertThat(value(bare)).isEqualTo(here + ",a");
                read.setString(1, "-");
                attribute(read, "trace", "b");
                assertThat(value(read)).isEqualTo(here + "-b");
                read.setString(1, "+"); // types are known by now
                assertThat(value(read)).isEqualTo(here + "+b");
                connection.setAutoCommit(false);
                assertThat(value(read)).isEqualTo("leader+b");
                assertThat(value(bare)).isEqualTo("leader,a");
                connection.rollback();
                connection.setAutoCommit(true);
                attribute(read, "trace", 5L);
                assertThat(value(read)).isEqualTo(here + "+5");
            }
        }
    }

    @Test
    void standBeforeWhatTheProxyLooksAt() throws Exception {
        onlyOnMySql();
        QueryAttributes attributes = new QueryAttributes(List.of(
                new QueryAttributes.QueryAttribute(
                        "a", ColumnType.VAR_STRING, Bytes.hex("04").plus(Bytes.utf8("SET "))),
                new QueryAttributes.QueryAttribute("b", ColumnType.LONGLONG, null)));
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = CommandClient.connect(proxy.port(), WANTED, Map.of())) {
                assertThat(text(client.query("SELECT @@shareddb_consistency", attributes)))
                        .contains("session");
                ErrPacket refused = ErrPacket.read(
                        client.query("SET sql_log_bin = 0", attributes).get(0).buffer());
                assertThat(refused.number()).isEqualTo(1290);
                ErrPacket interrupted = ErrPacket.read(client.query("KILL QUERY CONNECTION_ID()", attributes)
                        .get(0)
                        .buffer());
                assertThat(interrupted.number()).isEqualTo(1317);
                assertThat(text(client.query("SELECT name FROM w", attributes)))
                        .contains(proxy == nodes.leader ? "leader" : "follower");
                ErrPacket malformed = ErrPacket.read(
                        client.ask(Command.QUERY, "\u0001\u0001SELECT 1").get(0).buffer());
                assertThat(malformed.number()).isEqualTo(1835);
            }
        }
    }

    private static String text(List<CommandClient.Received> answer) {
        StringBuilder text = new StringBuilder();
        answer.forEach(packet -> text.append(packet.buffer().toString(StandardCharsets.ISO_8859_1)));
        return text.toString();
    }

    @Test
    void longStatementsHaveThemToo() throws Exception {
        onlyOnMySql();
        String large = "x".repeat(3 << 20);
        for (TestProxy proxy : nodes.proxies()) {
            for (String options : new String[] {"", "&useServerPrepStmts=true"}) {
                try (Connection connection = proxy.connect(options);
                        PreparedStatement read = connection.prepareStatement(
                                "SELECT CONCAT(LENGTH(?), mysql_query_attribute_string('trace'))")) {
                    read.setString(1, large);
                    attribute(read, "trace", "!");
                    assertThat(value(read)).isEqualTo(large.length() + "!");
                }
            }
        }
    }
}
