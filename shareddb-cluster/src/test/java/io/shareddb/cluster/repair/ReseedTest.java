package io.shareddb.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReseedTest {
    private static PeerStatus peer(String id, NodeState state, double lag, boolean reachable) {
        Member member = new Member(new NodeId(id), id, "127.0.0.1", 3307, 7071, 8008, 7072);
        NodeStatus status = new NodeStatus(state, "", 1, null, false, true, 9, 9, lag, 1, null, null);
        return new PeerStatus(member, reachable, status, Duration.ZERO, "");
    }

    @Test
    void followersWithTheLeastLagGiveCopiesBeforeTheLeader() {
        List<PeerStatus> peers = List.of(
                peer("leader", NodeState.LEADING, 0, true),
                peer("late", NodeState.FOLLOWING, 9, true),
                peer("close", NodeState.FOLLOWING, 0.1, true),
                peer("gone", NodeState.FOLLOWING, 0, false),
                peer("rebuilt", NodeState.RESEEDING, 0, true));
        assertThat(DonorChoice.candidates(peers).stream().map(Member::name)).containsExactly("close", "late", "leader");
    }
}
