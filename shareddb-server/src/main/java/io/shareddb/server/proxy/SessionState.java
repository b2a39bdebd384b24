package io.shareddb.server.proxy;

import io.shareddb.protocol.capability.ServerStatus;
import io.shareddb.protocol.capability.StatusFlag;
import org.jspecify.annotations.Nullable;

/** What the proxy remembers of a session between two commands. Event loop only. */
final class SessionState {
    private final SessionJournal journal = new SessionJournal();
    private final PreparedStatements prepared = new PreparedStatements();
    private ServerStatus writerStatus = ServerStatus.AUTOCOMMIT;
    private ServerStatus lastStatus = ServerStatus.AUTOCOMMIT;
    private boolean pinned;
    private boolean transactionLost;
    private boolean stateLost;
    private @Nullable String lastGtid;
    private @Nullable String appliedGtid;
    private @Nullable Link lastLink;

    SessionJournal journal() {
        return journal;
    }

    void answered(Link link, ServerStatus status) {
        lastStatus = status.without(StatusFlag.MORE_RESULTS).without(StatusFlag.SESSION_STATE_CHANGED);
        if (link == Link.WRITER) {
            writerStatus = lastStatus;
        }
    }

    ServerStatus lastStatus() {
        return lastStatus;
    }

    /** A transaction is open at the leader. */
    boolean inTransaction() {
        return writerStatus.has(StatusFlag.IN_TRANSACTION);
    }

    void transactionEnded() {
        writerStatus = writerStatus.without(StatusFlag.IN_TRANSACTION);
        lastStatus = lastStatus.without(StatusFlag.IN_TRANSACTION);
    }

    /** Every statement has to go to the leader's connection. */
    boolean tied() {
        return pinned || inTransaction() || !writerStatus.has(StatusFlag.AUTOCOMMIT);
    }

    /** The leader's connection cannot be replaced by another one. */
    boolean irreplaceable() {
        return pinned || journal.overflowed();
    }

    void pin() {
        pinned = true;
    }

    PreparedStatements prepared() {
        return prepared;
    }

    /** The session is over, or starts over. */
    void discard() {
        prepared.clear();
    }

    /** The leader's connection is gone while no command was under way on it. */
    void writerLost() {
        transactionLost |= inTransaction();
        stateLost |= irreplaceable();
        transactionEnded();
    }

    boolean transactionLost() {
        return transactionLost;
    }

    void transactionLossReported() {
        transactionLost = false;
    }

    boolean stateLost() {
        return stateLost;
    }

    void committed(String gtid) {
        lastGtid = gtid;
    }

    /** The last write that the local engine must have applied before it serves a read; null if it has. */
    @Nullable
    String awaitedGtid() {
        return lastGtid != null && lastGtid.equals(appliedGtid) ? null : lastGtid;
    }

    void applied(String gtid) {
        appliedGtid = gtid;
    }

    @Nullable
    Link lastLink() {
        return lastLink;
    }

    void lastLink(Link link) {
        lastLink = link;
    }
}
