package io.shareddb.server.proxy;

import io.shareddb.replication.engine.EnginePosition;
import java.util.concurrent.CompletionStage;

/** The cluster's history as this node knows it. Thread-safe, never blocks. */
public interface CommittedHistory {
    /** The seq of the last transaction; 0 before the first. */
    long committedSeq();

    /**
     * What an engine holds that has applied everything up to {@link #committedSeq}, or more if that was asked before.
     *
     * @throws IllegalStateException before the node is a member of a cluster
     */
    EnginePosition position();

    /** The last transaction that this node's engine is known to have applied; it may be further already. */
    long appliedSeq();

    /** Completes when {@link #committedSeq} has reached {@code seq}; any thread. */
    CompletionStage<Void> whenSeq(long seq);

    /**
     * On the leader: completes with the end of a history that has everything committed before this call; fails where it cannot
     * know, since it does not lead or reaches no majority. Any thread.
     */
    CompletionStage<Long> readBarrier();
}
