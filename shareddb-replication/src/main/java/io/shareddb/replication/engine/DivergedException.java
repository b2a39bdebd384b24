package io.shareddb.replication.engine;

/** The engine holds a transaction that the committed history does not have at that place: it needs a reseed. */
public final class DivergedException extends EngineException {
    public DivergedException(String message) {
        super(message);
    }

    public DivergedException(String message, Throwable cause) {
        super(message, cause);
    }
}
