package io.shareddb.replication.archive;

import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** The committed history: what the log holds, as transactions numbered alike on every node. Thread-safe. */
public interface TransactionArchive {
    Committed committed();

    /** Whether {@code gtid}, reported by this node's engine in the open epoch, is on a majority's disks. Never blocks. */
    boolean isCommitted(Gtid gtid);

    /**
     * Completes with true once {@link #isCommitted}, with false when the epoch ended before: then the outcome is unknown for now.
     * Completes on the log's thread; callbacks must not block.
     */
    CompletionStage<Boolean> whenCommitted(Gtid gtid);

    /** Completes when {@link #committed} has reached {@code seq}. Completes on the log's thread. */
    CompletionStage<Void> whenSeq(long seq);

    /** Where {@code position} lies; reads files. */
    Resolution resolve(EnginePosition position);

    /** The seq of exactly this transaction, if the history has it; reads files. */
    OptionalLong seqOf(Gtid gtid);

    /** What an engine holds that has applied everything up to {@code seq}; reads files. */
    EnginePosition positionAt(long seq);

    /** Who opened {@code epoch}; empty if that is not known here, as for 0. */
    Optional<NodeId> leaderOf(long epoch);

    /** The binlog format description that the transactions of {@code epoch} were written with. */
    ByteBuffer formatOf(long epoch);

    /** Reads from {@code fromSeq} on and waits at the end. */
    TransactionCursor read(long fromSeq);
}
