package io.shareddb.replication.log;

/** An append that was not confirmed. */
public final class AppendException extends RuntimeException {
    /** What became of the entry. */
    public enum Reason {
        /** Not appended: this node does not lead in the given term. */
        NOT_LEADER,
        /** Not appended: too much waits already. */
        OVERLOADED,
        /** Unknown: it may still commit; the applied log tells. */
        UNKNOWN,
        /** Unknown: the log is closed or its disk failed. */
        CLOSED
    }

    private final Reason reason;

    public AppendException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
