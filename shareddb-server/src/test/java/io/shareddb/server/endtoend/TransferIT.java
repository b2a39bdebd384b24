package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leadership that goes to another node as planned: clients notice a pause and nothing else. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#all")
class TransferIT {
    private static final Logger log = LoggerFactory.getLogger(TransferIT.class);
    private static final Duration HEALED = Duration.ofSeconds(60);
    private static final int WRITERS = 6;
    private static final int ROUNDS = Integer.getInteger("shareddb.transfers", 3);

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by start
    private static Cluster cluster;

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice engine) throws IOException {
        cluster = Cluster.start(engine, directory.resolve(engine.folder()));
        cluster.awaitReady();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        cluster.close();
    }

    TransferIT(EngineChoice engine) {
        assertThat(engine).isNotNull();
    }

    @BeforeEach
    void healthy() {
        cluster.awaitHealthy(HEALED);
    }

    private static Launcher.Outcome command(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + cluster.uiPort(cluster.follower())));
        return Launcher.run(directory, all.toArray(String[]::new));
    }

    @Test
    void clientsSeeNothingButAPause() throws Exception {
        List<Long> pauses = new ArrayList<>();
        RowWriters writers = RowWriters.start(cluster, "transferred", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(2_000, Duration.ofSeconds(60)); // warm
            for (int round = 0; round < ROUNDS; round++) {
                int to = cluster.follower();
                long since = System.nanoTime();
                Launcher.Outcome outcome = command("transfer", "node" + (to + 1));
                assertThat(outcome.exitCode()).as(outcome.output()).isZero();
                assertThat(outcome.output()).contains("node" + (to + 1) + " leads");
                writers.awaitAcknowledged(300, Duration.ofSeconds(30));
                assertThat(cluster.leader()).isEqualTo(to);
                pauses.add(writers.slowestSince(since).toMillis());
                Poll.until(
                        () -> "every node is ready; " + cluster.describe(),
                        HEALED,
                        () -> cluster.status(0, "/readyz") == 200
                                && cluster.status(1, "/readyz") == 200
                                && cluster.status(2, "/readyz") == 200);
            }
            writers.stop();
            Collections.sort(pauses);
            log.info("planned transfers: pauses {} ms, p50 {} ms; {}", pauses, pauses.get(pauses.size() / 2), writers);
            Engines.assertEqual(cluster); // followers may be a moment behind what was acknowledged
            for (int node : Cluster.nodes()) {
                try (Connection connection = cluster.connectEngine(node)) {
                    writers.assertHonest(connection);
                }
            }
            assertThat(writers.refusals()).as(writers.toString()).isZero();
        }
        // a quiet machine shows a tenth of that; others may build here too
        assertThat(pauses.get(pauses.size() / 2)).as("pauses in ms: " + pauses).isLessThan(3_000);
    }

    @Test
    void leaderThatStopsInOrderCostsClientsOfOtherNodesNothingButAPause() throws Exception {
        RowWriters writers = RowWriters.start(cluster, "leader_stops", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(500, HEALED);
            int leader = cluster.leader();
            long before = cluster.operatorPid(leader);
            long since = System.nanoTime();
            Processes.terminate(before);
            Poll.until("it is started again", HEALED, () -> cluster.operatorPid(leader) != before);
            writers.awaitAcknowledged(300, HEALED);
            writers.stop();
            log.info(
                    "leader stopped: pause {} ms; {}",
                    writers.slowestSince(since).toMillis(),
                    writers);
            assertThat(writers.refusalsElsewhere(leader)).isEmpty();
            for (int node : Cluster.nodes()) {
                int engine = node;
                Poll.until("it is ready", HEALED, () -> cluster.status(engine, "/readyz") == 200);
            }
            Engines.assertEqual(cluster);
            try (Connection connection = cluster.connectEngine(cluster.leader())) {
                writers.assertHonest(connection);
            }
        }
    }

    @Test
    void drainedNodeDoesNotLeadUntilThatIsTakenBack() throws Exception {
        int drained = cluster.leader();
        String name = "node" + (drained + 1);
        assertThat(command("drain", name).exitCode()).isZero();
        Poll.until(
                () -> "another node leads; " + cluster.describe(),
                HEALED,
                () -> cluster.status(drained, "/primary") == 503 && cluster.leader() != drained);
        Poll.until(
                "it says so",
                HEALED,
                () -> cluster.own(drained).path("state").asText().equals("DRAINING"));
        assertThat(cluster.status(drained, "/readyz")).isEqualTo(503);
        assertThat(command("transfer", name).exitCode()).isEqualTo(7);
        assertThat(command("drain", "--off", name).exitCode()).isZero();
        cluster.awaitHealthy(HEALED);
        assertThat(command("transfer", name).exitCode()).isZero();
        assertThat(command("transfer", "nobody").output()).contains("node: nobody (expected: ");
    }
}
