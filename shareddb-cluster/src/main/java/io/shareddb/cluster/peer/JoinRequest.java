package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.Member;

/**
 * A fresh node asks a cluster that formed without it to take it in. Can be repeated.
 *
 * @param clusterName the name that it was configured with
 * @param member the node as the others reach it
 * @param empty its engine holds nothing, if it has one: it need not have all of the log
 * @param forwarded by a member, to the one that it takes for the leader
 */
public record JoinRequest(String clusterName, Member member, boolean empty, boolean forwarded) {
    /** The same, passed on by a member. */
    public JoinRequest passedOn() {
        return new JoinRequest(clusterName, member, empty, true);
    }
}
