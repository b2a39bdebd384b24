package io.shareddb.replication.log;

import java.nio.ByteBuffer;

/** A committed entry; immutable. Its bytes are in memory while it is fresh, else they are read from its segment file. */
public interface LogEntry {
    Position position();

    /**
     * The application's bytes; empty for an entry of the log itself (no-op of a new term, change of members).
     *
     * @return a read-only buffer of its own position and limit
     * @throws LogCorruptException if the segment file holds something else
     */
    ByteBuffer payload();
}
