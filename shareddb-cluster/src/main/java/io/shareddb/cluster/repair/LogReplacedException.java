package io.shareddb.cluster.repair;

/** A node has given up its log and its id. It is to be closed and started again, and comes back as a new member; nothing else is to be done. */
public final class LogReplacedException extends RuntimeException {
    public LogReplacedException(String message) {
        super(message);
    }
}
