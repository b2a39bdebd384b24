package io.shareddb.replication.engine.mariadb;

import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.LoadMarker;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.Sessions;
import io.shareddb.replication.engine.sql.SqlEngine;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB's side of a role change. Nothing here enters the engine's binlog. Semi-sync is on in every role: appliers do not
 * wait for it, and a follower that is written to by mistake blocks instead of diverging.
 */
final class MariaDbEngine extends SqlEngine {
    private static final Terms TERMS = new Terms(
            "MariaDB",
            "SLAVE",
            "slave_parallel_threads",
            0,
            "log_slave_updates",
            "binlog_commit_wait_count",
            "binlog_commit_wait_usec");

    /** A position that is older than the engine's own binlog. */
    private static final int ERROR_OLDER_THAN_BINLOG = 1947;

    private static final int ERROR_STATEMENT_TIME = 1969;
    private static final int ERROR_LOCK_WAIT = 1205;

    MariaDbEngine(EngineAccess access) {
        super(access, TERMS, new MariaDbSessionDialect(), new MariaDbLoadDialect());
    }

    @Override
    public EngineState state() {
        try (AdminSession session = session()) {
            Map<String, @Nullable String> own = session.row(
                            "SELECT @@GLOBAL.gtid_slave_pos AS applied, @@GLOBAL.gtid_binlog_pos AS originated,"
                                    + " @@GLOBAL.read_only AS readonly")
                    .orElseThrow();
            Optional<Map<String, @Nullable String>> slave = replication(session);
            return new EngineState(
                    MariaDbPosition.parse(AdminSession.text(own, "applied")),
                    MariaDbPosition.parse(AdminSession.text(own, "originated"))
                            .last()
                            .map(gtid -> gtid),
                    slave.filter(this::follows).isPresent(),
                    slave.flatMap(SqlEngine::followError),
                    !AdminSession.text(own, "readonly").equals("0"));
        }
    }

    @Override
    public void prepare() {
        try (AdminSession session = session()) {
            EngineRequirements.check(session);
            stop(session);
            EngineRequirements.apply(session);
            session.execute("SET GLOBAL read_only=1");
            session.execute("SET GLOBAL event_scheduler=OFF");
            LoadMarker.check(session);
        }
    }

    @Override
    public void follow(RelayAddress relay, EnginePosition from) {
        try (AdminSession session = session()) {
            LoadMarker.check(session);
            stop(session);
            session.execute("SET GLOBAL read_only=1");
            session.execute("SET GLOBAL event_scheduler=OFF");
            session.execute("SET GLOBAL server_id=" + ServerIds.FOLLOWER);
            setPosition(session, from);
            appliers(session, false);
            durable(session, false);
            group(session, 0);
            beLenient(session);
            session.execute("CHANGE MASTER TO master_host=" + Quoting.string(relay.host()) + ", master_port="
                    + relay.port() + ", master_user="
                    + Quoting.string(relay.account().user()) + ", master_password="
                    + Quoting.string(relay.account().password())
                    + ", master_use_gtid=slave_pos, master_ssl=0, master_connect_retry=1, master_heartbeat_period=3");
            session.execute("START SLAVE");
        }
    }

    @Override
    public void applyInParallel(boolean parallel) {
        try (AdminSession session = leadersSession()) {
            restartApplying(session, parallel);
        }
    }

    /**
     * Whoever calls has compared the engine with the log; this is the second alarm. The engine's own (1947) looks only at
     * transactions of its present {@code server_id}, so the comparison is made here as well.
     */
    private static void setPosition(AdminSession session, EnginePosition from) {
        Optional<MariaDbGtid> own = MariaDbPosition.parse(session.value("SELECT @@GLOBAL.gtid_binlog_pos"))
                .last();
        Optional<MariaDbGtid> last = ((MariaDbPosition) from).last();
        if (own.isPresent() && !own.equals(last) && (last.isEmpty() || !isBefore(own.get(), last.get()))) {
            throw new DivergedException("the engine's binlog ends with " + own.get() + ", which is not at or before '"
                    + from.text() + "', the position to follow from");
        }
        if (session.value("SELECT @@GLOBAL.gtid_slave_pos").equals(from.text())) {
            return;
        }
        try {
            session.executeRaw("SET GLOBAL gtid_slave_pos=" + Quoting.string(from.text()));
        } catch (SQLException e) {
            String tried = "cannot set the engine's position to '" + from.text() + "': error " + e.getErrorCode() + " "
                    + e.getMessage();
            throw e.getErrorCode() == ERROR_OLDER_THAN_BINLOG
                    ? new DivergedException(tried, e)
                    : new EngineException(tried, e);
        }
    }

    private static boolean isBefore(MariaDbGtid one, MariaDbGtid other) {
        return Long.compareUnsigned(one.sequence(), other.sequence()) < 0;
    }

    @Override
    public void prepareToLead(long epoch) {
        try (AdminSession session = leadersSession()) {
            LoadMarker.check(session);
            stop(session);
            session.execute("SET GLOBAL server_id=" + ServerIds.of(epoch));
            if (!access().managed()) {
                leaveNothingOfTheFollower(session);
            }
            EngineRequirements.apply(session);
            durable(session, true);
        }
    }

    /**
     * For an engine that was not started with {@code skip-slave-start}: if it comes back by itself, it would apply again what it wrote
     * itself. And for one without {@code replicate-same-server-id}: sessions keep the {@code server_id} that they began with, and
     * followers would pass over transactions that carry their own.
     */
    private static void leaveNothingOfTheFollower(AdminSession session) {
        session.execute("RESET SLAVE ALL");
        Sessions.end(session, Sessions.CLIENTS);
    }

    @Override
    protected void allowWrites(AdminSession session) {
        session.execute("SET GLOBAL read_only=0");
    }

    @Override
    public boolean closeForWrites(Duration timeout) {
        try (AdminSession session = closingSession(timeout)) {
            session.execute("SET GLOBAL event_scheduler=OFF");
            session.execute("SET SESSION max_statement_time="
                    + String.format(Locale.ROOT, "%.3f", Math.max(1, timeout.toMillis()) / 1000.0));
            try {
                session.executeRaw("SET GLOBAL read_only=1");
                return true;
            } catch (SQLException e) {
                if (e.getErrorCode() == ERROR_STATEMENT_TIME || e.getErrorCode() == ERROR_LOCK_WAIT) {
                    return false;
                }
                throw new EngineException("cannot make the engine read-only: " + e.getMessage(), e);
            } finally {
                session.execute("SET SESSION max_statement_time=DEFAULT");
            }
        }
    }

    @Override
    public SnapshotSource snapshotSource() {
        return new MariaDbSnapshotSource(access());
    }
}
