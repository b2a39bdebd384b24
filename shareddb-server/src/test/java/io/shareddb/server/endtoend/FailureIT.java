package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.role.RoleSettings;
import io.shareddb.replication.engine.EngineAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients were told stays true whatever dies, and the cluster writes again soon. One cluster for all tests on an engine. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.server.endtoend.EngineChoice#present")
class FailureIT {
    private static final Logger log = LoggerFactory.getLogger(FailureIT.class);
    private static final Duration WRITES_AGAIN = Duration.ofSeconds(5);
    private static final Duration UNTIL_NOTICED = RoleSettings.defaults().silence();
    private static final Duration HEALED = Duration.ofSeconds(90);
    private static final int WRITERS = 6;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // by start
    private static Cluster cluster;

    private final EngineChoice engine;

    FailureIT(EngineChoice engine) {
        this.engine = engine;
    }

    @BeforeParameterizedClassInvocation
    static void start(EngineChoice engine) throws IOException {
        cluster = Cluster.start(engine, directory.resolve(engine.folder()));
        cluster.awaitReady();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void healthy() {
        cluster.awaitHealthy(HEALED);
    }

    /** Something that happens to the node that leads. */
    private interface Harm {
        void to(int leader) throws Exception;
    }

    @Test
    void leadersOperatorIsKilled() throws Exception {
        survive("operator_killed", leader -> Processes.kill(cluster.operatorPid(leader)));
    }

    @Test
    void leadersEngineIsKilled() throws Exception {
        survive("engine_killed", leader -> Processes.kill(cluster.enginePid(leader)));
    }

    @Test
    void leadersOperatorAndEngineAreKilled() throws Exception {
        survive("both_killed", leader -> {
            long engine = cluster.enginePid(leader);
            Processes.kill(cluster.operatorPid(leader));
            Processes.kill(engine);
        });
    }

    @Test
    void followersEngineIsKilledUnderLoad() throws Exception {
        survive("follower_engine_killed", leader -> Processes.kill(cluster.enginePid((leader + 1) % Cluster.NODES)));
    }

    @Test
    void leaderStandsStillForTenSeconds() throws Exception {
        survive("leader_stopped", leader -> {
            long operator = cluster.operatorPid(leader);
            long engine = cluster.enginePid(leader);
            Processes.stop(operator);
            Processes.stop(engine);
            Thread resumer = new Thread(
                    () -> {
                        pause(Duration.ofSeconds(10));
                        Processes.resume(engine);
                        Processes.resume(operator);
                    },
                    "resume");
            resumer.start();
        });
    }

    @Test
    void leadersEngineHangs() throws Exception {
        survive("engine_hangs", UNTIL_NOTICED.plus(WRITES_AGAIN), leader -> Processes.stop(cluster.enginePid(leader)));
    }

    /** Then every look at the engine ends with a failure, in time, and none with an answer. */
    @Test
    void leadersEngineHangsAndItsOperatorHasNoConnectionToIt() throws Exception {
        survive("engine_hangs_unconnected", UNTIL_NOTICED.plus(WRITES_AGAIN), leader -> {
            try (Connection connection = cluster.connectEngine(leader);
                    Statement statement = connection.createStatement()) {
                List<Long> sessions = new ArrayList<>();
                try (ResultSet rows =
                        statement.executeQuery("SELECT id FROM information_schema.processlist WHERE user = '"
                                + EngineAccess.OPERATOR + "' AND command NOT LIKE 'Binlog Dump%'")) {
                    while (rows.next()) {
                        sessions.add(rows.getLong(1));
                    }
                }
                for (long session : sessions) {
                    statement.execute("KILL " + session);
                }
                Processes.stop(cluster.enginePid(leader));
            }
        });
    }

    @Test
    void nodeWhoseEngineHangsServesThroughTheLeader() throws Exception {
        int follower = cluster.follower();
        long engine = cluster.enginePid(follower);
        Processes.stop(engine);
        try {
            Poll.until(
                    () -> "it does not read there; " + cluster.describe(),
                    HEALED,
                    () -> cluster.status(follower, "/readyz") != 200);
            assertServes(follower, "not_answering");
        } finally {
            Processes.resume(engine);
        }
    }

    @Test
    void nodeWhoseEngineDoesNotComeUpServesThroughTheLeader() throws Exception {
        int follower = cluster.follower();
        long former = cluster.enginePid(follower);
        Processes.kill(former);
        long engine = Poll.value(() -> "its engine is started again; " + cluster.describe(), HEALED, () -> {
            long now = cluster.enginePid(follower);
            return now == 0 || now == former ? Optional.empty() : Optional.of(now);
        });
        Processes.stop(engine);
        try {
            assertServes(follower, "not_started");
        } finally {
            Processes.resume(engine);
        }
    }

    private static void assertServes(int node, String database) throws SQLException {
        try (Connection connection = cluster.connect(node, "");
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, (int) WRITES_AGAIN.toMillis());
            statement.execute("CREATE DATABASE IF NOT EXISTS " + database);
            statement.execute("CREATE TABLE IF NOT EXISTS " + database + ".t (a INT PRIMARY KEY)");
            statement.execute("REPLACE INTO " + database + ".t VALUES (1)");
            try (ResultSet rows = statement.executeQuery("SELECT a FROM " + database + ".t")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    private static void survive(String table, Harm harm) throws Exception {
        survive(table, WRITES_AGAIN, harm);
    }

    private static void survive(String table, Duration limit, Harm harm) throws Exception {
        RowWriters writers = RowWriters.start(cluster, table, WRITERS);
        try (writers) {
            writers.awaitAcknowledged(200, Duration.ofSeconds(30));
            int leader = cluster.leader();
            harm.to(leader);
            long since = System.nanoTime();
            Duration again = writers.awaitWriteAfter(since, Duration.ofSeconds(30));
            log.info("{}: writes again after {} ms; {}", table, again.toMillis(), writers);
            writers.awaitAcknowledged(200, Duration.ofMinutes(1));
            cluster.leader();
            awaitAllNodesBack();
            writers.stop();
            Engines.assertEqual(cluster);
            for (int node : Cluster.nodes()) {
                try (Connection connection = cluster.connectEngine(node)) {
                    writers.assertHonest(connection);
                }
            }
            assertThat(again).as("until writes go on").isLessThan(limit);
        }
    }

    private static void awaitAllNodesBack() {
        Poll.until(() -> "every node is ready; " + cluster.describe(), HEALED, () -> {
            boolean ready = true;
            for (int node : Cluster.nodes()) {
                ready &= cluster.status(node, "/readyz") == 200;
            }
            return ready;
        });
    }

    @Test
    void engineWhoseDataIsGoneIsFilledAgain() throws Exception {
        int follower = cluster.follower();
        RowWriters writers = RowWriters.start(cluster, "data_gone", WRITERS);
        try (writers) {
            writers.awaitAcknowledged(200, Duration.ofSeconds(30));
            long operator = cluster.operatorPid(follower);
            long engine = cluster.enginePid(follower);
            Processes.stop(operator); // so that it does not start its engine again at once
            Processes.kill(engine);
            Trees.delete(cluster.layout(follower).data());
            Processes.kill(operator);
            Processes.resume(operator);
            awaitAllNodesBack();
            writers.stop();
            Engines.assertEqual(cluster);
        }
    }

    @Test
    void engineThatHoldsATransactionOfItsOwnIsRebuilt() throws Exception {
        int follower = cluster.follower();
        try (Connection connection = cluster.connect(cluster.leader(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS errant");
            statement.execute("CREATE TABLE errant.t (id INT PRIMARY KEY, v INT)");
            statement.execute("INSERT INTO errant.t VALUES (1, 1), (2, 2)");
            statement.execute("CREATE USER reader@'%' IDENTIFIED BY 'secret'");
            statement.execute("GRANT SELECT (id) ON errant.t TO reader@'%'");
        }
        cluster.awaitHealthy(HEALED);
        // Behind the operator's back: neither in the log nor waiting for it.
        try (Connection connection = cluster.connectEngine(follower);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET GLOBAL " + (engine.isMySql() ? "super_read_only" : "rpl_semi_sync_master_enabled") + " = 0");
            statement.execute("UPDATE errant.t SET v = 20 WHERE id = 2");
        }
        Processes.kill(cluster.operatorPid(follower));
        Poll.until("operator is started again", HEALED, () -> cluster.status(follower, "/livez") == 200);
        awaitAllNodesBack();
        Engines.assertEqual(cluster);
    }

    private static void pause(Duration duration) {
        try {
            boolean unused = new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
