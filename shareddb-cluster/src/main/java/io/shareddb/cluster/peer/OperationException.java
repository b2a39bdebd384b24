package io.shareddb.cluster.peer;

/** What somebody asked of the cluster was not done; nothing changed. The message says why and what to do. */
public final class OperationException extends RuntimeException {
    public OperationException(String message) {
        super(message);
    }
}
