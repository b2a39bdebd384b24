package io.shareddb.server.proxy;

import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.server.routing.Statement.Kind;
import io.shareddb.server.routing.Statement.Target;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connection has to do before a command may run on it: make the session's settings, prepare the
 * statement, reach what a read must see. One step at a time. Event loop only.
 */
final class Preparation {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);

    private final ReadWait reads;
    private final Runnable done;
    private final Consumer<ErrPacket> refused;

    /**
     * @param reads for what reads must see
     * @param done called after each step that {@link #begin} began
     * @param refused called instead when the engine will not do what the command needs
     */
    Preparation(ReadWait reads, Runnable done, Consumer<ErrPacket> refused) {
        this.reads = reads;
        this.done = done;
        this.refused = refused;
    }

    /** Begins the next step; false if there is none left. */
    boolean begin(Backend backend, Request request, SessionState state) {
        if (request.continues()) {
            return false;
        }
        SessionJournal journal = state.journal();
        boolean writer = backend.route().link() == Link.WRITER;
        List<SessionJournal.Entry> missing = journal.after(backend.journalVersion(), writer);
        String database = missingDatabase(backend, request, journal);
        boolean aboutLast =
                request.statement().target() == Target.LAST; // what is asked in between would be the last one
        boolean waits = !database.isEmpty() || (request.reads() && !aboutLast);
        if (!writer && waits && reads.begin(backend, request, state)) {
            return true;
        }
        if (!missing.isEmpty()) {
            repeat(backend, missing.get(0));
            return true;
        }
        backend.journalVersion(journal.version());
        if (!database.isEmpty()) {
            choose(backend, request, database, journal);
            return true;
        }
        PreparedStatement prepared = request.prepared();
        return prepared != null && begin(backend, request, prepared);
    }

    /**
     * Where the command belongs and the connection is not: in the session's default database or, to prepare a statement, in the one that
     * was the default when its client prepared it. Empty if there is nothing to choose.
     */
    private static String missingDatabase(Backend backend, Request request, SessionJournal journal) {
        PreparedStatement prepared = request.prepared();
        String own = prepared == null || backend.installed(prepared.id()) != null ? "" : prepared.database();
        String wanted = own.isEmpty() ? journal.database() : own;
        boolean there = wanted.equals(backend.database()) || request.statement().kind() == Kind.USE;
        return there ? "" : wanted;
    }

    /** It may not be there yet, while other settings can be made anywhere. */
    private void choose(Backend backend, Request request, String database, SessionJournal journal) {
        if (journal.database().isEmpty()) {
            refused.accept(ProxyErrors.noDatabase()); // there would be no way back to none
            return;
        }
        InternalQuery.use(backend, database).thenAccept(answer -> {
            if (answer.error().isEmpty()) {
                backend.database(database);
                done.run();
            } else {
                failed(backend, request, answer);
            }
        });
    }

    /** The engine will not do what the command needs: another one might. */
    private void failed(Backend backend, Request request, InternalQuery.Answer answer) {
        if (!answer.isLost() && backend.route().link() == Link.WRITER) {
            refused.accept(answer.error().orElseThrow());
            return;
        }
        if (!answer.isLost()) {
            request.forLeader(true); // what it names may not have arrived here; the next command tries again
        }
        done.run();
    }

    private boolean begin(Backend backend, Request request, PreparedStatement prepared) {
        Backend.Installed installed = backend.installed(prepared.id());
        if (installed == null) {
            byte[] sql = prepared.sql();
            if (sql == null) {
                throw new IllegalStateException("a long prepared statement outlived its connection");
            }
            InternalQuery.prepare(backend, sql).thenAccept(answer -> {
                if (answer.error().isEmpty()) {
                    backend.install(prepared.id(), answer.statementId());
                    done.run();
                } else {
                    failed(backend, request, answer);
                }
            });
            return true;
        }
        if (prepared.hasHeld() && request.longDataSentTo() != backend && request.command() != Command.STMT_RESET) {
            prepared.sendHeld(backend, installed.id());
            request.longDataSentTo(backend);
        }
        return false;
    }

    /** Makes a setting of the session on a connection that does not have it yet. */
    private void repeat(Backend backend, SessionJournal.Entry entry) {
        InternalQuery.run(backend, entry.sql()).thenAccept(answer -> {
            answer.error().ifPresent(error -> log.debug("cannot repeat {}: {}", entry.names(), error.message()));
            backend.journalVersion(entry.version());
            done.run();
        });
    }
}
