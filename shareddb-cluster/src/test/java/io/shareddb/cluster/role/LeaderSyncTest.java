package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaderSyncTest {
    private static final NodeId THIRD = new NodeId("c");

    private final RoleFixture node = new RoleFixture();

    LeaderSyncTest() {
        node.log.voters = List.of(RoleFixture.OWN, RoleFixture.OTHER, THIRD);
        node.boot = "first";
        node.newRole();
    }

    private void know(NodeId other, NodeState state) {
        node.peers.removeIf(peer -> peer.member().id().equals(other));
        Member member = new Member(other, other.value(), "127.0.0.1", 3308, 7072, 8009, 7082);
        NodeStatus status = new NodeStatus(state, "", 1, null, false, true, 0, 0, 0, 1, null, null, null);
        node.peers.add(new PeerStatus(member, true, status, Duration.ZERO, ""));
    }

    private void allFollow() {
        know(RoleFixture.OTHER, NodeState.FOLLOWING);
        know(THIRD, NodeState.FOLLOWING);
    }

    /** For long enough to look at the others a few times. */
    private void lead() {
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.thread.pass(Duration.ofSeconds(2));
    }

    private void leadUnsynced() {
        allFollow();
        lead();
        assertThat(node.engine.calls).contains("syncCommits false");
    }

    /** The machine starts anew; its disk has what was written with a sync. */
    private void losePower() {
        node.engine.die();
        node.boot = "second";
        node.newRole();
        node.engine.calls.clear();
        node.log.leader = Optional.of(RoleFixture.OTHER);
        node.log.term = 6;
        node.archive.openEpoch(6);
        node.addLeader(6, node.archive.committed().seq());
        node.snapshot = "copy";
    }

    @Test
    void leaderLeavesSyncingToTheLogOnceAllOthersFollow() {
        know(RoleFixture.OTHER, NodeState.FOLLOWING);
        lead();
        know(THIRD, NodeState.STARTING); // may have led itself, and not be synced
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.engine.calls).doesNotContain("syncCommits false");
        know(THIRD, NodeState.FOLLOWING);
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.engine.calls).containsOnlyOnce("syncCommits false");
    }

    @Test
    void leaderGoesOnSyncingWhereBootsAreNotKnown() {
        node.boot = "";
        node.newRole();
        allFollow();
        lead();
        assertThat(node.engine.calls).doesNotContain("syncCommits false");
    }

    @Test
    void loneNodeGoesOnSyncing() {
        node.log.voters = List.of(RoleFixture.OWN);
        lead();
        assertThat(node.engine.calls).doesNotContain("syncCommits false");
    }

    @Test
    void answersFromBeforeThisLeadershipDoNotCount() {
        know(RoleFixture.OTHER, NodeState.FOLLOWING);
        node.peers.replaceAll(
                peer -> new PeerStatus(peer.member(), true, peer.lastKnown(), Duration.ofMinutes(1), peer.problem()));
        know(THIRD, NodeState.FOLLOWING);
        lead();
        assertThat(node.engine.calls).doesNotContain("syncCommits false");
    }

    @Test
    void deposedLeaderIsSyncedBeforeItFollows() {
        leadUnsynced();
        node.depose(6);
        node.awaitFollowing();
        assertThat(node.engine.calls).containsSubsequence("syncCommits false", "sync", "follow ");
        losePower();
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).doesNotContain("wipe");
    }

    @Test
    void killedLeaderIsSyncedWithoutARebuild() {
        leadUnsynced();
        node.engine.die();
        node.engine.capturing = false;
        node.newRole();
        node.engine.calls.clear();
        node.depose(6);
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).containsExactly("start", "prepare", "sync", "follow ");
    }

    @Test
    void lossOfPowerWhileLeadingLeadsToARebuild() {
        leadUnsynced();
        losePower();
        node.start();
        node.thread.pass(RoleFixture.LONG);
        assertThat(node.engine.calls).startsWith("kill", "wipe", "start");
        assertThat(node.views).anyMatch(view -> view.reason().contains("lost power"));
    }

    @Test
    void orderlyStopLetsTheMachineStartAnew() {
        leadUnsynced();
        node.role.stop();
        node.thread.pass(RoleFixture.LONG);
        assertThat(node.engine.calls).containsSubsequence("stop", "sync");
        losePower();
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).doesNotContain("wipe");
    }
}
