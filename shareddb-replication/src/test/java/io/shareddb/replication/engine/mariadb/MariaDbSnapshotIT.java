package io.shareddb.replication.engine.mariadb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.IncompleteCopyException;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.TestConnections;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import io.shareddb.replication.engine.WholeContent;
import io.shareddb.replication.snapshot.SnapshotFormatException;
import io.shareddb.replication.snapshot.SnapshotProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A leader, a follower that follows it directly, and an engine to load copies into. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.shareddb.replication.engine.TestEngines#mariaDb")
class MariaDbSnapshotIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    MariaDbSnapshotIT(TestEngines.Choice choice) {
        assertThat(choice.isMySql()).isFalse();
    }

    @SuppressWarnings("NullAway.Init") // by start
    private static TestEngine leader;

    @SuppressWarnings("NullAway.Init") // by start
    private static TestEngine follower;

    @SuppressWarnings("NullAway.Init") // by start
    private static TestEngine target;

    @BeforeParameterizedClassInvocation
    static void start(TestEngines.Choice choice) throws Exception {
        Path folder = directory.resolve(choice.binaries().version().toString());
        leader = TestEngine.started(folder.resolve("leader"), choice);
        follower = TestEngine.started(folder.resolve("follower"), choice);
        target = TestEngine.started(folder.resolve("target"), choice);
        leader.administration().prepareToLead(3);
        leader.administration().openForWrites();
        follow(follower, MariaDbPosition.EMPTY);
        try (Connection client = leader.asClient()) {
            WholeContent.create(client);
        }
        assertThat(follower.administration().awaitApplied(end(), LIMIT)).isTrue();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        leader.close();
        follower.close();
        target.close();
    }

    @Test
    void copyHoldsEverything() throws Exception {
        assertThat(WholeContent.differences(follower, leader)).isEmpty();
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        List<SnapshotProgress> progress = new ArrayList<>();
        EnginePosition position = follower.administration().snapshotSource().writeTo(copy, progress::add);
        assertThat(position).isEqualTo(end());
        assertThat(progress).isNotEmpty();
        target.execute("CREATE DATABASE IF NOT EXISTS leftover", "CREATE USER IF NOT EXISTS leftover");
        assertThat(load(copy.toByteArray())).isEqualTo(position);

        assertThat(WholeContent.differences(target, leader)).isEmpty();
        assertThat(target.query("SELECT name, status FROM mysql.event ORDER BY name"))
                .containsExactly(
                        List.of("nightly", "SLAVESIDE_DISABLED"),
                        List.of("once", "SLAVESIDE_DISABLED"),
                        List.of("sleeping", "SLAVESIDE_DISABLED"));
        assertThat(target.administration().state().originated()).isEmpty();
        assertThat(target.administration().state().applied()).isEqualTo(position);
        try (Connection clerk = TestConnections.of(
                        "127.0.0.1", target.port(), new Credentials("clerk", "clerk's password"))
                .getConnection()) {
            assertThat(TestEngine.query(clerk, "SELECT CURRENT_ROLE(), (SELECT COUNT(*) FROM shop.no_key)"))
                    .containsExactly(List.of("reader", "3000"));
        }
        try (Connection client = target.asClient()) {
            assertThat(TestEngine.query(client, "SELECT shop.twice(4)")).containsExactly(List.of("8"));
        }
    }

    @Test
    void copyUnderLoadContinuesExactlyWhereItWasTaken() throws Exception {
        for (TestEngine source : List.of(follower, leader)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger written = new AtomicInteger();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(stop, written));
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            EnginePosition position;
            try {
                await(() -> written.get() > 20 || writer.isDone());
                position = source.administration().snapshotSource().writeTo(copy, each -> {});
                int then = written.get();
                await(() -> written.get() > then + 20 || writer.isDone());
            } finally {
                stop.set(true);
            }
            writer.join();
            assertThat(load(copy.toByteArray())).isEqualTo(position);
            assertThat(target.administration()
                            .state()
                            .applied()
                            .contains(((MariaDbPosition) end()).last().orElseThrow()))
                    .isFalse();
            follow(target, position);
            assertThat(target.administration().awaitApplied(end(), LIMIT))
                    .as(() -> String.valueOf(target.administration().state()))
                    .isTrue();
            assertThat(WholeContent.differences(target, leader)).isEmpty();
            target.administration().stopFollowing();
        }
    }

    @Test
    void halfOfACopyIsNeverServed() throws Exception {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        follower.administration().snapshotSource().writeTo(copy, each -> {});
        byte[] half = Arrays.copyOf(copy.toByteArray(), copy.size() / 2);
        assertThatThrownBy(() -> load(half))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessageContaining("cut off");
        Engine administration = target.administration();
        assertThatThrownBy(administration::prepare).isInstanceOf(IncompleteCopyException.class);
        assertThatThrownBy(() -> administration.prepareToLead(9)).isInstanceOf(IncompleteCopyException.class);
        target.process().kill();
        target.process().start();
        assertThatThrownBy(target.administration()::prepare).isInstanceOf(IncompleteCopyException.class);
        load(copy.toByteArray());
        target.administration().prepare();

        byte[] damaged = copy.toByteArray();
        damaged[damaged.length / 2] ^= 1;
        assertThatThrownBy(() -> load(damaged)).isInstanceOf(SnapshotFormatException.class);
        load(copy.toByteArray());
    }

    /** Rows, and now and then a change of schema, account or routine. */
    private static void write(AtomicBoolean stop, AtomicInteger written) {
        try (Connection client = leader.asClient();
                Statement statement = client.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS shop.load_a (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
            statement.execute("CREATE TABLE IF NOT EXISTS shop.load_b (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
            while (!stop.get()) {
                int i = written.incrementAndGet();
                statement.execute("BEGIN");
                statement.execute("INSERT INTO shop.load_a (v) VALUES (" + i + ")");
                statement.execute("INSERT INTO shop.load_b (v) VALUES (" + i + ")");
                statement.execute("UPDATE shop.no_key SET b=CONCAT('v', " + i + ") WHERE a=" + (i % 50));
                statement.execute("COMMIT");
                if (i % 40 == 0) {
                    statement.execute("CREATE OR REPLACE TABLE shop.moving_" + i + " (id INT) SELECT 1 AS id");
                    statement.execute("GRANT INSERT ON shop.moving_" + i + " TO clerk@'%'");
                    statement.execute("CREATE OR REPLACE FUNCTION shop.changing() RETURNS INT RETURN " + i);
                }
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EnginePosition load(byte[] copy) throws Exception {
        return target.administration().snapshotLoader().load(new ByteArrayInputStream(copy), each -> {});
    }

    private static EnginePosition end() {
        return new MariaDbPosition(leader.administration().state().originated().map(gtid -> (MariaDbGtid) gtid));
    }

    private static void follow(TestEngine engine, EnginePosition from) throws Exception {
        engine.execute("SET GLOBAL rpl_semi_sync_slave_enabled=1");
        engine.administration()
                .follow(
                        new RelayAddress(
                                "127.0.0.1",
                                leader.port(),
                                leader.process().access().account()),
                        from);
        // Several replicas of one master need ids of their own; those of a cluster have each its own operator.
        engine.execute("STOP SLAVE", "SET GLOBAL server_id=" + engine.port(), "START SLAVE");
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
