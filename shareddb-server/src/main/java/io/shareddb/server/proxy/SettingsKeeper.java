package io.shareddb.server.proxy;

import io.shareddb.replication.engine.SessionDialect;
import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Notes what a command has set in its session, so that it can be made again on other connections: from its text, from what the engine
 * reported, else by asking the engine. Event loop only.
 */
final class SettingsKeeper {
    /** {@code SET NAMES} sets these; the engine reports the others. */
    private static final String NAMES = "names";

    private static final String COLLATION = "collation_connection";
    /** {@code SET SESSION TRANSACTION ISOLATION LEVEL}; the engine reports it. */
    private static final String ISOLATION = "tx";

    /** All of {@code session_track_*} in the journal. */
    private static final String TRACKERS = "SESSION_TRACK";

    private static final Pattern VARIABLE = Pattern.compile("(?!tx$)[a-z0-9_]+");

    private final ProxySession session;
    private final SessionState state;
    private final Backend backend;
    private final Runnable then;
    private final Deque<String> unknown = new ArrayDeque<>(2);
    private boolean trackersChanged;

    /** @param then called when everything is known, perhaps before {@link #keep} returns */
    SettingsKeeper(ProxySession session, Exchange done, Runnable then) {
        this.session = session;
        this.state = session.state();
        this.backend = done.backend();
        this.then = then;
    }

    /** Begins. */
    void keep(Exchange done) {
        Request request = done.request();
        Statement statement = request.statement();
        boolean upToDate = isUpToDate();
        if (done.failed()) {
            if (statement.computes()) { // the first of several may have set it
                statement.settings().forEach(this::mustAsk);
            }
        } else if (!request.sql().isEmpty()) {
            state.journal().add(statement.detail(), request.sql(), statement.target() == Target.LEADER);
        } else {
            noteReported(done.reported(), statement);
        }
        staysUpToDate(upToDate);
        if (!done.failed()) {
            state.clear(statement);
        }
        next();
    }

    private boolean isUpToDate() {
        return backend.journalVersion() == state.journal().version();
    }

    private void staysUpToDate(boolean was) {
        if (was) {
            backend.journalVersion(state.journal().version());
        }
    }

    private void noteReported(SessionState.Reported reported, Statement statement) {
        boolean sets = statement.kind() == Kind.SET || statement.computes();
        if (!sets && !reported.stateChanged() && reported.variables().isEmpty()) {
            return; // nearly always
        }
        for (Map.Entry<String, String> variable : reported.variables().entrySet()) {
            note(variable.getKey(), Optional.of(variable.getValue()), false);
        }
        if (sets) {
            for (String name : statement.settings()) {
                if (!reported.variables().containsKey(name)) {
                    mustAsk(name);
                }
            }
        }
        boolean byTrigger = statement.changesRows() && !reported.explained();
        if (reported.stateChanged() && (statement.callsRoutine() || byTrigger)) {
            state.changedByRoutine(session.context().metrics());
        }
    }

    private void mustAsk(String setting) {
        if (session.isPeer()) {
            state.leavesUnseenSetting(); // its client's proxy asks, and thinks that it stays set here
            return;
        }
        if (setting.equals(NAMES)) {
            unknown.add(COLLATION);
        } else if (VARIABLE.matcher(setting).matches()) {
            unknown.add(setting);
        } else if (!setting.equals(ISOLATION)) {
            cannotRepeat();
        }
    }

    private void cannotRepeat() {
        state.cannotRepeatSetting(session.context().metrics());
    }

    private void note(String variable, Optional<String> value, boolean number) {
        if (!state.journal().addValue(variable, value, number)) {
            cannotRepeat();
        }
    }

    /** Asks for one more, or makes the engine report again what the proxy needs, or ends. */
    private void next() {
        String variable = unknown.poll();
        if (variable != null) {
            ask(variable);
        } else if (trackersChanged) {
            trackersChanged = false;
            trackAgain();
        } else {
            then.run();
        }
    }

    private void ask(String variable) {
        if (!session.links().has(backend)) {
            lost();
            next();
            return;
        }
        InternalQuery.run(backend, "SELECT @@SESSION." + variable).thenAccept(answer -> {
            if (answer.isLost()) {
                lost();
            } else if (answer.error().isPresent()) {
                cannotRepeat();
            } else if (TrackedChanges.isAbout(variable)) {
                trackersChanged = true;
                state.tracked().set(variable, answer.value().orElse(""), needed());
            } else {
                boolean upToDate = isUpToDate();
                note(variable, answer.value(), answer.number());
                staysUpToDate(upToDate);
            }
            next();
        });
    }

    /** What was set went with the connection before anybody could ask. */
    private void lost() {
        unknown.clear();
        state.settingLost();
    }

    /** What the engine has to report for the proxy itself. */
    private Set<String> needed() {
        return dialect().map(SessionDialect::trackedVariables).orElse(Set.of());
    }

    private Optional<SessionDialect> dialect() {
        return session.context().engine().last().map(engine -> engine.family().sessions());
    }

    private void trackAgain() {
        Optional<SessionDialect> dialect = dialect();
        if (dialect.isEmpty()) {
            cannotRepeat();
            next();
            return;
        }
        String sql = dialect.get().setup(state.tracked().variables());
        boolean upToDate = isUpToDate();
        state.journal().add(TRACKERS, sql, false);
        if (!session.links().has(backend)) {
            next();
            return;
        }
        InternalQuery.run(backend, sql).thenAccept(answer -> {
            if (answer.error().isEmpty()) {
                staysUpToDate(upToDate);
            }
            next();
        });
    }
}
