package io.shareddb.replication.engine.bulk;

import java.io.IOException;

/** Gives what an engine reads as a local file. One thread. */
@FunctionalInterface
public interface RowSource {
    /**
     * Waits for the next bytes and puts them at the beginning of {@code buffer}.
     *
     * @return how many, at least 1; -1 at the end
     */
    int read(byte[] buffer) throws IOException;
}
