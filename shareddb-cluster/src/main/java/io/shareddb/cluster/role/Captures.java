package io.shareddb.cluster.role;

import io.shareddb.replication.engine.EngineAccess;
import java.util.function.Consumer;

/** Connects the engine of a new leader to the log. */
@FunctionalInterface
public interface Captures {
    /**
     * Connects as the engine's semi-synchronous replica, from the end of the committed history on; blocks until connected, some
     * seconds at most. The engine is read-only.
     *
     * @param epoch the leader's term
     * @param lost called once, on any thread, with the cause if the session cannot go on and was not closed; must not block
     * @throws io.shareddb.replication.engine.EngineException saying why it could not connect
     */
    CaptureSession connect(long epoch, EngineAccess engine, Consumer<Throwable> lost);
}
