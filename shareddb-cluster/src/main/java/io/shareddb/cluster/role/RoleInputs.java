package io.shareddb.cluster.role;

import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the outside tells a role: always the newest, never a queue. Thread-safe; every change wakes the role. */
final class RoleInputs {
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

    void leads(long term) {
        synchronized (this) {
            now = new Snapshot(
                    Math.max(term, now.leadingTerm),
                    now.leader,
                    Math.max(term, now.term),
                    now.lacksUpTo,
                    now.fatal,
                    now.stopping,
                    now.draining);
        }
        wake.run();
    }

    void leadsNoMore(long term) {
        synchronized (this) {
            long leading = now.leadingTerm <= term ? 0 : now.leadingTerm;
            now = new Snapshot(leading, now.leader, now.term, now.lacksUpTo, now.fatal, now.stopping, now.draining);
        }
        wake.run();
    }

    void leader(Optional<NodeId> leader, long term) {
        synchronized (this) {
            if (term < now.term) {
                return;
            }
            now = new Snapshot(now.leadingTerm, leader, term, now.lacksUpTo, now.fatal, now.stopping, now.draining);
        }
        wake.run();
    }

    void lacks(long upTo) {
        synchronized (this) {
            now = new Snapshot(now.leadingTerm, now.leader, now.term, upTo, now.fatal, now.stopping, now.draining);
        }
        wake.run();
    }

    void fatal(Throwable cause) {
        synchronized (this) {
            now = new Snapshot(now.leadingTerm, now.leader, now.term, now.lacksUpTo, cause, now.stopping, now.draining);
        }
        wake.run();
    }

    void draining(boolean on) {
        synchronized (this) {
            now = new Snapshot(now.leadingTerm, now.leader, now.term, now.lacksUpTo, now.fatal, now.stopping, on);
        }
        wake.run();
    }

    void stop() {
        synchronized (this) {
            now = new Snapshot(now.leadingTerm, now.leader, now.term, now.lacksUpTo, now.fatal, true, now.draining);
        }
        wake.run();
    }
}
