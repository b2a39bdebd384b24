package io.shareddb.replication.log;

/** This node is no member of the log any more: it was removed, for good. */
public final class RemovedException extends RuntimeException {
    public RemovedException(NodeId node) {
        super(
                node
                        + " was removed from the cluster (to join again as a new node: stop it, empty its data directory, start it)");
    }
}
