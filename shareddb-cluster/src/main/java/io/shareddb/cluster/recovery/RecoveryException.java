package io.shareddb.cluster.recovery;

/** It must not be done; nothing was changed. The message says what was found and what to do. */
public final class RecoveryException extends RuntimeException {
    public RecoveryException(String message) {
        super(message);
    }
}
