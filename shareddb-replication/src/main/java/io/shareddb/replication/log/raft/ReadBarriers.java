package io.shareddb.replication.log.raft;

import io.microraft.Ordered;
import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.transport.LogThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads. Log's thread only.
 *
 * <p>The library lets a query join the round of an earlier one whose heartbeats have been answered in part already, though those answers
 * say nothing about the time after the second query came: a new leader may have been elected and have committed since. So only one
 * round runs at a time here, and what comes meanwhile waits for the next.
 */
final class ReadBarriers {
    private final LogThread thread;
    private final Supplier<CompletableFuture<Ordered<Object>>> query;
    private List<CompletableFuture<Long>> running = new ArrayList<>();
    private List<CompletableFuture<Long>> waiting = new ArrayList<>();
    private boolean leading;
    private boolean ready;

    /** {@code query} starts one round. */
    ReadBarriers(LogThread thread, Supplier<CompletableFuture<Ordered<Object>>> query) {
        this.thread = thread;
        this.query = query;
    }

    void add(CompletableFuture<Long> barrier) {
        if (leading) {
            waiting.add(barrier);
            later();
        } else {
            barrier.completeExceptionally(notLeader());
        }
    }

    /** A leader is ready once it has committed an entry of its own term; barriers wait for that. */
    void role(boolean nowLeading, boolean nowReady) {
        leading = nowLeading;
        ready = nowReady;
        if (!leading) {
            fail(notLeader());
        } else {
            later();
        }
    }

    /** The log stops: no round will be finished. */
    void stop(AppendException cause) {
        leading = false;
        running.forEach(barrier -> barrier.completeExceptionally(cause));
        fail(cause);
    }

    private void fail(AppendException cause) {
        List<CompletableFuture<Long>> failed = waiting;
        waiting = new ArrayList<>();
        failed.forEach(barrier -> barrier.completeExceptionally(cause));
    }

    /** Not at once: we may have been called by the library, in the midst of finishing a round. */
    private void later() {
        if (!waiting.isEmpty()) {
            thread.execute(this::next);
        }
    }

    private void next() {
        if (!leading || !ready || !running.isEmpty() || waiting.isEmpty()) {
            return;
        }
        running = waiting;
        waiting = new ArrayList<>();
        var unused = query.get().whenComplete(this::finished);
    }

    private void finished(@Nullable Ordered<Object> result, @Nullable Throwable failure) {
        List<CompletableFuture<Long>> done = running;
        running = new ArrayList<>();
        for (CompletableFuture<Long> barrier : done) {
            if (result != null) {
                barrier.complete(result.getCommitIndex());
            } else {
                barrier.completeExceptionally(
                        new AppendException(Reason.UNKNOWN, "no majority answered the read barrier: " + failure));
            }
        }
        later();
    }

    private static AppendException notLeader() {
        return new AppendException(Reason.NOT_LEADER, "this node does not lead; ask the leader for a read barrier");
    }
}
