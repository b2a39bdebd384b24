package io.shareddb.replication.relay;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import java.time.Duration;

/** Asks the engine that a {@link Relay} feeds what it has applied. Called on the relay's threads, one at a time; may block. */
@FunctionalInterface
public interface AppliedWait {
    /**
     * Waits until the engine has applied everything up to {@code position}.
     *
     * @return false when it has not in time
     * @throws EngineException if it cannot be asked now
     */
    boolean await(EnginePosition position, Duration timeout);
}
