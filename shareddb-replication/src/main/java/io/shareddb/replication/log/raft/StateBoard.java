package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What other threads may know: written by the log's thread, read and waited on by any. The lock makes a {@link LogState} one instant's,
 * and lets readers wait for commits.
 */
final class StateBoard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long term;
    private @Nullable NodeId leader;
    private boolean ready;
    private long commitIndex;
    private long appliedIndex;
    private Members members = Members.voting(List.of());
    private Members committedMembers = members;
    private Map<NodeId, Long> matchIndex = Map.of();
    private int waiting;
    private boolean closed;

    void role(long nowTerm, @Nullable NodeId nowLeader, boolean nowReady) {
        lock.lock();
        try {
            term = nowTerm;
            leader = nowLeader;
            ready = nowReady;
        } finally {
            lock.unlock();
        }
    }

    void members(Members now, Members nowCommitted) {
        lock.lock();
        try {
            members = now;
            committedMembers = nowCommitted;
        } finally {
            lock.unlock();
        }
    }

    void matches(Map<NodeId, Long> nowMatchIndex) {
        lock.lock();
        try {
            matchIndex = nowMatchIndex;
        } finally {
            lock.unlock();
        }
    }

    /** Indexes never go back. */
    void progress(long nowCommitted, long nowApplied) {
        lock.lock();
        try {
            commitIndex = Math.max(commitIndex, nowCommitted);
            appliedIndex = Math.max(appliedIndex, nowApplied);
            if (waiting > 0) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    long commitIndex() {
        lock.lock();
        try {
            return commitIndex;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code index} is committed, the log is closed, or {@code nanos} have passed; returns the rest of them. */
    long awaitCommitted(long index, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        long left = nanos;
        try {
            waiting++;
            while (commitIndex < index && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return left;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** Waits a millisecond, or less; for what becomes readable a moment after it was committed. Returns the rest of {@code nanos}. */
    long awaitBriefly(long nanos) throws InterruptedException {
        long brief = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(1));
        return nanos - brief + awaitCommitted(Long.MAX_VALUE, brief);
    }

    LogState state(long firstIndex, long lastIndex) {
        lock.lock();
        try {
            return new LogState(
                    term,
                    Optional.ofNullable(leader),
                    ready,
                    commitIndex,
                    appliedIndex,
                    firstIndex,
                    lastIndex,
                    members,
                    committedMembers,
                    matchIndex);
        } finally {
            lock.unlock();
        }
    }
}
