package io.shareddb.cluster.role;

import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who should lead instead of this node. Stateless. */
final class LeaderChoice {
    private LeaderChoice() {}

    /**
     * Voters that can take over, best first: those whose engine follows, then those that are not known to be in trouble, each by
     * how much of the log they have.
     */
    static List<NodeId> candidates(NodeId own, LogState log, List<PeerStatus> peers) {
        Map<NodeId, Integer> troubles = new HashMap<>();
        for (PeerStatus peer : peers) {
            troubles.put(peer.member().id(), trouble(peer));
        }
        return log.voters().stream()
                .filter(voter -> !voter.equals(own))
                .filter(voter -> troubles.getOrDefault(voter, 1) < 2)
                .sorted(Comparator.comparing((NodeId voter) -> troubles.getOrDefault(voter, 1))
                        .thenComparing(voter -> -log.matchIndex().getOrDefault(voter, 0L))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** 0: ready to lead; 1: not known; 2: cannot. */
    private static int trouble(PeerStatus peer) {
        if (peer.member().kind() == NodeKind.WITNESS) {
            return 2;
        }
        if (!peer.reachable() || peer.lastKnown() == null) {
            return peer.lastKnown() == null ? 1 : 2;
        }
        return switch (peer.lastKnown().state()) {
            case FOLLOWING, LEADING -> 0;
            case STARTING -> 1;
            case RESEEDING, DRAINING, STOPPED, FAILED -> 2;
        };
    }
}
