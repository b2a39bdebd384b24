package io.shareddb.replication.snapshot;

import io.shareddb.replication.engine.EnginePosition;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Copies the full content of an engine, consistent at one position, while the engine goes on. */
public interface SnapshotSource {
    /**
     * Writes everything; blocks; writers are not blocked.
     *
     * @param out not closed
     * @param progress called now and then
     * @return the exact position of the copy, which is also in its header
     */
    EnginePosition writeTo(OutputStream out, Consumer<SnapshotProgress> progress) throws IOException;
}
