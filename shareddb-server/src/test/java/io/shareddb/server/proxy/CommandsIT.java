package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.auth.CachingSha2Password;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.proxy.CommandClient.Received;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command, with what clients may have agreed on: the packets of the answer are the engine's own, byte by byte, on both nodes. */
@ParameterizedClass(name = "{0}")
@SuppressWarnings("NullAway.Init") // by what is called before each engine
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class CommandsIT {
    /** What clients differ in. */
    @SuppressWarnings("ImmutableEnumChecker") // a record of a number
    private enum Agreed {
        OLD(Capabilities.NONE),
        DEPRECATE_EOF(Capabilities.of(Capability.DEPRECATE_EOF)),
        ATTRIBUTES(Capabilities.of(Capability.DEPRECATE_EOF, Capability.QUERY_ATTRIBUTES)),
        MARIADB(Capabilities.of(Capability.DEPRECATE_EOF, Capability.MARIADB_EXTENDED_METADATA)),
        MARIADB_OLD(Capabilities.of(Capability.MARIADB_EXTENDED_METADATA));

        final Capabilities capabilities;

        Agreed(Capabilities more) {
            Capabilities all = more.with(
                    Capability.LONG_FLAG,
                    Capability.TRANSACTIONS,
                    Capability.MULTI_RESULTS,
                    Capability.PS_MULTI_RESULTS,
                    Capability.LOCAL_FILES);
            capabilities = more.has(Capability.MARIADB_EXTENDED_METADATA) ? all : all.with(Capability.LONG_PASSWORD);
        }
    }

    private static final Pattern EOF_BEHIND_DEFINITIONS =
            Pattern.compile("(:03646566[0-9a-f]*, )(\\d+:fe0000)[0-9a-f]{4}");

    private static final Pattern EOF = Pattern.compile("(\\d+:fe0000)[0-9a-f]{4}\\b");

    @TempDir
    static Path directory;

    private static TwoNodes nodes;

    CommandsIT(EngineChoice choice) {
        assertThat(choice.isMySql()).isNotEqualTo(nodes.leaderEngine.isMariaDb());
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice choice) throws Exception {
        nodes = TwoNodes.start(directory, choice, TestProxy.config());
        nodes.define(
                "CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(100) DEFAULT 'some', b BLOB, c DATETIME)",
                "INSERT INTO test.t (a, b, c) VALUES ('one', 'x', '2000-01-01'), ('two', NULL, NULL), ('three', 'z', NULL)",
                "CREATE PROCEDURE test.p(IN i INT, OUT o INT) BEGIN SELECT i; SET o = i + 1; SELECT a FROM t ORDER BY id; END");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        nodes.close();
    }

    private static CommandClient connect(int port, Agreed agreed) throws Exception {
        return CommandClient.connect(port, agreed.capabilities, Map.of());
    }

    private static byte[] bytes(String hex) {
        return ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
    }

    private static byte[] statement(long id, String hex) {
        ByteBuf out = Unpooled.buffer().writeIntLE((int) id).writeBytes(bytes(hex));
        return ByteBufUtil.getBytes(out);
    }

    private static long statementId(List<Received> prepared) {
        return prepared.get(0).buffer().getUnsignedIntLE(1);
    }

    /** Ids are each server's own. */
    private static String withoutId(List<Received> prepared) {
        String id = String.format(Locale.ROOT, "%08x", Integer.reverseBytes((int) statementId(prepared)));
        return prepared.toString().replaceFirst("1:00" + id, "1:00 id ");
    }

    /** What a client sees of all commands, one after the other. */
    private static List<String> conversation(int port, Agreed agreed) throws Exception {
        List<String> seen = new ArrayList<>();
        try (CommandClient client = connect(port, agreed)) {
            seen.add("ping " + client.ask(Command.PING, ""));
            seen.add("fields " + client.ask(Command.FIELD_LIST, "t\0%"));
            seen.add("no fields " + client.ask(Command.FIELD_LIST, "nothing\0"));
            seen.add("statistics " + client.ask(Command.STATISTICS, "").size());
            seen.add("processes "
                    + (client.ask(Command.PROCESS_INFO, "").get(0).buffer().getUnsignedByte(0) == ErrPacket.HEADER));
            seen.add("refresh " + client.ask(Command.REFRESH, bytes("10")));
            seen.add("several are off " + client.query("SELECT 1; SELECT 2"));
            seen.add("on " + client.ask(Command.SET_OPTION, bytes("0000")));
            seen.add("several " + client.query("SELECT 1; SELECT a FROM t WHERE id = 9; DO 1; SELECT 'x', NULL, 3.5"));
            seen.add("stops " + client.query("SELECT 1; SELECT nonsense; SELECT 2"));
            seen.add("off " + client.ask(Command.SET_OPTION, bytes("0100")));
            seen.add("off again " + client.query("SELECT 1; SELECT 2"));
            seen.add("use " + client.ask(Command.INIT_DB, "mysql") + client.query("SELECT DATABASE()"));
            seen.add("no use " + client.ask(Command.INIT_DB, "nowhere") + client.ask(Command.INIT_DB, "test"));
            seen.add("procedure " + client.query("CALL p(7, @o)") + client.query("SELECT @o"));
            seen.add("empty " + client.query("SELECT * FROM t WHERE id < 0"));
            seen.add("transaction " + client.query("BEGIN") + client.query("UPDATE t SET a = 'x'")
                    + client.query("SELECT * FROM t") + client.query("ROLLBACK"));
            prepared(client, seen);
            seen.add("reset " + client.ask(Command.RESET_CONNECTION, "") + client.query("SELECT @o, DATABASE()"));
        }
        return seen;
    }

    private static void prepared(CommandClient client, List<String> seen) throws Exception {
        List<Received> select = client.ask(Command.STMT_PREPARE, "SELECT id, a, b, c FROM t WHERE id > ? AND a <> ?");
        long id = statementId(select);
        seen.add("prepare " + withoutId(select));
        String count = client.sendsAttributes() ? "02" : "";
        String name = client.sendsAttributes() ? "00" : "";
        String types = "01 0300" + name + "fd00" + name; // INT and VAR_STRING
        String values = count + "00" + types + "00000000 03 74776f"; // no NULLs; 0 and "two"
        seen.add("execute " + client.ask(Command.STMT_EXECUTE, statement(id, "00 01000000" + values)));
        seen.add("again "
                + client.ask(Command.STMT_EXECUTE, statement(id, "00 01000000" + count + "00 00 01000000 03 74776f")));
        seen.add("cursor " + client.ask(Command.STMT_EXECUTE, statement(id, "01 01000000" + values)));
        seen.add("fetch " + client.ask(Command.STMT_FETCH, statement(id, "01000000")));
        seen.add("rest " + client.ask(Command.STMT_FETCH, statement(id, "05000000")));
        client.tell(Command.STMT_SEND_LONG_DATA, statement(id, "0100 7477"));
        client.tell(Command.STMT_SEND_LONG_DATA, statement(id, "0100 6f"));
        seen.add("long data "
                + client.ask(Command.STMT_EXECUTE, statement(id, "00 01000000" + count + "00" + types + "00000000")));
        seen.add("reset " + client.ask(Command.STMT_RESET, statement(id, "")));
        client.tell(Command.STMT_CLOSE, statement(id, ""));
        List<Received> call = client.ask(Command.STMT_PREPARE, "CALL p(?, ?)");
        long procedure = statementId(call);
        seen.add("prepare call " + withoutId(call));
        seen.add("out parameters "
                + client.ask(
                        Command.STMT_EXECUTE,
                        statement(
                                procedure, "00 01000000" + count + "02 01 0300" + name + "0300" + name + "05000000")));
        List<Received> plain = client.ask(Command.STMT_PREPARE, "DO 1");
        seen.add("nothing to bind " + client.ask(Command.STMT_EXECUTE, statement(statementId(plain), "00 01000000")));
        seen.add("prepare nothing " + withoutId(plain));
        seen.add("wrong " + client.ask(Command.STMT_PREPARE, "SELECT nonsense"));
    }

    @ParameterizedTest
    @EnumSource
    void answersAreTheEngines(Agreed agreed) throws Exception {
        List<String> expected = known(conversation(nodes.leaderEngine.port(), agreed));
        for (TestProxy proxy : nodes.proxies()) {
            List<String> found = known(conversation(proxy.port(), agreed));
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).isEqualTo(expected.get(i));
            }
            assertThat(found).hasSameSizeAs(expected);
        }
    }

    /**
     * Without what the proxy cannot know when it puts in the EOF behind definitions: the flags that the engine has for a result are in
     * its end. For such clients MySQL has those of OUT parameters nowhere else.
     */
    private static List<String> known(List<String> conversation) {
        return conversation.stream()
                .map(line -> EOF_BEHIND_DEFINITIONS.matcher(line).replaceAll("$1$2 status"))
                .map(line ->
                        line.startsWith("out parameters") ? EOF.matcher(line).replaceAll("$1 status") : line)
                .toList();
    }

    @Test
    void theOptionOfSeveralStatementsTiesTheSessionOnlyWhileItIsOn() throws Exception {
        try (CommandClient client = connect(nodes.follower.port(), Agreed.OLD)) {
            assertThat(tiedBy(client)).isEmpty();
            client.ask(Command.SET_OPTION, bytes("0000"));
            assertThat(tiedBy(client)).isEqualTo("protocol_option");
            client.ask(Command.SET_OPTION, bytes("0100"));
            assertThat(tiedBy(client)).isEmpty();
        }
    }

    private static String tiedBy(CommandClient client) throws Exception {
        for (Received row : client.query("SHOW SHAREDDB STATUS")) {
            String text = row.buffer().toString(StandardCharsets.ISO_8859_1);
            int at = text.indexOf("session_tied_by");
            if (at == 1) {
                return text.substring(at + "session_tied_by".length() + 1);
            }
        }
        throw new AssertionError("no row for it");
    }

    @Test
    void commandsThatGoPastTheLogAreRefusedByName() throws Exception {
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = connect(proxy.port(), Agreed.DEPRECATE_EOF)) {
                for (int command : new int[] {0x08, 0x0d, 0x12, 0x13, 0x14, 0x15, 0x1e, 0x20, 0x21}) {
                    assertThat(error(client.ask(command, "")).number()).isEqualTo(1235);
                }
                assertThat(error(client.ask(Command.REFRESH, bytes("80"))).message())
                        .startsWith("COM_REFRESH of binlog or replica is not supported by Shared DB");
                for (int command : new int[] {0x00, 0x05, 0x06, 0x0b, 0x0f, 0x10, 0x1d, 0x7f, 0xfd, 0xfe}) {
                    assertThat(error(client.ask(command, "")).number()).isEqualTo(1047);
                }
                assertThat(client.ask(Command.PING, "").get(0).body().at(0)).isZero();
            }
        }
    }

    private static ErrPacket error(List<Received> answer) {
        return ErrPacket.read(answer.get(answer.size() - 1).buffer());
    }

    @Test
    void aChangeOfUserAsksForAMethodThatTheClientKnows() throws Exception {
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = connect(proxy.port(), Agreed.DEPRECATE_EOF)) {
                for (String method : List.of(CachingSha2Password.NAME, NativePassword.NAME)) {
                    assertThat(client.changeUser(45, method)).isEqualTo(method);
                }
            }
        }
    }

    @Test
    void aChangeOfUserMayChooseAnyCollation() throws Exception {
        String chosen =
                "information_schema.collations WHERE collation_name LIKE 'utf8mb4%' AND id > 255 ORDER BY id LIMIT 1";
        int id = Integer.parseInt(nodes.leaderEngine.value("SELECT id FROM " + chosen));
        String name = nodes.leaderEngine.value("SELECT collation_name FROM " + chosen);
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = connect(proxy.port(), Agreed.DEPRECATE_EOF)) {
                client.changeUser(id, NativePassword.NAME);
                assertThat(client.query("SELECT @@collation_connection").toString())
                        .contains(ByteBufUtil.hexDump(name.getBytes(StandardCharsets.US_ASCII)));
                assertThat(client.query("SELECT @@character_set_client").toString())
                        .contains(ByteBufUtil.hexDump("utf8mb4".getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    @Test
    void aSessionMayKillItself() throws Exception {
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = connect(proxy.port(), Agreed.DEPRECATE_EOF)) {
                List<Received> interrupted = client.query("KILL QUERY CONNECTION_ID()");
                assertThat(error(interrupted).number()).isEqualTo(1317);
                assertThat(interrupted.get(0).sequence()).isEqualTo(1);
                List<Received> killed = client.query("KILL CONNECTION_ID();");
                assertThat(error(killed).number()).isEqualTo(1927);
                assertThat(killed.get(0).sequence()).isEqualTo(1);
            }
        }
    }

    @Test
    void theEngineKnowsWhatTheClientSaysOfItself() throws Exception {
        Capabilities capabilities = Agreed.DEPRECATE_EOF.capabilities.with(Capability.CONNECT_ATTRS);
        Map<String, String> attributes = Map.of("program_name", "the test", "shareddb_account", "nobody");
        for (TestProxy proxy : nodes.proxies()) {
            try (CommandClient client = CommandClient.connect(proxy.port(), capabilities, attributes)) {
                client.query("BEGIN"); // at the leader
                String rows = client
                        .query("SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_account_connect_attrs"
                                + " WHERE PROCESSLIST_ID = CONNECTION_ID()")
                        .stream()
                        .map(row -> row.buffer().toString(StandardCharsets.ISO_8859_1))
                        .toList()
                        .toString();
                assertThat(rows).doesNotContain("shareddb_account");
                if (!nodes.leaderEngine.value("SELECT @@performance_schema").equals("0")) {
                    assertThat(rows).contains("the test");
                }
            }
        }
    }
}
