package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.role.Clients.Work;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private final RoleFixture node = new RoleFixture();

    private void lead() {
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.addDonor();
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.calls.clear();
        node.views.clear();
    }

    private CompletableFuture<NodeId> handOver(boolean insist) {
        return node.role.handOver(Optional.empty(), insist).toCompletableFuture();
    }

    private RoleView view() {
        return node.role.view();
    }

    @Test
    void clientsFinishThenTheEngineClosesThenAnotherNodeLeads() {
        lead();
        node.work = new Work(2, 1);
        List<Boolean> writableWhileAtWork = new ArrayList<>();
        node.onWork = () -> writableWhileAtWork.add(view().writable() && view().switching());
        var leader = handOver(false);
        node.thread.pass(Duration.ofMillis(30));
        assertThat(writableWhileAtWork).isNotEmpty().doesNotContain(false);
        assertThat(node.engine.calls).isEmpty();

        node.work = new Work(0, 0);
        node.awaitFollowing();

        assertThat(leader).isCompletedWithValue(RoleFixture.OTHER);
        assertThat(node.engine.calls)
                .containsExactly("closeForWrites", "closeCapture", "closeForWrites", "prepare", "follow ");
        assertThat(node.views).anyMatch(view -> !view.writable() && view.switching());
        assertThat(view().switching()).isFalse();
    }

    @Test
    void clientsAtWorkWithoutABreakKeepLeadershipHere() {
        lead();
        node.work = new Work(1, 0);
        var leader = handOver(false);
        assertThat(node.thread.passUntil(leader::isDone, Duration.ofSeconds(10)))
                .isTrue();
        assertThat(leader)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(OperationException.class)
                .withMessageContaining("clients are at work");
        assertThat(node.leads()).isTrue();
        assertThat(view().switching()).isFalse();
        assertThat(node.engine.calls).as("the engine was not touched").isEmpty();
        assertThat(node.views).as("clients went on in between").anyMatch(view -> !view.switching());
    }

    @Test
    void workWithoutABreakIsCutOffWhenAskedTo() {
        lead();
        node.work = new Work(1, 0);
        var leader = handOver(true);
        node.awaitFollowing();
        assertThat(leader).isCompletedWithValue(RoleFixture.OTHER);
    }

    @Test
    void openTransactionsAreWaitedForThenLeft() {
        lead();
        node.work = new Work(0, 3);
        var leader = handOver(false);
        node.thread.pass(Duration.ofMillis(1_500));
        assertThat(leader).isNotDone();
        node.awaitFollowing();
        assertThat(leader).isCompletedWithValue(RoleFixture.OTHER);
    }

    @Test
    void takesWritesAgainWhenNobodyTakesLeadership() {
        lead();
        node.log.transfersWork = false;
        var leader = handOver(false);
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(leader).isCompletedExceptionally();
        assertThat(node.engine.calls).containsExactly("closeForWrites", "openForWrites");
        assertThat(node.leads()).isTrue();
        assertThat(view().switching()).isFalse();
    }

    @Test
    void unknownOrUnfitSuccessorIsRefused() {
        lead();
        var leader = node.role.handOver(Optional.of(new NodeId("x")), false).toCompletableFuture();
        node.thread.pass(Duration.ofMillis(10));
        assertThat(leader)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("x cannot lead now (expected: one of [b, c])");
        assertThat(node.leads()).isTrue();
    }

    @Test
    void followerHasNothingToHandOver() {
        node.start();
        var leader = handOver(false);
        node.thread.pass(Duration.ofMillis(10));
        assertThat(leader).isCompletedExceptionally();
    }

    @Test
    void leaderThatDiesWhileItHandsOverSaysSo() {
        lead();
        node.work = new Work(1, 0);
        var leader = handOver(false);
        node.thread.pass(Duration.ofMillis(10));
        node.engine.die();
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(leader).isDone();
        assertThat(view().switching()).isFalse();
    }

    @Test
    void drainedNodeLeavesLeadershipToOthersUntilThatIsTakenBack() {
        lead();
        node.role.drain(true);
        assertThat(node.thread.passUntil(() -> view().state() == NodeState.DRAINING, Duration.ofSeconds(5)))
                .isTrue();
        assertThat(view().readable()).isTrue();
        assertThat(view().reason()).contains("is drained");
        node.log.onTransfer = to -> node.depose(8);
        node.elect(7);
        node.thread.pass(Duration.ofSeconds(2));
        assertThat(node.leads()).isFalse();
        assertThat(node.log.transfers).hasSize(2);

        node.role.drain(false);
        node.awaitFollowing();
        node.elect(9);
        node.awaitLeading();
    }

    @Test
    void nodeWithANewerSeriesLeavesLeadershipToThoseWithOlderOnes() {
        node.addFollower("10.11.14-MariaDB-log");
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        node.thread.pass(Duration.ofSeconds(2));
        assertThat(node.leads()).isFalse();
        assertThat(node.log.transfers).containsExactly(RoleFixture.OTHER);

        node.peers.clear();
        node.addFollower("11.4.2-MariaDB-log"); // another patch
        node.awaitFollowing();
        node.elect(7);
        node.awaitLeading();
    }

    @Test
    void drainedNodeLeadsWhereNoOtherCan() {
        node.log.voters = List.of(RoleFixture.OWN);
        node.start();
        node.role.drain(true);
        node.elect(5);
        node.awaitLeading();
        assertThat(view().reason()).isEqualTo("is drained, but no other node can lead");
    }
}
