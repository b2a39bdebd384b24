package io.shareddb.replication.snapshot;

import io.shareddb.replication.engine.EnginePosition;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Replaces the full content of an engine. */
public interface SnapshotLoader {
    /**
     * Drops what is there and loads the copy; blocks. The engine does not follow and holds no binlog of its own afterwards.
     *
     * @param in what {@link SnapshotSource#writeTo} wrote; not closed
     * @return the position of the copy; an engine that failed half-way must be loaded again
     */
    EnginePosition load(InputStream in, Consumer<SnapshotProgress> progress) throws IOException;
}
