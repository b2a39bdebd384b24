package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.capability.StatusFlag;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.SessionChange;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.server.routing.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client's command that a backend is executing. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class Exchange implements ResponseStream.Sink {
    /** The session variable that tells how far the history was when a statement ended. */
    static final String SEQ = "shareddb_seq";

    private final ProxySession session;
    private final Request request;
    private final Backend backend;
    private final ResponseStream stream;
    private @Nullable Map<String, String> variables;
    private boolean stateChanged;
    private boolean explained; // what changed the state
    private boolean commits;
    private boolean failed;
    private @Nullable Gtid held;
    private boolean resolving;

    Exchange(ProxySession session, Request request, Backend backend, ResponseStream.Form form) {
        this.session = session;
        this.request = request;
        this.backend = backend;
        this.stream = new ResponseStream(
                form,
                backend.agreed().capabilities(),
                session.capabilities(),
                session.state().lastStatus(),
                backend.channel().alloc(),
                this);
    }

    Request request() {
        return request;
    }

    Backend backend() {
        return backend;
    }

    ResponseStream stream() {
        return stream;
    }

    boolean failed() {
        return failed;
    }

    private void noteVariable(SessionChange.SystemVariable variable) {
        Map<String, String> known = variables;
        if (known == null) {
            known = new HashMap<>(2);
            variables = known;
        }
        known.put(variable.name(), variable.value());
    }

    /** What the engine said of the session's state, where the text of the command did not. */
    SessionState.Reported reported() {
        Map<String, String> known = variables;
        return known == null && !stateChanged
                ? SessionState.Reported.NOTHING
                : new SessionState.Reported(known == null ? Map.of() : known, stateChanged, explained);
    }

    /** An OK with a known GTID waits for the log. */
    boolean isHeld() {
        return held != null;
    }

    @Override
    public void bytes(ByteBuf packets) {
        session.writeToClient(packets);
    }

    @Override
    public boolean result(OkPacket ok) {
        session.state().answered(backend.route().link(), ok.status());
        explained |= isExplained();
        backend.heard(ok.changes());
        session.state().diagnosed(ok.warnings() > 0);
        noteInsertId(ok);
        @Nullable String committed = null;
        long seq = 0;
        for (SessionChange change : ok.changes()) {
            if (change instanceof SessionChange.SystemVariable variable) {
                if (variable.name().equals("last_gtid") && !variable.value().isEmpty()) {
                    committed = variable.value();
                } else if (variable.name().equals(SEQ)) {
                    seq = Long.parseLong(variable.value());
                } else if (session.context().engine().isFenced(variable.name())) {
                    session.fenced(variable.name());
                    return false;
                } else if (request.sql().isEmpty()) {
                    noteVariable(variable);
                }
            } else if (change instanceof SessionChange.StateChange state) {
                stateChanged |= state.changed();
            } else if (change instanceof SessionChange.Gtids gtids) {
                committed = gtids.text();
            } else if (change instanceof SessionChange.Schema schema) {
                session.state().journal().database(schema.name());
            }
        }
        if (seq > 0) {
            session.state().seen(seq);
        }
        if (committed == null || backend.route().link() != Link.WRITER) {
            return true;
        }
        commits = true;
        session.state().committed(committed);
        if (seq > 0) {
            session.state().committedIn(seq);
            session.context().sessions().acknowledged(seq);
        }
        if (backend.route().local()) {
            session.countAsWriter();
        }
        return !backend.route().local() || isCommitted(committed);
    }

    private void noteInsertId(OkPacket ok) {
        Statement statement = request.statement();
        boolean writes = statement.changesRows() || statement.kind() == Statement.Kind.OTHER;
        boolean unsaid = statement.kind() == Statement.Kind.LOAD || statement.callsRoutine() || ok.endOfRows();
        if (ok.lastInsertId() != 0) {
            session.state().insertIdMade();
        } else if (backend.route().link() == Link.WRITER && writes && unsaid) {
            session.state().insertIdMayBeMade();
        }
    }

    /** MariaDB reports a change of state where a statement was prepared before, and where one is executed in a database of its own. */
    private boolean isExplained() {
        PreparedStatement prepared = request.prepared();
        boolean elsewhere = prepared != null
                && !prepared.database().equals(session.state().journal().database());
        return elsewhere || backend.preparedSinceHeard();
    }

    /**
     * Tells clients what they asked to be told, not what the proxy asked for. Says how far the history is to those who can use it: other
     * nodes always, clients after a commit.
     */
    @Override
    public Optional<OkPacket> replacement(OkPacket ok) {
        long seq = tellsSeq() ? session.context().cluster().history().committedSeq() : 0;
        List<SessionChange> shown =
                session.isPeer() ? ok.changes() : session.state().tracked().shown(ok.changes());
        if (seq == 0 && shown.size() == ok.changes().size()) {
            return Optional.empty();
        }
        List<SessionChange> changes = new ArrayList<>(shown);
        if (seq > 0) {
            changes.add(new SessionChange.SystemVariable(SEQ, Long.toString(seq)));
        }
        return Optional.of(new OkPacket(
                ok.endOfRows(),
                ok.affectedRows(),
                ok.lastInsertId(),
                changes.isEmpty()
                        ? ok.status().without(StatusFlag.SESSION_STATE_CHANGED)
                        : ok.status().with(StatusFlag.SESSION_STATE_CHANGED),
                ok.warnings(),
                ok.info(),
                changes,
                ok.sessionTrack()));
    }

    private boolean tellsSeq() {
        boolean wanted = session.isPeer() || (commits && session.capabilities().has(Capability.SESSION_TRACK));
        return wanted && backend.route().local() && backend.route().link() == Link.WRITER;
    }

    /** The leader's half of promise 1: nobody hears of a commit that the log does not have. */
    private boolean isCommitted(String text) {
        ProxyContext context = session.context();
        Gtid gtid = context.engine().gtid(text);
        if (context.gate().isCommitted(gtid)) {
            context.metrics().passedOks.increment();
            context.metrics().gateWaited(0);
            return true;
        }
        long since = System.nanoTime();
        held = gtid;
        context.metrics().heldOks.increment();
        backend.channel().config().setAutoRead(false);
        context.gate().whenCommitted(gtid).whenComplete((committed, failure) -> backend.channel()
                .eventLoop()
                .execute(() -> judged(since, failure == null && committed)));
        return false;
    }

    private void judged(long since, boolean committed) {
        session.context().metrics().gateWaited(System.nanoTime() - since);
        if (session.exchange() != this || resolving) {
            return; // the client has gone, or the connection has
        }
        if (committed) {
            held = null;
            backend.channel().config().setAutoRead(true);
            stream.release();
            session.flush();
        } else {
            resolve();
        }
    }

    /** The epoch ended, or the engine is gone, before the log had the transaction: it will tell. */
    void resolve() {
        Gtid gtid = held;
        if (gtid == null || resolving) {
            return;
        }
        resolving = true;
        ProxyContext context = session.context();
        new CommitResolution(
                        context.gate(),
                        session.channel().eventLoop(),
                        gtid,
                        backend.route().epoch(),
                        context.config().times().leaderWait(),
                        this::resolved)
                .look();
    }

    private void resolved(CommitResolution.Result result) {
        if (session.exchange() != this) {
            stream.cancel(); // the client has gone
            return;
        }
        if (result != CommitResolution.Result.UNKNOWN) {
            session.context().metrics().resolvedCommits.increment();
        }
        switch (result) {
            case COMMITTED -> {
                held = null;
                stream.release();
                session.flush();
                if (session.exchange() == this) { // there was more to come, and it will not
                    session.losses().end(this, Losses.Outcome.UNKNOWN);
                }
            }
            case DROPPED -> session.losses().end(this, Losses.Outcome.ROLLED_BACK);
            case UNKNOWN -> session.losses().end(this, Losses.Outcome.UNKNOWN);
        }
    }

    @Override
    public boolean error(ErrPacket error, boolean untouched) {
        failed = true;
        session.state().diagnosed(true);
        if (backend.route().link() == Link.READER && untouched && isForLeader(error) && !request.large()) {
            backend.answered();
            request.refusedLocally(true);
            session.reroute(request);
            return false;
        }
        if (!backend.route().local() && untouched && ProxyErrors.isNotLeading(error)) {
            backend.answered();
            session.losses().notExecuted(this);
            return false;
        }
        if (!backend.route().local() && ProxyErrors.isOutcomeUnknown(error)) {
            session.endAfterCommand();
        }
        if (untouched && error.number() == ProxyErrors.SYNTAX) {
            session.state().unmark();
        }
        if ("40001".equals(error.sqlState()) && backend.route().link() == Link.WRITER) {
            session.state().transactionEnded();
        }
        return true;
    }

    /** It writes, or the session may do nothing before it has changed its password, which it does there. */
    private static boolean isForLeader(ErrPacket error) {
        return error.number() == ProxyErrors.READ_ONLY_TRANSACTION
                || error.number() == ProxyErrors.OPTION_PREVENTS
                || ProxyErrors.isPasswordExpired(error);
    }

    @Override
    public void localInfile() {
        session.forwarder().passFile(this);
    }

    @Override
    public long prepared(long statementId, int parameters) {
        Statement meaning = request.prepares();
        if (meaning == null) {
            return statementId;
        }
        boolean attributes = session.capabilities().has(Capability.QUERY_ATTRIBUTES);
        String database = session.state().journal().database();
        PreparedStatement added =
                session.state().prepared().add(meaning, request.body(), database, parameters, attributes);
        added.hint(request.hint());
        backend.install(added.id(), statementId);
        return added.id();
    }

    @Override
    public void done() {
        backend.answered();
        session.finished(this);
    }

    @Override
    public void cancelled() {}
}
