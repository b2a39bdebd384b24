package io.shareddb.cluster.role;

import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.archive.TransactionArchive;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out when this node knows the fate of everything that its engine wrote or applied before {@link #restart}. Role thread only.
 *
 * <p>That is so when it leads (everything of earlier terms was delivered), when it has what a leader answered to a read barrier, or
 * when it has the entry with which another node opened the present term's epoch, and everything that this leader knew to be committed
 * afterwards: what the engine applied may be of the present epoch, and a node that was started again knows less than before of what is
 * committed.
 */
final class Settlement {
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(1); // so old may be what a status says when it comes

    private final NodeId own;
    private final ReplicatedLog log;
    private final TransactionArchive archive;
    private final Supplier<List<PeerStatus>> peers;
    private final RoleThread thread;
    private final Runnable wake;
    private long round; // answers to an earlier round do not count
    private boolean asking;
    private long barrierIndex = -1; // -1: not answered
    private long restartNanos;

    /** @param peers what others said last */
    Settlement(
            NodeId own,
            ReplicatedLog log,
            TransactionArchive archive,
            Supplier<List<PeerStatus>> peers,
            RoleThread thread,
            Runnable wake) {
        this.own = own;
        this.log = log;
        this.archive = archive;
        this.peers = peers;
        this.restartNanos = thread.nanoTime();
        this.thread = thread;
        this.wake = wake;
    }

    /** The engine may have written something since the last time. */
    void restart() {
        round++;
        asking = false;
        barrierIndex = -1;
        restartNanos = thread.nanoTime();
    }

    /** Whether it is known; asks the leader if not, and wakes the role when there is an answer. */
    boolean settled(boolean leads) {
        LogState state = log.state();
        if (leads || hasWhatTheLeaderHad(state)) {
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

    private boolean hasWhatTheLeaderHad(LogState state) {
        if (archive.committed().epoch() != state.term()) {
            return false;
        }
        Duration since = Duration.ofNanos(thread.nanoTime() - restartNanos).minus(ANSWER);
        return state.leader()
                .filter(leader -> !leader.equals(own))
                .flatMap(leader -> peers.get().stream()
                        .filter(peer ->
                                peer.member().id().equals(leader) && peer.age().compareTo(since) < 0)
                        .map(PeerStatus::lastKnown)
                        .filter(said -> said != null && said.epoch() == state.term())
                        .findFirst())
                .filter(said -> archive.committed().seq() >= said.committedSeq())
                .isPresent();
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
