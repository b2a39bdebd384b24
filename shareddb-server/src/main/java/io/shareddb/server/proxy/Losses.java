package io.shareddb.server.proxy;

import io.shareddb.server.routing.Statement;
import io.shareddb.server.routing.Statement.Kind;

/** What becomes of a session whose connection is gone, and what its client is told. Event loop only. */
final class Losses {
    private final ProxySession session;
    private final ProxyMetrics metrics;
    private final Links links;
    private boolean engineLost; // a peer's: what went with it is for its client's proxy to tell

    Losses(ProxySession session, Links links) {
        this.session = session;
        this.metrics = session.context().metrics();
        this.links = links;
    }

    /** Tells the client what was lost with an earlier connection, instead of executing anything. */
    boolean report(Request request) {
        if (engineLost) {
            if (request.form() == null) {
                session.close();
            } else {
                session.refuseAndClose(ProxyErrors.notLeading());
            }
            return true;
        }
        SessionState state = session.state();
        if (state.stateLost()) {
            session.refuseAndClose(ProxyErrors.stateLost());
            return true;
        }
        if (state.insertIdLost() && InsertIdUse.isLikely(request)) {
            session.refuseAndClose(ProxyErrors.insertIdLost());
            return true;
        }
        if (!state.transactionLost() || request.command() < 0) {
            return false;
        }
        state.transactionLossReported();
        if (request.statement().kind() == Kind.ROLLBACK) {
            return false;
        }
        metrics.rollbacks.increment();
        session.fail(ProxyErrors.rolledBack());
        return true;
    }

    /** {@code backend} is gone, or is given up now. */
    void lose(Backend backend) {
        Exchange open = session.exchange();
        boolean inTransaction = session.state().inTransaction();
        giveUp(backend);
        if (open == null || open.backend() != backend) {
            backend.close();
        } else if (open.isHeld()) {
            backend.detach();
            open.resolve();
        } else {
            session.endExchange();
            abandon(open, backend.route().link() == Link.WRITER, inTransaction);
            backend.close();
        }
    }

    private void giveUp(Backend backend) {
        if (backend.route().link() == Link.WRITER && links.has(backend)) {
            engineLost |= session.isPeer();
            session.state().writerLost();
        }
        links.forget(backend);
    }

    /** Ends the session's exchange, whose connection is given up. */
    void end(Exchange open, Outcome outcome) {
        session.endExchange();
        giveUp(open.backend());
        tell(open, outcome);
        open.backend().close();
        open.stream().cancel();
    }

    /** The leader says that it leads no more and has not touched the command of {@code refused}. */
    void notExecuted(Exchange refused) {
        session.endExchange();
        giveUp(refused.backend());
        refused.backend().close();
        if (refused.request().large()) { // most of it is gone
            metrics.rollbacks.increment();
            session.state().transactionLossReported();
            session.fail(ProxyErrors.rolledBack());
        } else {
            metrics.retried.increment();
            session.dispatchAgain(refused.request());
        }
    }

    /** Tells the client what became of a command whose connection is gone. */
    private void abandon(Exchange open, boolean isWriter, boolean inTransaction) {
        Request request = open.request();
        Statement statement = request.statement();
        boolean writes = isWriter && request.refusedLocally() && !inTransaction;
        boolean mayCommit = isWriter && (writes || statement.mayCommit(inTransaction));
        boolean again = open.stream().untouched()
                && !request.large()
                && !(isWriter && inTransaction)
                && statement.kind() == Kind.READ
                && !mayCommit;
        if (session.isKilled()) {
            tell(open, Outcome.KILLED);
        } else if (!isWriter && open.stream().untouched() && !request.large()) {
            session.reroute(request);
        } else if (again) {
            metrics.retried.increment();
            session.dispatchAgain(request);
        } else {
            tell(open, mayCommit ? Outcome.UNKNOWN : Outcome.ROLLED_BACK);
        }
    }

    /** What is known of a command that was under way. */
    enum Outcome {
        KILLED,
        UNKNOWN,
        ROLLED_BACK
    }

    /** Ends the command of {@code open}, which is no longer the session's exchange. */
    private void tell(Exchange open, Outcome outcome) {
        boolean takesError = open.stream().takesError() && !session.commands().passing();
        int number = (open.stream().lastSequence() + 1) & 0xff;
        switch (outcome) {
            case KILLED -> {
                if (takesError) {
                    session.refuseAndClose(ProxyErrors.killed(), number);
                } else {
                    session.close();
                }
            }
            case UNKNOWN -> {
                metrics.unknownOutcomes.increment();
                if (takesError) {
                    session.refuseAndClose(ProxyErrors.outcomeUnknown(), number);
                } else {
                    session.close();
                }
            }
            case ROLLED_BACK -> {
                session.state().transactionLossReported();
                metrics.rollbacks.increment();
                if (takesError) {
                    session.write(ProxyErrors.rolledBack(), number);
                    session.flush();
                    session.finish();
                } else {
                    session.close();
                }
            }
        }
    }
}
