package io.shareddb.replication.engine.sql;

import io.shareddb.replication.engine.Engine;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineInfo;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.replication.snapshot.SnapshotLoader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a role change asks of every engine that speaks SQL, in the words of its family. */
public abstract class SqlEngine implements Engine {
    private static final Logger log = LoggerFactory.getLogger(SqlEngine.class);
    private static final int APPLIERS = 8;
    private static final int WRITERS_TO_GROUP = 4;
    private static final int MAX_GROUP = 64;
    private static final int MIN_GROUP_MICROS = 700;
    private static final int GROUP_MICROS_PER_WRITER = 40;

    private final EngineAccess access;
    private final Terms terms;
    private final SessionDialect sessions;
    private final LoadDialect load;

    /**
     * What a family calls things.
     *
     * @param product the engine's name
     * @param replica {@code SLAVE} or {@code REPLICA}, as in {@code STOP REPLICA}
     * @param appliers variable with the number of threads that apply, besides the one that hands out what they apply
     * @param oneApplier its value for one that does it alone
     * @param logUpdates variable that says whether what is applied is in the engine's binlog as well
     * @param groupCount variable with the number of commits that a group waits for
     * @param groupMicros variable with the longest time that it waits for them
     */
    public record Terms(
            String product,
            String replica,
            String appliers,
            int oneApplier,
            String logUpdates,
            String groupCount,
            String groupMicros) {}

    /**
     * Connects when it has to.
     *
     * @param sessions of the family
     * @param load of the family
     */
    protected SqlEngine(EngineAccess access, Terms terms, SessionDialect sessions, LoadDialect load) {
        this.access = access;
        this.terms = terms;
        this.sessions = sessions;
        this.load = load;
    }

    /** A connection whose statements fail when the engine says nothing for {@link Engine#SILENCE}. */
    protected final AdminSession session() {
        return AdminSession.open(access.administration(), SILENCE);
    }

    /** The same for {@link Engine#SILENCE_OF_LEADER}. */
    protected final AdminSession leadersSession() {
        return AdminSession.open(access.administration(), SILENCE_OF_LEADER);
    }

    /** The same for {@link Engine#SILENCE_OF_CLOSING} after {@code timeout}. */
    protected final AdminSession closingSession(Duration timeout) {
        return AdminSession.open(access.administration(), SILENCE_OF_CLOSING.plus(timeout));
    }

    /** Where the engine is. */
    protected final EngineAccess access() {
        return access;
    }

    @Override
    public final EngineInfo info() {
        try (AdminSession session = session()) {
            return new EngineInfo(terms.product(), session.value("SELECT VERSION()"), 0, access.port());
        }
    }

    /** What the engine says of its applier; empty if it was never told to follow. */
    protected final Optional<Map<String, @Nullable String>> replication(AdminSession session) {
        return session.row("SHOW " + terms.replica() + " STATUS");
    }

    /** Whether it applies, as {@code status} says. */
    protected final boolean follows(Map<String, @Nullable String> status) {
        String prefix = terms.replica().toLowerCase(Locale.ROOT);
        return AdminSession.text(status, prefix + "_sql_running").equals("Yes")
                && !AdminSession.text(status, prefix + "_io_running").equals("No");
    }

    /** Why it does not apply, as {@code status} says. */
    protected static Optional<String> followError(Map<String, @Nullable String> status) {
        for (String thread : new String[] {"sql", "io"}) {
            if (!AdminSession.text(status, "last_" + thread + "_errno").equals("0")) {
                return Optional.of("error " + AdminSession.text(status, "last_" + thread + "_errno") + ": "
                        + AdminSession.text(status, "last_" + thread + "_error"));
            }
        }
        return Optional.empty();
    }

    /** Ends applying; nothing happens if there was none. */
    protected final void stop(AdminSession session) {
        session.execute("STOP " + terms.replica());
    }

    /** How many apply from the next start of applying on. */
    protected final void appliers(AdminSession session, boolean parallel) {
        session.execute("SET GLOBAL " + terms.appliers() + "=" + (parallel ? APPLIERS : terms.oneApplier()));
    }

    /** Goes on with another number of them; what comes is received meanwhile. */
    protected final void restartApplying(AdminSession session, boolean parallel) {
        session.execute("STOP " + terms.replica() + " SQL_THREAD");
        appliers(session, parallel);
        session.execute("START " + terms.replica() + " SQL_THREAD");
    }

    @Override
    public final void stopFollowing() {
        try (AdminSession session = leadersSession()) {
            stop(session);
        }
    }

    @Override
    public final boolean awaitApplied(EnginePosition position, Duration timeout) {
        if (position.text().isEmpty()) {
            return true;
        }
        try (AdminSession session = AdminSession.open(access.administration(), SILENCE_OF_LEADER.plus(timeout))) {
            return session.value(sessions.awaitApplied(position, timeout)).equals("0");
        }
    }

    /**
     * A follower's position is in InnoDB with its data, so what a power cut takes from it comes again from the log. 2 and not
     * 0 for InnoDB: it costs a write, no sync, and the end of the process alone then loses nothing.
     */
    protected final void durable(AdminSession session, boolean leading) {
        syncCommits(
                session,
                leading
                        || !session.value("SELECT @@GLOBAL." + terms.logUpdates())
                                .equals("0"));
    }

    private static void syncCommits(AdminSession session, boolean each) {
        session.execute("SET GLOBAL sync_binlog=" + (each ? 1 : 0));
        session.execute("SET GLOBAL innodb_flush_log_at_trx_commit=" + (each ? 1 : 2));
    }

    @Override
    public final void syncCommits(boolean each) {
        try (AdminSession session = leadersSession()) {
            syncCommits(session, each);
        }
    }

    /** The leader's sessions may have switched strict mode off, which their statements do not tell appliers. */
    protected static void beLenient(AdminSession session) {
        session.execute("SET GLOBAL innodb_strict_mode=OFF");
    }

    @Override
    public final void openForWrites() {
        try (AdminSession session = leadersSession()) {
            session.execute("SET GLOBAL innodb_strict_mode=ON");
            allowWrites(session);
            session.execute("SET SESSION sql_log_bin=0");
            try {
                enableEvents(session);
                session.execute("SET GLOBAL event_scheduler=ON");
            } finally {
                session.execute("SET SESSION sql_log_bin=1");
            }
        }
    }

    /** The engine is not read-only from now on. */
    protected abstract void allowWrites(AdminSession session);

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

    @Override
    public final void expectWriters(int writers) {
        try (AdminSession session = leadersSession()) {
            group(session, writers);
        }
    }

    /**
     * Fewer and larger groups cost fewer syncs and messages. A group waits for all who write at present, the longer the more they are, 0.7 to
     * 2.6 ms at most; a lone writer must not wait for company.
     */
    protected final void group(AdminSession session, int writers) {
        int count = writers < WRITERS_TO_GROUP ? 0 : Math.min(writers, MAX_GROUP);
        session.execute("SET GLOBAL " + terms.groupCount() + "=" + count);
        int micros = count == 0 ? 0 : Math.max(MIN_GROUP_MICROS, count * GROUP_MICROS_PER_WRITER);
        session.execute("SET GLOBAL " + terms.groupMicros() + "=" + micros);
    }

    @Override
    public final SnapshotLoader snapshotLoader() {
        return new SqlSnapshotLoader(access, load);
    }
}
