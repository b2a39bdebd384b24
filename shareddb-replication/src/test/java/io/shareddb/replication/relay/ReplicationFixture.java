package io.shareddb.replication.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.capture.Capture;
import io.shareddb.replication.capture.CaptureConfig;
import io.shareddb.replication.engine.EngineFamily;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.TestEngine;
import io.shareddb.replication.engine.TestEngines;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.log.InMemoryReplicatedLog;
import io.shareddb.replication.log.NodeId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Engines that share one log in memory: one of them leads, the others follow. One test's thread. */
final class ReplicationFixture implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path directory;
    private final TestEngines.@Nullable Choice choice;
    final EngineFamily family;
    final ExecutorService logThread = Executors.newSingleThreadExecutor();
    final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    final InMemoryReplicatedLog log = new InMemoryReplicatedLog(logThread);
    final LogArchive archive;
    final AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
    final List<AutoCloseable> resources = new ArrayList<>();
    private final Map<Relay, AtomicReference<@Nullable TestEngine>> followers = new HashMap<>();

    @Nullable
    Capture capture;

    ReplicationFixture(Path directory, TestEngines.Choice choice) {
        this(directory, choice.family(), choice);
    }

    /** Without engines. */
    ReplicationFixture(Path directory, EngineFamily family) {
        this(directory, family, null);
    }

    private ReplicationFixture(Path directory, EngineFamily family, TestEngines.@Nullable Choice choice) {
        this.directory = directory;
        this.choice = choice;
        this.family = family;
        archive = new LogArchive(directory.resolve("archive"), ManagedEngine.families(), log, new Ignore());
        log.start(archive);
    }

    TestEngine engine(Path directory) throws Exception {
        TestEngine engine = TestEngine.started(directory, Objects.requireNonNull(choice));
        engine.process().knowCommitted(() -> archive.knownPosition(family));
        resources.add(engine);
        return engine;
    }

    /** A new engine, in folder {@code a}, that leads in term 1. */
    TestEngine leader() throws Exception {
        TestEngine leader = engine(directory.resolve("a"));
        var unused = lead(leader, 1);
        return leader;
    }

    /** A new engine, in folder {@code b}, that follows. */
    TestEngine follower() throws Exception {
        TestEngine follower = engine(directory.resolve("b"));
        follow(follower, relay());
        return follower;
    }

    Relay relay() throws Exception {
        return relay(RelayConfig.onLoopback());
    }

    /** Feeds the engine that {@link #follow}s it. */
    Relay relay(RelayConfig config) throws Exception {
        AtomicReference<@Nullable TestEngine> fed = new AtomicReference<>();
        Relay relay = relay(config, (position, timeout) -> Objects.requireNonNull(fed.get())
                .administration()
                .awaitApplied(position, timeout));
        followers.put(relay, fed);
        return relay;
    }

    Relay relay(RelayConfig config, AppliedWait applied) throws Exception {
        Relay relay = new Relay(config, family, archive, applied, group, new SecureRandom());
        resources.add(relay);
        return relay;
    }

    /** The engine has applied everything. */
    Capture lead(TestEngine engine, long term) throws Exception {
        Capture previous = capture;
        if (previous != null) {
            previous.close();
            log.depose(false);
        }
        log.elect(term);
        engine.administration().stopFollowing();
        engine.administration().prepareToLead(term);
        Capture next =
                new Capture(CaptureConfig.of(family, engine.process().access()), group, log, archive, ended::set);
        capture = next;
        resources.add(next);
        next.connect(archive.committed().position()).toCompletableFuture().get(10, TimeUnit.SECONDS);
        next.open(term, new NodeId("n" + engine.port()), archive.committed().position())
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        engine.administration().openForWrites();
        return next;
    }

    /** From where its own position says, or from what it wrote as a leader. */
    void follow(TestEngine engine, Relay relay) {
        EngineState state = engine.administration().state();
        var own = state.originated()
                .filter(gtid -> !state.applied().contains(gtid))
                .map(gtid -> state.applied().plus(gtid))
                .orElse(state.applied());
        Objects.requireNonNull(followers.get(relay)).set(engine);
        engine.administration().follow(relay.address(), own);
    }

    void awaitApplied(TestEngine engine) {
        await("engine to apply " + archive.committed(), () -> {
            EngineState state = engine.administration().state();
            assertThat(state.followError()).isEmpty();
            return state.applied().text().equals(archive.committed().position().text());
        });
    }

    static void await(String what, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (Exception e) {
            throw new IllegalStateException("waiting for " + what, e);
        }
    }

    static void run(TestEngine engine, String... statements) throws SQLException {
        try (Connection connection = engine.asClient()) {
            run(connection, statements);
        }
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Checksums of all tables of the clients. */
    static Map<String, String> checksums(TestEngine engine) throws SQLException {
        Map<String, String> sums = new TreeMap<>();
        for (var row :
                engine.query("SELECT CONCAT('`', table_schema, '`.`', table_name, '`') FROM information_schema.tables"
                        + " WHERE table_schema NOT IN ('mysql','sys','information_schema','performance_schema')"
                        + " AND table_type IN ('BASE TABLE', 'SEQUENCE')")) {
            String table = String.valueOf(row.get(0));
            sums.put(
                    table,
                    String.valueOf(
                            engine.query("CHECKSUM TABLE " + table).get(0).get(1)));
        }
        return sums;
    }

    @Override
    public void close() {
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + resources.get(i), e);
            }
        }
        log.close();
        archive.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        logThread.shutdown();
        await("the log's thread to end", logThread::isTerminated);
    }

    private static final class Ignore implements LeadershipListener {
        @Override
        public void onLeader(long term) {}

        @Override
        public void onNotLeader(long term) {}

        @Override
        public void onLeaderChanged(Optional<NodeId> leader, long term) {}

        @Override
        public void onReseedRequired(long firstAvailable) {}

        @Override
        public void onFatal(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }
}
