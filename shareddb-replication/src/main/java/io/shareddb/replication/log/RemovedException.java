package io.shareddb.replication.log;

/** This node is no member of the log any more, for good. */
public final class RemovedException extends RuntimeException {
    private final String why;

    /** It was removed as members are. */
    public RemovedException(NodeId node) {
        this(node, "was removed from the cluster");
    }

    /** @param why goes on after the node's id */
    public RemovedException(NodeId node, String why) {
        super(node + " " + why + " (to join again as a new node: stop it, empty its data directory, start it)");
        this.why = why;
    }

    /** What happened, without the node's id. */
    public String why() {
        return why;
    }
}
