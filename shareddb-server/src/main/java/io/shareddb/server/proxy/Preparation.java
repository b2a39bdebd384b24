package io.shareddb.server.proxy;

import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.server.routing.Statement.Target;
import java.util.List;
import java.util.Optional;
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
        SessionJournal journal = state.journal();
        boolean writer = backend.route().link() == Link.WRITER;
        List<SessionJournal.Entry> missing = journal.after(backend.journalVersion(), writer);
        boolean choosesDatabase = missing.stream().anyMatch(SessionJournal.Entry::choosesDatabase);
        boolean aboutLast =
                request.statement().target() == Target.LAST; // what is asked in between would be the last one
        boolean waits = choosesDatabase || (request.reads() && !aboutLast);
        if (!writer && waits && reads.begin(backend, request, state)) {
            return true;
        }
        if (!missing.isEmpty()) {
            repeat(backend, request, missing.get(0));
            return true;
        }
        backend.journalVersion(journal.version());
        PreparedStatement prepared = request.prepared();
        return prepared != null && begin(backend, request, prepared);
    }

    private boolean begin(Backend backend, Request request, PreparedStatement prepared) {
        Backend.Installed installed = backend.installed(prepared.id());
        if (installed == null) {
            byte[] sql = prepared.sql();
            if (sql == null) {
                throw new IllegalStateException("a long prepared statement outlived its connection");
            }
            InternalQuery.prepare(backend, sql).thenAccept(answer -> {
                Optional<ErrPacket> error = answer.error();
                if (error.isEmpty()) {
                    backend.install(prepared.id(), answer.statementId());
                    done.run();
                } else if (error.get().equals(InternalQuery.CONNECTION_LOST)) {
                    done.run();
                } else if (backend.route().link() == Link.READER) {
                    request.forLeader(true); // it may name what has not arrived here
                    done.run();
                } else {
                    refused.accept(error.get());
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
    private void repeat(Backend backend, Request request, SessionJournal.Entry entry) {
        run(backend, entry.sql(), answer -> {
            answer.error().ifPresent(error -> log.debug("cannot repeat {}: {}", entry.names(), error.message()));
            if (answer.error().isPresent()
                    && entry.choosesDatabase()
                    && backend.route().link() == Link.READER) {
                request.forLeader(true); // the database may not have arrived here; the next command tries again
            } else {
                backend.journalVersion(entry.version());
            }
        });
    }

    private void run(Backend backend, String sql, Consumer<InternalQuery.Answer> then) {
        InternalQuery.run(backend, sql).thenAccept(answer -> {
            then.accept(answer);
            done.run();
        });
    }
}
