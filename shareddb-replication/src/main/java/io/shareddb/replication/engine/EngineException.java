package io.shareddb.replication.engine;

/** An engine did not do what it was asked; the message says what was tried, found and needed. */
public class EngineException extends RuntimeException {
    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
