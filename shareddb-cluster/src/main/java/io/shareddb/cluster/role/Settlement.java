package io.shareddb.cluster.role;

import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds out when this node knows the fate of everything that its engine wrote before {@link #restart}. Role thread only.
 *
 * <p>That is so when it leads (everything of earlier terms was delivered), when it has what a leader answered to a read barrier, or
 * when it has the entry with which another node opened the present term's epoch.
 */
final class Settlement {
    private static final Duration RETRY = Duration.ofMillis(100);

    private final NodeId own;
    private final ReplicatedLog log;
    private final TransactionArchive archive;
    private final RoleThread thread;
    private final Runnable wake;
    private long round; // answers to an earlier round do not count
    private boolean asking;
    private long barrierIndex = -1; // -1: not answered

    Settlement(NodeId own, ReplicatedLog log, TransactionArchive archive, RoleThread thread, Runnable wake) {
        this.own = own;
        this.log = log;
        this.archive = archive;
        this.thread = thread;
        this.wake = wake;
    }

    /** The engine may have written something since the last time. */
    void restart() {
        round++;
        asking = false;
        barrierIndex = -1;
    }

    /** Whether it is known; asks the leader if not, and wakes the role when there is an answer. */
    boolean settled(boolean leads) {
        LogState state = log.state();
        boolean otherOpened = archive.committed().epoch() == state.term()
                && state.leader().filter(leader -> !leader.equals(own)).isPresent();
        if (leads || otherOpened) {
            return true;
        }
        if (barrierIndex >= 0) {
            if (state.appliedIndex() >= barrierIndex) {
                return true;
            }
            thread.schedule(RETRY, wake);
            return false;
        }
        if (!asking) {
            asking = true;
            long asked = round;
            log.readBarrier().whenComplete((index, failure) -> thread.execute(() -> answered(asked, index, failure)));
        }
        return false;
    }

    private void answered(long asked, @Nullable Long index, @Nullable Throwable failure) {
        if (asked != round) {
            return;
        }
        asking = false;
        if (failure == null && index != null) {
            barrierIndex = index;
            wake.run();
        } else {
            thread.schedule(RETRY, wake);
        }
    }
}
