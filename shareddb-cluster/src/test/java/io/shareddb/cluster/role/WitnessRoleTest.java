package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node without an engine follows, votes, and leads for no longer than it must. */
class WitnessRoleTest {
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Duration SOON = Duration.ofMillis(100);

    private final FakeLog log = new FakeLog();
    private final ManualThread thread = new ManualThread();
    private final List<PeerStatus> peers = new ArrayList<>();
    private final List<String> starts = new ArrayList<>();
    private WitnessRole role;

    @BeforeEach
    void start() {
        WithoutLeader silent = new WithoutLeader(
                FakeLog.OWN, new LeaderAbsence(thread::nanoTime), Optional.empty(), Optional::empty, List::of);
        role = new WitnessRole(
                new WitnessRole.Parts(FakeLog.OWN, log, () -> starts.add("log"), new FakeArchive(), () -> peers),
                RoleSettings.defaults(),
                thread,
                silent);
        peers.add(peer(B, NodeKind.FULL, NodeState.FOLLOWING));
        peers.add(peer(C, NodeKind.FULL, NodeState.FOLLOWING));
        role.start();
        thread.pass(SOON);
    }

    private static PeerStatus peer(NodeId id, NodeKind kind, NodeState state) {
        return new PeerStatus(
                new Member(id, id.value(), "h", 1, 2, 3, 4, kind),
                true,
                new NodeStatus(state, "", 1, null, false, true, 9, 9, 0, 1, null, null, null),
                Duration.ZERO,
                "");
    }

    @Test
    void followsWithoutServing() {
        role.leadership().onLeaderChanged(Optional.of(B), 4);
        thread.pass(SOON);
        assertThat(starts).containsExactly("log");
        assertThat(role.view().state()).isEqualTo(NodeState.FOLLOWING);
        assertThat(role.status().readable()).isFalse();
        assertThat(role.status().leader()).isEqualTo(B);
        assertThatThrownBy(() -> role.handOver(Optional.empty(), false)
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining("witness");
    }

    @Test
    void oneWhoseLogLacksWhatNobodyKeepsSaysSoUntilItGetsIt() {
        log.commitIndex = 11;
        role.leadership().onReseedRequired(20);
        thread.pass(SOON);
        assertThat(role.view().state()).isEqualTo(NodeState.STARTING);
        assertThat(role.view().reason()).contains("nobody keeps");
        log.commitIndex = 19;
        thread.pass(Duration.ofSeconds(1));
        assertThat(role.view().state()).isEqualTo(NodeState.FOLLOWING);
    }

    @Test
    void electedItHandsOverAtOnceToWhoeverTakesIt() {
        role.leadership().onLeaderChanged(Optional.of(FakeLog.OWN), 4);
        role.leadership().onLeader(4);
        thread.pass(Duration.ofMillis(1));
        assertThat(log.transfers).containsExactly(B);
        assertThat(role.view().writable()).isFalse();
        assertThat(role.view().reason()).contains("hands leadership over");
        thread.pass(Duration.ofSeconds(1));
        assertThat(log.transfers).as("the next one, when the first one did not").startsWith(B, C, B);

        log.transfersWork = true;
        log.onTransfer = to -> {
            role.leadership().onNotLeader(4);
            role.leadership().onLeaderChanged(Optional.of(to), 5);
        };
        thread.pass(Duration.ofSeconds(2));
        int asked = log.transfers.size();
        thread.pass(Duration.ofSeconds(20));
        assertThat(log.transfers).hasSize(asked);
        assertThat(role.view().reason()).isEmpty();
    }

    @Test
    void anotherWitnessAndOneThatIsRebuiltAreNotAsked() {
        peers.set(0, peer(B, NodeKind.WITNESS, NodeState.FOLLOWING));
        role.leadership().onLeader(4);
        thread.pass(Duration.ofMillis(1));
        assertThat(log.transfers).containsExactly(C);
        peers.set(1, peer(C, NodeKind.FULL, NodeState.RESEEDING));
        thread.pass(Duration.ofSeconds(20));
        assertThat(log.transfers).containsExactly(C);
        peers.set(1, peer(C, NodeKind.FULL, NodeState.FOLLOWING));
        thread.pass(Duration.ofSeconds(20));
        assertThat(log.transfers).hasSizeGreaterThan(1).containsOnly(C);
    }

    @Test
    void stoppedWhileItLeadsItHandsOverFirst() {
        log.transfersWork = true;
        log.voters.removeAll(List.of(B, C));
        role.leadership().onLeader(4);
        thread.pass(SOON);
        assertThat(log.transfers).as("nobody is there").isEmpty();
        log.voters.add(B);
        log.onTransfer = to -> role.leadership().onNotLeader(4);
        CompletableFuture<Void> stopped = role.stop().toCompletableFuture();
        thread.pass(Duration.ofSeconds(5));
        assertThat(log.transfers).containsExactly(B);
        assertThat(stopped).isDone();
        assertThat(role.view().state()).isEqualTo(NodeState.STOPPED);
    }
}
