package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of three nodes are lost for good while clients write: the third says so, is recovered, and gets company again. */
class RecoveryIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LEADER_WAIT = Duration.ofSeconds(4);
    private static final String ROWS = "SELECT number FROM drill.numbers ORDER BY number";

    @TempDir
    Path directory;

    private final List<LateNode> started = new ArrayList<>();
    private final int firstPort = FreePorts.block(4 * LateNode.PORTS);

    @AfterEach
    void stop() {
        started.forEach(LateNode::close);
    }

    /** @param place which ports it takes, from 0 */
    private LateNode start(String name, int place, Path files) throws IOException {
        LateNode node = LateNode.start(
                name,
                files,
                firstPort + place * LateNode.PORTS,
                LateNode.peers(firstPort, 3),
                Map.of("LEADER_WAIT", LEADER_WAIT.toSeconds() + "s"));
        started.add(node);
        return node;
    }

    /** Inserts until it fails. @return the numbers that were acknowledged */
    private static List<Integer> write(LateNode node, Runnable afterSome) throws SQLException {
        List<Integer> acknowledged = new ArrayList<>();
        try (Connection connection = node.connect("drill");
                Statement statement = connection.createStatement()) {
            for (int number = 0; ; number++) {
                statement.executeUpdate("INSERT INTO numbers VALUES (" + number + ")");
                acknowledged.add(number);
                if (number == 200) {
                    afterSome.run();
                }
            }
        } catch (SQLException e) {
            return acknowledged;
        }
    }

    private static Set<Integer> rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> all = Engines.column(statement, ROWS);
            assertThat(all).doesNotHaveDuplicates();
            return all.stream().map(Integer::valueOf).collect(Collectors.toCollection(HashSet::new));
        }
    }

    private Launcher.Outcome recover(LateNode survivor, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("recover"));
        arguments.addAll(List.of(more));
        return Launcher.run(directory, survivor.environment(), arguments.toArray(String[]::new));
    }

    @Test
    void whatIsLeftOfAClusterThatLostItsMajorityGoesOnAndTheLostNodesStayOut() throws Exception {
        List<LateNode> nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(start("node" + (i + 1), i, directory.resolve("node" + (i + 1))));
        }
        for (LateNode node : nodes) {
            LateNodes.await("leads or follows", node, own -> LateNodes.leads(own) || LateNodes.follows(own));
        }
        LateNode leader = nodes.stream()
                .filter(node -> LateNodes.leads(LateNodes.own(node)))
                .findFirst()
                .orElseThrow();
        LateNode survivor =
                nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
        List<LateNode> lost = nodes.stream().filter(node -> node != survivor).toList();
        try (Connection connection = leader.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE drill");
            statement.execute("CREATE TABLE drill.numbers (number INT PRIMARY KEY)");
        }
        List<Integer> acknowledged = write(leader, () -> lost.forEach(RecoveryIT::kill));
        assertThat(acknowledged).hasSizeGreaterThan(200);
        for (LateNode node : lost) {
            Files.move(node.layout().directory(), directory.resolve("lost-" + node.name()));
        }

        saysWhyItDoesNotServe(survivor);
        String refused = recover(survivor, "--yes").output();
        assertThat(refused).contains("is in use by process", "stop that node first");
        survivor.stop();
        Launcher.Outcome shown = recover(survivor);
        assertThat(shown.exitCode()).as(shown.output()).isZero();
        assertThat(shown.output())
                .contains("Chosen: " + survivor.name(), "Kept:", "Lost:", "does not answer", "Nothing was changed");
        Launcher.Outcome done = recover(survivor, "--yes");
        assertThat(done.exitCode()).as(done.output()).isZero();
        assertThat(done.output()).contains("Done: [" + survivor.name());
        String again = recover(survivor).output();
        assertThat(again).contains("nothing has to be recovered");

        survivor.restart();
        LateNodes.await("leads", survivor, LateNodes::leads);
        try (Connection connection = survivor.connect("drill");
                Statement statement = connection.createStatement()) {
            Set<Integer> kept = rows(connection);
            // what the two lost nodes acknowledged without it would be the end of it
            int last = kept.stream().mapToInt(Integer::intValue).max().orElseThrow();
            assertThat(kept).hasSize(last + 1);
            assertThat(acknowledged.size() - kept.size())
                    .as("rows that only the lost nodes had")
                    .isLessThan(50);
            statement.executeUpdate("INSERT INTO numbers VALUES (100000)");
        }

        for (int i = 0; i < lost.size(); i++) {
            LateNode former = lost.get(i);
            former.restart(); // with an empty directory at its old place
        }
        for (LateNode node : lost) {
            LateNodes.await("is back as a new voter", node, LateNodes::follows);
        }
        try (Connection connection = lost.get(0).connect("drill");
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO numbers VALUES (100001)");
        }
        LateNodes.enginesAreEqual(nodes, "`drill`.`numbers`");

        LateNode revenant = start(
                lost.get(0).name(), 3, directory.resolve("lost-" + lost.get(0).name()));
        LateNodes.await(
                "is refused",
                revenant,
                own -> own.path("state").asText().equals("FAILED")
                        && own.path("reason").asText().contains("was left behind"));
        assertThat(LateNodes.own(revenant).path("reason").asText()).contains("empty its data directory");
        revenant.stop();
        revenant.restart();
        LateNodes.await(
                "still knows", revenant, own -> own.path("reason").asText().contains("was left behind"));
    }

    private static void kill(LateNode node) {
        try {
            node.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void saysWhyItDoesNotServe(LateNode survivor) throws Exception {
        String eventual = "SELECT /* shareddb: consistency=eventual */ COUNT(*) FROM numbers";
        try (Connection connection = Poll.value(
                        () -> "a connection", LIMIT, () -> java.util.Optional.of(survivor.connect("drill")));
                Statement statement = connection.createStatement()) {
            long since = System.nanoTime();
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO numbers VALUES (-1)"))
                    .hasMessageContaining("no leader");
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(LEADER_WAIT.plusSeconds(3));
            Poll.until("reads are refused", LIMIT, () -> {
                try {
                    statement.executeQuery("SELECT COUNT(*) FROM numbers").close();
                    return false;
                } catch (SQLException e) {
                    assertThat(e.getMessage()).contains("no leader for", "STALE_READS");
                    return true;
                }
            });
            assertThat(Engines.column(statement, eventual)).isNotEmpty();
        }
        LateNodes.await("says why", survivor, own -> own.path("reason").asText().contains("1 of 3 voters in sight"));
    }
}
