package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.LoadMarker;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.SqlEngine;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's side of a role change. Nothing here enters the engine's binlog. Semi-sync is on while the engine leads only: appliers wait
 * for acknowledgements, too. So a follower is guarded by {@code super_read_only} instead, which nobody gets past.
 */
final class MySqlEngine extends SqlEngine {
    private static final Terms TERMS = new Terms(
            "MySQL",
            "REPLICA",
            "replica_parallel_workers",
            1,
            "log_replica_updates",
            "binlog_group_commit_sync_no_delay_count",
            "binlog_group_commit_sync_delay");

    private static final int ERROR_LOCK_WAIT = 1205;
    private static final int CLOSE_SECONDS = 20;

    MySqlEngine(EngineAccess access) {
        super(access, TERMS, new MySqlSessionDialect(), new MySqlLoadDialect());
    }

    /** What it wrote itself is part of what it holds: nothing is told besides. */
    @Override
    public EngineState state() {
        try (AdminSession session = session()) {
            boolean held = ApplierLock.isTaken(session); // asked first: it is given back when the applier runs again
            Optional<Map<String, @Nullable String>> replica = replication(session);
            return new EngineState(
                    executed(session),
                    Optional.empty(),
                    replica.filter(status -> held || follows(status)).isPresent(),
                    replica.flatMap(SqlEngine::followError),
                    session.value("SELECT @@GLOBAL.super_read_only").equals("1"));
        }
    }

    static MySqlPosition executed(AdminSession session) {
        return MySqlPosition.parse(session.value("SELECT @@GLOBAL.gtid_executed"));
    }

    @Override
    public void prepare() {
        try (AdminSession session = session()) {
            EngineRequirements.check(session);
            stop(session);
            EngineRequirements.apply(session);
            close(session);
            LoadMarker.check(session);
        }
    }

    /**
     * For good, so that the engine is closed when it comes back from a crash. Nothing waits for an acknowledgement, or this
     * would fail; then semi-sync can go.
     */
    private static void close(AdminSession session) {
        session.execute("SET GLOBAL event_scheduler=OFF");
        session.execute("SET SESSION lock_wait_timeout=" + CLOSE_SECONDS);
        try {
            session.execute("SET PERSIST super_read_only=1");
        } finally {
            session.execute("SET SESSION lock_wait_timeout=DEFAULT");
        }
        session.execute("SET GLOBAL rpl_semi_sync_source_enabled=0");
    }

    @Override
    public void follow(RelayAddress relay, EnginePosition from) {
        try (AdminSession session = session()) {
            LoadMarker.check(session);
            stop(session);
            close(session);
            checkHoldsNoMore(session, (MySqlPosition) from);
            appliers(session, false);
            durable(session, false);
            group(session, 0);
            beLenient(session);
            session.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST=" + Quoting.string(relay.host())
                    + ", SOURCE_PORT=" + relay.port()
                    + ", SOURCE_USER=" + Quoting.string(relay.account().user())
                    + ", SOURCE_PASSWORD=" + Quoting.string(relay.account().password())
                    + ", SOURCE_AUTO_POSITION=1, SOURCE_SSL=0, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=0"
                    + ", SOURCE_HEARTBEAT_PERIOD=2, GTID_ONLY=1, REQUIRE_ROW_FORMAT=1");
            session.execute("START REPLICA");
        }
    }

    @Override
    public void applyInParallel(boolean parallel) {
        try (AdminSession session = leadersSession()) {
            ApplierLock.take(session, Duration.ZERO);
            try {
                restartApplying(session, parallel);
            } finally {
                ApplierLock.release(session);
            }
        }
    }

    /** Whoever calls has compared the engine with the log; this is the second alarm. MySQL itself has none. */
    private static void checkHoldsNoMore(AdminSession session, MySqlPosition from) {
        MySqlPosition errant = executed(session).minus(from);
        if (!errant.set().isEmpty()) {
            throw new DivergedException("the engine holds '" + errant.text() + "', which is not in '" + from.text()
                    + "', the position to follow from");
        }
    }

    /** The new file keeps what the engine wrote in other epochs out of the way, also of the appliers that read its numbering. */
    @Override
    public void prepareToLead(long epoch) {
        try (AdminSession session = leadersSession()) {
            LoadMarker.check(session);
            stop(session);
            session.execute("FLUSH NO_WRITE_TO_BINLOG BINARY LOGS");
            durable(session, true);
            session.execute("SET GLOBAL rpl_semi_sync_source_enabled=1");
        }
    }

    @Override
    protected void allowWrites(AdminSession session) {
        session.execute("SET GLOBAL super_read_only=0");
        session.execute("SET GLOBAL read_only=0");
    }

    /** The engine counts whole seconds, so this may take up to one more. */
    @Override
    public boolean closeForWrites(Duration timeout) {
        try (AdminSession session = closingSession(timeout)) {
            session.execute("SET GLOBAL event_scheduler=OFF");
            session.execute("SET SESSION lock_wait_timeout="
                    + Math.max(1, timeout.plusMillis(999).toSeconds()));
            try {
                session.executeRaw("SET GLOBAL super_read_only=1");
                return true;
            } catch (SQLException e) {
                if (e.getErrorCode() == ERROR_LOCK_WAIT) {
                    return false;
                }
                throw new EngineException("cannot make the engine read-only: " + e.getMessage(), e);
            } finally {
                session.execute("SET SESSION lock_wait_timeout=DEFAULT");
            }
        }
    }

    @Override
    public SnapshotSource snapshotSource() {
        return new MySqlSnapshotSource(access());
    }
}
