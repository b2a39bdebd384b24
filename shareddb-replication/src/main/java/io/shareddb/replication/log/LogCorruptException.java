package io.shareddb.replication.log;

/** A segment file does not hold what was written to it; the node must not go on with it. */
public final class LogCorruptException extends RuntimeException {
    public LogCorruptException(String message) {
        super(message);
    }

    public LogCorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
