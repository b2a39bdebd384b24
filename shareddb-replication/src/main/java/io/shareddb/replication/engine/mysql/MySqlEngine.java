package io.shareddb.replication.engine.mysql;

import io.shareddb.replication.engine.DivergedException;
import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineState;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.LoadMarker;
import io.shareddb.replication.engine.sql.Quoting;
import io.shareddb.replication.engine.sql.SqlSnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MySQL's side of a role change. Nothing here enters the engine's binlog. Semi-sync is on while the engine leads only: appliers wait
 * for acknowledgements, too. So a follower is guarded by {@code super_read_only} instead, which nobody gets past.
 */
final class MySqlEngine implements Engine {
    private static final Logger log = LoggerFactory.getLogger(MySqlEngine.class);
    private static final int ERROR_LOCK_WAIT = 1205;
    private static final int CLOSE_SECONDS = 20;

    private final EngineAccess access;

    MySqlEngine(EngineAccess access) {
        this.access = access;
    }

    @Override
    public EngineInfo info() {
        try (AdminSession session = session()) {
            return new EngineInfo("MySQL", session.value("SELECT VERSION()"), 0, access.port());
        }
    }

    /** What it wrote itself is part of what it holds: nothing is told besides. */
    @Override
    public EngineState state() {
        try (AdminSession session = session()) {
            Optional<Map<String, @Nullable String>> replica = session.row("SHOW REPLICA STATUS");
            return new EngineState(
                    executed(session),
                    Optional.empty(),
                    replica.filter(status -> AdminSession.text(status, "replica_sql_running")
                                            .equals("Yes")
                                    && !AdminSession.text(status, "replica_io_running")
                                            .equals("No"))
                            .isPresent(),
                    replica.flatMap(MySqlEngine::followError),
                    session.value("SELECT @@GLOBAL.super_read_only").equals("1"));
        }
    }

    private static Optional<String> followError(Map<String, @Nullable String> status) {
        for (String thread : new String[] {"sql", "io"}) {
            if (!AdminSession.text(status, "last_" + thread + "_errno").equals("0")) {
                return Optional.of("error " + AdminSession.text(status, "last_" + thread + "_errno") + ": "
                        + AdminSession.text(status, "last_" + thread + "_error"));
            }
        }
        return Optional.empty();
    }

    static MySqlPosition executed(AdminSession session) {
        return MySqlPosition.parse(session.value("SELECT @@GLOBAL.gtid_executed"));
    }

    @Override
    public void prepare() {
        try (AdminSession session = session()) {
            EngineRequirements.check(session);
            session.execute("STOP REPLICA");
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
            session.execute("STOP REPLICA");
            close(session);
            checkHoldsNoMore(session, (MySqlPosition) from);
            durable(session, false);
            tune(session, 0);
            // The leader's sessions may have switched it off, which their statements do not tell.
            session.execute("SET GLOBAL innodb_strict_mode=OFF");
            session.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST=" + Quoting.string(relay.host())
                    + ", SOURCE_PORT=" + relay.port()
                    + ", SOURCE_USER=" + Quoting.string(relay.account().user())
                    + ", SOURCE_PASSWORD=" + Quoting.string(relay.account().password())
                    + ", SOURCE_AUTO_POSITION=1, SOURCE_SSL=0, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=0"
                    + ", SOURCE_HEARTBEAT_PERIOD=2, GTID_ONLY=1, REQUIRE_ROW_FORMAT=1");
            session.execute("START REPLICA");
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

    /**
     * A follower's position is in InnoDB with its data, so what a power cut takes from it comes again from the log. 2 and not
     * 0 for InnoDB: it costs a write, no sync, and the end of the process alone then loses nothing.
     */
    private static void durable(AdminSession session, boolean leading) {
        syncCommits(
                session,
                leading || !session.value("SELECT @@GLOBAL.log_replica_updates").equals("0"));
    }

    private static void syncCommits(AdminSession session, boolean each) {
        session.execute("SET GLOBAL sync_binlog=" + (each ? 1 : 0));
        session.execute("SET GLOBAL innodb_flush_log_at_trx_commit=" + (each ? 1 : 2));
    }

    @Override
    public void syncCommits(boolean each) {
        try (AdminSession session = session()) {
            syncCommits(session, each);
        }
    }

    @Override
    public void stopFollowing() {
        try (AdminSession session = session()) {
            session.execute("STOP REPLICA");
        }
    }

    @Override
    public boolean awaitApplied(EnginePosition position, Duration timeout) {
        if (position.text().isEmpty()) {
            return true;
        }
        try (AdminSession session = AdminSession.open(access.administration(), Engine.SILENCE.plus(timeout))) {
            return session.value(MySqlSessionDialect.awaitPosition(position.text(), timeout))
                    .equals("0");
        }
    }

    /** The new file keeps what the engine wrote in other epochs out of the way, also of the appliers that read its numbering. */
    @Override
    public void prepareToLead(long epoch) {
        try (AdminSession session = session()) {
            LoadMarker.check(session);
            session.execute("STOP REPLICA");
            session.execute("FLUSH NO_WRITE_TO_BINLOG BINARY LOGS");
            durable(session, true);
            session.execute("SET GLOBAL rpl_semi_sync_source_enabled=1");
        }
    }

    @Override
    public void openForWrites() {
        try (AdminSession session = session()) {
            session.execute("SET GLOBAL innodb_strict_mode=ON");
            session.execute("SET GLOBAL super_read_only=0");
            session.execute("SET GLOBAL read_only=0");
            session.execute("SET SESSION sql_log_bin=0");
            try {
                enableEvents(session);
                session.execute("SET GLOBAL event_scheduler=ON");
            } finally {
                session.execute("SET SESSION sql_log_bin=1");
            }
        }
    }

    /**
     * Appliers create events as disabled on replicas. Not logged: whether an event runs is each engine's own affair, and a follower
     * runs none, whatever its state says, because its scheduler is off. The definer is named because {@code ALTER EVENT} makes
     * whoever runs it the definer.
     */
    private static void enableEvents(AdminSession session) {
        for (Map<String, @Nullable String> event :
                session.rows("SELECT event_schema AS es, event_name AS en, definer AS d FROM information_schema.events"
                        + " WHERE status IN ('REPLICA_SIDE_DISABLED','SLAVESIDE_DISABLED')")) {
            String name =
                    Quoting.name(AdminSession.text(event, "es")) + "." + Quoting.name(AdminSession.text(event, "en"));
            try {
                session.executeRaw("ALTER DEFINER=" + Quoting.account(AdminSession.text(event, "d")) + " EVENT " + name
                        + " ENABLE");
            } catch (SQLException e) { // an event alone must not keep the cluster from writing
                log.warn("cannot enable event {}: error {} {}", name, e.getErrorCode(), e.getMessage());
            }
        }
    }

    /** The engine counts whole seconds, so this may take up to one more. */
    @Override
    public boolean closeForWrites(Duration timeout) {
        try (AdminSession session = session()) {
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
    public void expectWriters(int writers) {
        try (AdminSession session = session()) {
            tune(session, writers);
        }
    }

    /**
     * Fewer and larger groups cost fewer syncs and messages. A group waits for all who write at present, 0.7 ms at most; a lone writer
     * must not wait for company.
     */
    private static void tune(AdminSession session, int writers) {
        int count = writers < 4 ? 0 : Math.min(writers, 64);
        session.execute("SET GLOBAL binlog_group_commit_sync_no_delay_count=" + count);
        session.execute("SET GLOBAL binlog_group_commit_sync_delay=" + (count == 0 ? 0 : 700));
    }

    @Override
    public SnapshotSource snapshotSource() {
        return new MySqlSnapshotSource(access);
    }

    @Override
    public SnapshotLoader snapshotLoader() {
        return new SqlSnapshotLoader(access, new MySqlLoadDialect());
    }

    private AdminSession session() {
        return AdminSession.open(access.administration(), Engine.SILENCE);
    }
}
