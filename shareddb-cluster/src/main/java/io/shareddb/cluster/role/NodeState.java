package io.shareddb.cluster.role;

/** What a node is doing. */
public enum NodeState {
    /** Recovering, forming or joining. */
    STARTING,
    /** Applies what the leader writes. */
    FOLLOWING,
    /** Takes writes. */
    LEADING,
    /** Its engine's content is being replaced. */
    RESEEDING,
    /** Hands over before it stops. */
    DRAINING,
    STOPPED,
    /** Needs help; the reason says which. */
    FAILED
}
