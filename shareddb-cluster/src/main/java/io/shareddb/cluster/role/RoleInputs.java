package io.shareddb.cluster.role;

import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the outside tells a role: always the newest, never a queue. Thread-safe; every change wakes the role. */
final class RoleInputs implements LeadershipListener {
    /** What a node that is cut off says. */
    static final String CUT_OFF = "its log lacks entries that nobody keeps any more";

    /**
     * All of it at one instant.
     *
     * @param leadingTerm the term that this node leads in and may open; 0: none
     * @param leader who leads as far as known
     * @param term the term that this is known of
     * @param lacksUpTo entries of the log up to this one were asked for, and nobody keeps them; 0: none
     * @param fatal why the log cannot go on
     * @param stopping a planned stop was asked for
     * @param draining others should lead
     */
    record Snapshot(
            long leadingTerm,
            Optional<NodeId> leader,
            long term,
            long lacksUpTo,
            @Nullable Throwable fatal,
            boolean stopping,
            boolean draining) {
        boolean leads() {
            return leadingTerm > 0;
        }

        /** What comes next in the log is not to be had from anybody: the node is as of then, whatever the others commit. */
        boolean cutOff(ReplicatedLog log) {
            return lacksUpTo > 0 && log.state().commitIndex() < lacksUpTo;
        }
    }

    private final Runnable wake;
    private Snapshot now = new Snapshot(0, Optional.empty(), 0, 0, null, false, false); // guarded by this

    RoleInputs(Runnable wake) {
        this.wake = wake;
    }

    synchronized Snapshot now() {
        return now;
    }

    private void change(UnaryOperator<Snapshot> change) {
        synchronized (this) {
            now = change.apply(now);
        }
        wake.run();
    }

    @Override
    public void onLeader(long term) {
        change(was -> new Snapshot(
                Math.max(term, was.leadingTerm),
                was.leader,
                Math.max(term, was.term),
                was.lacksUpTo,
                was.fatal,
                was.stopping,
                was.draining));
    }

    @Override
    public void onNotLeader(long term) {
        change(was -> new Snapshot(
                was.leadingTerm <= term ? 0 : was.leadingTerm,
                was.leader,
                was.term,
                was.lacksUpTo,
                was.fatal,
                was.stopping,
                was.draining));
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        change(was -> term < was.term
                ? was
                : new Snapshot(was.leadingTerm, leader, term, was.lacksUpTo, was.fatal, was.stopping, was.draining));
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        change(was -> new Snapshot(
                was.leadingTerm, was.leader, was.term, firstAvailable - 1, was.fatal, was.stopping, was.draining));
    }

    /** The log cannot go on. */
    @Override
    public void onFatal(Throwable cause) {
        change(was ->
                new Snapshot(was.leadingTerm, was.leader, was.term, was.lacksUpTo, cause, was.stopping, was.draining));
    }

    void draining(boolean on) {
        change(was -> new Snapshot(was.leadingTerm, was.leader, was.term, was.lacksUpTo, was.fatal, was.stopping, on));
    }

    void stop() {
        change(was ->
                new Snapshot(was.leadingTerm, was.leader, was.term, was.lacksUpTo, was.fatal, true, was.draining));
    }
}
