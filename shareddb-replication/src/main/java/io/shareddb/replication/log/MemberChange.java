package io.shareddb.replication.log;

/**
 * One step from some members to others. Steps are taken one at a time, each an entry of the log.
 *
 * @param kind what happens
 * @param node to whom
 * @param expectedIndex {@link Members#index} of the members that the caller knows: nothing happens if others were decided since
 */
public record MemberChange(Kind kind, NodeId node, long expectedIndex) {
    /** What happens to a node. */
    public enum Kind {
        /** A new member that gets the log and does not vote. An id that ever was a member never becomes one again. */
        ADD,
        /** A member votes from now on; it should be up to date, or the next loss of a voter stops the log. */
        PROMOTE,
        /** It is no member any more. Not for the leader itself: another node has to lead first. */
        REMOVE
    }
}
