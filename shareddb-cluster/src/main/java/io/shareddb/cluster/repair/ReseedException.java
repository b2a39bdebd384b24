package io.shareddb.cluster.repair;

/** An engine's content was not replaced; the message says at which donor and why. */
public final class ReseedException extends RuntimeException {
    public ReseedException(String message) {
        super(message);
    }

    public ReseedException(String message, Throwable cause) {
        super(message, cause);
    }
}
