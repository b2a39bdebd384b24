package io.shareddb.replication.engine;

/** The engine holds part of a snapshot whose loading was interrupted: it needs a reseed before it serves. */
public final class IncompleteCopyException extends EngineException {
    public IncompleteCopyException(String message) {
        super(message);
    }
}
