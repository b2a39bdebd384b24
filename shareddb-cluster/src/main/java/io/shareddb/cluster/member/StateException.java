package io.shareddb.cluster.member;

/** What a node remembers cannot be read, written or believed; the message says which file and what to do. */
public final class StateException extends RuntimeException {
    public StateException(String message) {
        super(message);
    }

    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
