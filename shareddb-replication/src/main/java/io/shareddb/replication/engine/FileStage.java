package io.shareddb.replication.engine;

import io.shareddb.replication.snapshot.SnapshotProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Makes a consistent copy of a running engine's files on its own disk. Stateless; one copy at a time of each engine. */
public interface FileStage {
    /**
     * Whether it can be done now; cheap.
     *
     * @throws EngineException if not, saying why
     */
    void check(EngineAccess access);

    /**
     * Copies; blocks. The engine goes on to serve reads, but may apply nothing meanwhile.
     *
     * @param data where the engine keeps its files
     * @param target is not there, but its parent is; afterwards an engine of the same version and options can be started on it, as if it had
     *     been killed at the moment of the copy
     * @param progress called several times a second; what it throws breaks the copy off
     * @return what the copy holds at least
     * @throws EngineException if the engine could not be copied; something may be left in {@code target}
     */
    EnginePosition copy(EngineAccess access, Path data, Path target, Consumer<SnapshotProgress> progress)
            throws IOException;
}
