package io.shareddb.cluster.repair;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Who can give a copy. Stateless. */
final class DonorChoice {
    private DonorChoice() {}

    /**
     * Best first: followers with the least lag, so that the leader is not burdened, then the leader.
     *
     * @param seq what comes before cannot be added to a copy here
     */
    static List<Member> candidates(List<PeerStatus> peers, long seq) {
        return upToRank(1, peers, seq);
    }

    /** Those of them whose engines follow: only these can give their files. */
    static List<Member> followers(List<PeerStatus> peers, long seq) {
        return upToRank(0, peers, seq);
    }

    private static List<Member> upToRank(int rank, List<PeerStatus> peers, long seq) {
        ToDoubleFunction<PeerStatus> lag = peer -> {
            NodeStatus status = peer.lastKnown();
            return status == null ? Double.MAX_VALUE : status.lagSeconds();
        };
        return peers.stream()
                .filter(peer -> peer.reachable() && rank(peer) <= rank && hasApplied(peer, seq))
                .sorted(Comparator.comparingInt(DonorChoice::rank).thenComparingDouble(lag))
                .map(PeerStatus::member)
                .toList();
    }

    private static boolean hasApplied(PeerStatus peer, long seq) {
        NodeStatus status = peer.lastKnown();
        return status != null && status.appliedSeq() >= seq;
    }

    private static int rank(PeerStatus peer) {
        NodeStatus status = peer.lastKnown();
        if (status == null || !status.readable()) {
            return 2;
        }
        return switch (status.state()) {
            case FOLLOWING -> 0;
            case LEADING -> 1;
            case STARTING, RESEEDING, DRAINING, STOPPED, FAILED -> 2;
        };
    }
}
