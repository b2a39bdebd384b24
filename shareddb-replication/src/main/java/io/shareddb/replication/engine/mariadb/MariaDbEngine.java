package io.shareddb.replication.engine.mariadb;

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
import io.shareddb.replication.engine.sql.Sessions;
import io.shareddb.replication.engine.sql.SqlSnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotLoader;
import io.shareddb.replication.snapshot.SnapshotSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MariaDB's side of a role change. Nothing here enters the engine's binlog. Semi-sync is on in every role: appliers do not
 * wait for it, and a follower that is written to by mistake blocks instead of diverging.
 */
final class MariaDbEngine implements Engine {
    private static final Logger log = LoggerFactory.getLogger(MariaDbEngine.class);

    /** A position that is older than the engine's own binlog. */
    private static final int ERROR_OLDER_THAN_BINLOG = 1947;

    private static final int ERROR_STATEMENT_TIME = 1969;
    private static final int ERROR_LOCK_WAIT = 1205;

    private final EngineAccess access;

    MariaDbEngine(EngineAccess access) {
        this.access = access;
    }

    @Override
    public EngineInfo info() {
        try (AdminSession session = session()) {
            return new EngineInfo("MariaDB", session.value("SELECT VERSION()"), 0, access.port());
        }
    }

    @Override
    public EngineState state() {
        try (AdminSession session = session()) {
            Map<String, @Nullable String> own = session.row(
                            "SELECT @@GLOBAL.gtid_slave_pos AS applied, @@GLOBAL.gtid_binlog_pos AS originated,"
                                    + " @@GLOBAL.read_only AS readonly")
                    .orElseThrow();
            Optional<Map<String, @Nullable String>> slave = session.row("SHOW SLAVE STATUS");
            return new EngineState(
                    MariaDbPosition.parse(AdminSession.text(own, "applied")),
                    MariaDbPosition.parse(AdminSession.text(own, "originated"))
                            .last()
                            .map(gtid -> gtid),
                    slave.filter(status -> AdminSession.text(status, "slave_sql_running")
                                            .equals("Yes")
                                    && !AdminSession.text(status, "slave_io_running")
                                            .equals("No"))
                            .isPresent(),
                    slave.flatMap(MariaDbEngine::followError),
                    !AdminSession.text(own, "readonly").equals("0"));
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

    @Override
    public void prepare() {
        try (AdminSession session = session()) {
            EngineRequirements.check(session);
            session.execute("STOP SLAVE");
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
            session.execute("STOP SLAVE");
            session.execute("SET GLOBAL read_only=1");
            session.execute("SET GLOBAL event_scheduler=OFF");
            session.execute("SET GLOBAL server_id=" + ServerIds.FOLLOWER);
            setPosition(session, from);
            durable(session, false);
            tune(session, 0);
            // The leader's sessions may have switched it off, which their statements do not tell.
            session.execute("SET GLOBAL innodb_strict_mode=OFF");
            session.execute("CHANGE MASTER TO master_host=" + Quoting.string(relay.host()) + ", master_port="
                    + relay.port() + ", master_user="
                    + Quoting.string(relay.account().user()) + ", master_password="
                    + Quoting.string(relay.account().password())
                    + ", master_use_gtid=slave_pos, master_ssl=0, master_connect_retry=1, master_heartbeat_period=3");
            session.execute("START SLAVE");
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

    /**
     * A follower's position is in InnoDB with its data, so what a power cut takes from it comes again from the log. 2 and not
     * 0 for InnoDB: it costs a write, no sync, and the end of the process alone then loses nothing.
     */
    private static void durable(AdminSession session, boolean leading) {
        syncCommits(
                session,
                leading || !session.value("SELECT @@GLOBAL.log_slave_updates").equals("0"));
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
            session.execute("STOP SLAVE");
        }
    }

    @Override
    public boolean awaitApplied(EnginePosition position, Duration timeout) {
        if (position.text().isEmpty()) {
            return true;
        }
        try (AdminSession session = AdminSession.open(access.administration(), Engine.SILENCE.plus(timeout))) {
            return session.value(MariaDbSessionDialect.awaitPosition(position.text(), timeout))
                    .equals("0");
        }
    }

    @Override
    public void prepareToLead(long epoch) {
        try (AdminSession session = session()) {
            LoadMarker.check(session);
            session.execute("STOP SLAVE");
            session.execute("SET GLOBAL server_id=" + ServerIds.of(epoch));
            if (!access.managed()) {
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
    public void openForWrites() {
        try (AdminSession session = session()) {
            session.execute("SET GLOBAL innodb_strict_mode=ON");
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
     * Appliers create events as {@code SLAVESIDE_DISABLED}. Not logged: whether an event runs is each engine's own affair, and
     * a follower runs none, whatever its state says, because its scheduler is off. The definer is named because
     * {@code ALTER EVENT} makes whoever runs it the definer.
     */
    private static void enableEvents(AdminSession session) {
        for (Map<String, @Nullable String> event : session.rows("SELECT event_schema, event_name, definer"
                + " FROM information_schema.events WHERE status='SLAVESIDE_DISABLED'")) {
            String name = Quoting.name(AdminSession.text(event, "event_schema")) + "."
                    + Quoting.name(AdminSession.text(event, "event_name"));
            try {
                session.executeRaw("ALTER DEFINER=" + Quoting.account(AdminSession.text(event, "definer")) + " EVENT "
                        + name + " ENABLE");
            } catch (SQLException e) { // an event alone must not keep the cluster from writing
                log.warn("cannot enable event {}: error {} {}", name, e.getErrorCode(), e.getMessage());
            }
        }
    }

    @Override
    public boolean closeForWrites(Duration timeout) {
        try (AdminSession session = session()) {
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
        session.execute("SET GLOBAL binlog_commit_wait_count=" + count);
        session.execute("SET GLOBAL binlog_commit_wait_usec=" + (count == 0 ? 0 : 700));
    }

    @Override
    public SnapshotSource snapshotSource() {
        return new MariaDbSnapshotSource(access);
    }

    @Override
    public SnapshotLoader snapshotLoader() {
        return new SqlSnapshotLoader(access, new MariaDbLoadDialect());
    }

    private AdminSession session() {
        return AdminSession.open(access.administration(), Engine.SILENCE);
    }
}
