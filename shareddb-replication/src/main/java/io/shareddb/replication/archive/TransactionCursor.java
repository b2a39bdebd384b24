package io.shareddb.replication.archive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads transactions in order of seq; one thread at a time, reads files. */
public interface TransactionCursor extends AutoCloseable {
    /** The next transaction, or null when none came in time or the archive was closed. */
    @Nullable
    TransactionRecord next(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
