package io.shareddb.replication.engine;

/** The engine's program was started and did not come up on its data: they may be broken. */
public final class BrokenEngineException extends EngineException {
    public BrokenEngineException(String message) {
        super(message);
    }

    public BrokenEngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
