package io.shareddb.replication.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads committed entries in order; one thread at a time, may read files. */
public interface LogCursor extends AutoCloseable {
    /**
     * The next committed entry.
     *
     * @param timeout how long to wait at the end of the log; zero: do not wait
     * @return null when none came in time or the log was closed
     * @throws LogCorruptException if a segment file is damaged
     * @throws IllegalStateException if the next entry was dropped by retention
     */
    @Nullable
    LogEntry next(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
