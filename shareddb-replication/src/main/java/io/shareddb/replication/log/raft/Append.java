package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.Position;
import java.util.concurrent.CompletableFuture;

/** One append on its way. Its future is completed by the log's thread. */
final class Append {
    final long term;
    final EntryData entry;
    final long askedNanos;
    final CompletableFuture<Position> future = new CompletableFuture<>();

    /** Log's thread only. */
    long takenNanos;

    Append(long term, EntryData entry, long askedNanos) {
        this.term = term;
        this.entry = entry;
        this.askedNanos = askedNanos;
    }

    void fail(Reason reason, String message) {
        future.completeExceptionally(new AppendException(reason, message));
    }
}
