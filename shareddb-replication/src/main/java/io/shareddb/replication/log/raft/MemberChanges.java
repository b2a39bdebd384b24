package io.shareddb.replication.log.raft;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.exception.CannotReplicateException;
import io.microraft.exception.NotLeaderException;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.RaftGroupMembersState;
import io.microraft.impl.state.RaftState;
import io.microraft.impl.task.ReplicateTask;
import io.microraft.impl.util.OrderedFuture;
import io.microraft.model.impl.groupop.DefaultUpdateRaftGroupMembersOpOrBuilder;
import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.AppendException.Reason;
import io.shareddb.replication.log.MemberChange;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of members, past the library's own checks, which allow too little and too much. Log's thread only. */
final class MemberChanges {
    private static final Logger log = LoggerFactory.getLogger(MemberChanges.class);

    private final RaftNodeImpl node;

    MemberChanges(RaftNodeImpl node) {
        this.node = node;
    }

    /**
     * Appends a change of members.
     *
     * @param ready whether this node knows all that was committed before it led
     */
    void change(MemberChange change, boolean ready, CompletableFuture<Members> future) {
        RaftState state = node.state();
        Endpoint endpoint = new Endpoint(change.node());
        if (state.leaderState() == null) {
            future.completeExceptionally(new AppendException(Reason.NOT_LEADER, "this node does not lead"));
            return;
        }
        Members before = members(state.effectiveGroupMembers());
        if (!ready
                || state.leadershipTransferState() != null
                || state.committedGroupMembers() != state.effectiveGroupMembers()
                || before.index() != change.expectedIndex()) {
            future.completeExceptionally(new AppendException(
                    Reason.OVERLOADED,
                    "cannot change members now: decided by entry " + before.index() + " (expected: "
                            + change.expectedIndex() + "), or another change or a hand-over is under way"));
            return;
        }
        Set<RaftEndpoint> all = new LinkedHashSet<>(state.members());
        Set<RaftEndpoint> voters = new LinkedHashSet<>(state.votingMembers());
        boolean sensible =
                switch (change.kind()) {
                    case ADD -> all.add(endpoint);
                    case PROMOTE -> all.contains(endpoint) && voters.add(endpoint);
                    case REMOVE -> !endpoint.equals(node.getLocalEndpoint()) && all.remove(endpoint);
                };
        if (!sensible) {
            future.completeExceptionally(new IllegalArgumentException("cannot " + change.kind() + " " + change.node()
                    + ": members are " + before.all() + ", voters " + before.voters() + ", the leader "
                    + node.getLocalEndpoint()));
            return;
        }
        voters.retainAll(all);
        OrderedFuture<Object> replicated = new OrderedFuture<>();
        var unused = replicated.whenComplete((done, failure) -> {
            if (failure == null) {
                future.complete(members(node.state().committedGroupMembers()));
            } else if (failure instanceof CannotReplicateException || failure instanceof NotLeaderException) {
                future.completeExceptionally(new AppendException(Reason.OVERLOADED, "cannot change members now"));
            } else {
                future.completeExceptionally(new AppendException(
                        Reason.UNKNOWN, "leadership was lost before the change was committed; it may still be"));
            }
        });
        new ReplicateTask(
                        node,
                        new DefaultUpdateRaftGroupMembersOpOrBuilder()
                                .setMode(mode(change.kind()))
                                .setEndpoint(endpoint)
                                .setMembers(all)
                                .setVotingMembers(voters)
                                .build(),
                        replicated)
                .run();
        log.info("{} changes members: {} {}", node.getLocalEndpoint(), change.kind(), change.node());
    }

    private static MembershipChangeMode mode(MemberChange.Kind kind) {
        return switch (kind) {
            case ADD -> MembershipChangeMode.ADD_LEARNER;
            case PROMOTE -> MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER;
            case REMOVE -> MembershipChangeMode.REMOVE_MEMBER;
        };
    }

    static Members members(RaftGroupMembersState state) {
        return new Members(state.getLogIndex(), ids(state.getMembers()), ids(state.getVotingMembers()));
    }

    private static List<NodeId> ids(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(Endpoint::id).toList();
    }
}
