package io.shareddb.server.proxy;

import io.shareddb.replication.engine.Gtid;
import java.util.concurrent.CompletionStage;

/** Says when a transaction of this node's engine is on a majority's disks. Thread-safe, never blocks. */
public interface CommitGate {
    /** Whether {@code gtid}, reported by this node's engine in the open epoch, is committed. */
    boolean isCommitted(Gtid gtid);

    /**
     * Completes with true once {@link #isCommitted}; with false when the epoch ended before: then the outcome is unknown. Any
     * thread.
     */
    CompletionStage<Boolean> whenCommitted(Gtid gtid);

    /**
     * The epoch that decides on what older ones left behind. What an older one reported and {@link #isCommitted} denies after this
     * call is not in the history and never will be.
     */
    long decidingEpoch();
}
