package io.shareddb.cluster.peer;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import java.util.List;

/**
 * The node belongs to the log from now on, without a vote until it has caught up.
 *
 * @param formation what the cluster's log began with
 * @param members where the members are
 */
public record JoinResult(Membership formation, List<Member> members) {}
