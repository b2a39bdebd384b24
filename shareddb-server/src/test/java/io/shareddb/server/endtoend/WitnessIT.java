package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes and a witness, which has no engine: the loss of either node costs nothing that was acknowledged. */
class WitnessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<LateNode> started = new ArrayList<>();
    private final int firstPort = FreePorts.block(3 * LateNode.PORTS);

    @AfterEach
    void stop() {
        started.forEach(LateNode::close);
    }

    private LateNode start(String name, int place, Map<String, String> settings) throws IOException {
        LateNode node = LateNode.start(
                name,
                directory.resolve(name),
                firstPort + place * LateNode.PORTS,
                LateNode.peers(firstPort, 3),
                settings);
        started.add(node);
        return node;
    }

    private static void await(String what, LateNode node, Predicate<JsonNode> condition) {
        Poll.until(() -> node.name() + " " + what + "; " + own(node), LIMIT, () -> condition.test(own(node)));
    }

    private static JsonNode own(LateNode node) {
        try {
            return node.own();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static boolean leads(JsonNode own) {
        return own.path("state").asText().equals("LEADING");
    }

    private static boolean follows(JsonNode own) {
        return own.path("state").asText().equals("FOLLOWING");
    }

    private static void insert(LateNode node, int from, int count) throws SQLException {
        try (Connection connection = node.connect("pair");
                Statement statement = connection.createStatement()) {
            for (int number = from; number < from + count; number++) {
                assertThat(statement.executeUpdate("INSERT INTO numbers VALUES (" + number + ")"))
                        .isEqualTo(1);
            }
        }
    }

    private static void assertRows(LateNode node, int count) throws SQLException {
        try (Connection connection = node.connect("pair");
                Statement statement = connection.createStatement()) {
            assertThat(Engines.column(statement, "SELECT COUNT(*), MIN(number), MAX(number) FROM numbers"))
                    .as("rows seen through " + node.name())
                    .containsExactly(String.valueOf(count));
        }
    }

    @Test
    void eitherOfTwoNodesMayBeLostWhereAWitnessVotes() throws Exception {
        LateNode one = start("node1", 0, Map.of());
        LateNode two = start("node2", 1, Map.of());
        LateNode witness = start(
                "witness", 2, Map.of("NODE_KIND", "witness", "ENGINE_CACHE", "/nonexistent", "LOG_LEVEL", "INFO"));
        await("follows", witness, own -> follows(own) && own.path("votes").asBoolean());
        assertThat(own(witness).path("role").asText()).isEqualTo("witness");
        assertThat(own(witness).path("kind").asText()).isEqualTo("witness");
        await("leads or follows", one, own -> leads(own) || follows(own));
        await("leads or follows", two, own -> leads(own) || follows(own));
        try (Connection connection = witness.connect("");
                Statement statement = connection.createStatement()) { // which passes everything on
            statement.execute("CREATE DATABASE pair");
            statement.execute("CREATE TABLE pair.numbers (number INT PRIMARY KEY)");
        }
        insert(witness, 0, 50);
        assertRows(witness, 50);
        assertThat(Files.exists(witness.layout().data()))
                .as("an engine's files")
                .isFalse();

        LateNode leader = leads(own(one)) ? one : two;
        LateNode other = leader == one ? two : one;
        leader.kill();
        await("leads", other, WitnessIT::leads);
        insert(witness, 50, 50);
        assertRows(other, 100);

        // now the witness alone has what comes next, beside a leader that is lost
        leader.restart();
        await("follows", leader, own -> follows(own) && own.path("appliedSeq").asLong() >= 102);
        leader.kill();
        insert(other, 100, 100);
        other.kill();
        leader.restart();
        await("leads", leader, WitnessIT::leads);
        assertThat(own(witness).path("state").asText()).isEqualTo("FOLLOWING");
        assertRows(leader, 200);
        assertRows(witness, 200);
        insert(witness, 200, 10);

        other.restart();
        await("follows", other, own -> follows(own) && own.path("appliedSeq").asLong() >= 212);
        try (Connection first = leader.connectEngine();
                Connection second = other.connectEngine()) {
            assertThat(Engines.content(first))
                    .isEqualTo(Engines.content(second))
                    .containsKey("table `pair`.`numbers`");
        }
        String log = Files.readString(directory.resolve("witness.out"));
        assertThat(log).as("it was elected for its log").contains("hands leadership to");
    }
}
