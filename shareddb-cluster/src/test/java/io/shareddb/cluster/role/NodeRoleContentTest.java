package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node makes of what it finds in its engine. */
class NodeRoleContentTest {
    private final RoleFixture node = new RoleFixture();

    @Test
    void followsFromItsOwnLastTransactionWhenThatIsInTheHistory() {
        node.archive.commit("0-1-1", "0-5-2", "0-5-3", "0-7-4");
        node.engine.applied = "0-1-1"; // from before its term as leader
        node.engine.originated = Optional.of("0-5-3");
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("follow 0-5-3");
    }

    @Test
    void followsFromWhatItAppliedWhenThatIsNewerThanItsOwnLastTransaction() {
        node.archive.commit("0-5-1", "0-7-2", "0-7-3");
        node.engine.applied = "0-7-2";
        node.engine.originated = Optional.of("0-5-1");
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("follow 0-7-2");
    }

    @Test
    void ownTransactionThatIsNotCommittedYetWaitsUntilTheHistoryIsSettled() {
        node.archive.commit("0-1-1");
        node.engine.applied = "0-1-1";
        node.engine.originated = Optional.of("0-5-2");
        node.start();
        node.thread.pass(Duration.ofSeconds(5));
        assertThat(node.role.view().state()).isEqualTo(NodeState.STARTING);
        assertThat(node.role.view().reason()).contains("0-5-2");
        node.archive.commit("0-5-2"); // the new leader had it
        node.log.barrierAnswers = true;
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("follow 0-5-2").doesNotContain("wipe");
    }

    @Test
    void ownTransactionThatWasNeverCommittedMeansARebuild() {
        node.archive.commit("0-1-1");
        node.engine.applied = "0-1-1";
        node.engine.originated = Optional.of("0-5-2");
        node.log.barrierAnswers = true;
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).containsSubsequence("kill", "wipe", "start", "prepare", "follow ");
        assertThat(node.engine.applied).isEqualTo("0-1-1");
        assertThat(node.views)
                .anyMatch(view ->
                        view.state() == NodeState.RESEEDING && view.reason().contains("0-5-2") && !view.readable());
    }

    @Test
    void whatItWroteAsTheLastLeaderIsAddedWhenItLeadsNext() {
        writesBeyondItsOwnEpoch("0-105-2");
        node.start();
        node.elect(6);
        assertThat(node.thread.passUntil(
                        () -> node.engine.calls.contains("openEpoch") && node.archive.waits(2), RoleFixture.LONG))
                .as(node::describe)
                .isTrue();
        assertThat(node.role.view().writable()).isFalse();
        assertThat(node.role.view().readable()).isFalse();
        assertThat(node.role.view().decidingEpoch(RoleFixture.OWN, node.archive))
                .isZero();
        node.archive.commit("0-105-2"); // by the capture
        node.awaitLeading();
        assertThat(node.role.view().decidingEpoch(RoleFixture.OWN, node.archive))
                .isEqualTo(6);
        assertThat(node.engine.calls)
                .containsSubsequence("prepareToLead 6", "connectCapture 6", "openEpoch", "openForWrites")
                .noneMatch(call -> call.startsWith("follow"))
                .doesNotContain("wipe");
    }

    @Test
    void whatItWroteAsTheLastLeaderWaitsUntilItLeads() {
        writesBeyondItsOwnEpoch("0-105-2");
        node.log.barrierAnswers = true;
        node.start();
        node.depose(6);
        node.thread.pass(Duration.ofSeconds(10));
        assertThat(node.role.view().state()).isEqualTo(NodeState.STARTING);
        assertThat(node.role.view().reason()).contains("0-105-2");
        assertThat(node.engine.calls).doesNotContain("wipe");
        node.archive.openEpoch(6); // another node's: clients may have been told that it was rolled back
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("wipe");
    }

    @Test
    void whatItWroteInAnEarlierEpochIsNotAdded() {
        writesBeyondItsOwnEpoch("0-104-2");
        node.start();
        node.elect(6);
        node.awaitLeading();
        assertThat(node.engine.calls).contains("wipe");
    }

    @Test
    void whatCannotBeAddedIsGivenUp() {
        writesBeyondItsOwnEpoch("0-105-2");
        node.engine.opensAtOnce = false;
        node.start();
        node.elect(6);
        assertThat(node.thread.passUntil(() -> node.engine.calls.contains("wipe"), RoleFixture.LONG))
                .as(node::describe)
                .isTrue();
    }

    /** Its engine was killed as a leader, and kept a change of definitions that the log lacks. */
    private void writesBeyondItsOwnEpoch(String gtid) {
        node.archive.commit("0-105-1");
        node.archive.openEpoch(5, RoleFixture.OWN.value());
        node.engine.applied = "";
        node.engine.empty = false;
        node.engine.originated = Optional.of(gtid);
    }

    @Test
    void anotherNodesOpenEpochSettlesTheHistoryToo() {
        node.archive.commit("0-1-1");
        node.engine.originated = Optional.of("0-5-2");
        node.start();
        node.depose(6);
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.role.view().state()).isEqualTo(NodeState.STARTING);
        node.archive.openEpoch(6);
        node.addLeader(6, 1);
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("wipe");
    }

    @Test
    void followerThatWasStartedAgainHearsFirstWhatTheLeaderKnowsToBeCommitted() {
        node.archive.commit("0-6-1");
        node.engine.applied = "0-6-2"; // of the same epoch; what was known to be committed went back with the restart
        node.start();
        node.depose(6);
        node.archive.openEpoch(6);
        node.thread.pass(Duration.ofSeconds(3));
        node.addLeader(6, 2);
        node.thread.pass(Duration.ofSeconds(3));
        assertThat(node.role.view().state()).isEqualTo(NodeState.STARTING);
        node.archive.commit("0-6-2");
        node.awaitFollowing();
        assertThat(node.engine.calls).doesNotContain("wipe");
    }

    @Test
    void deposedLeaderWaitsForItsSuccessorBeforeItJudgesItsTail() {
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.originated = Optional.of("0-5-1");
        node.depose(6);
        node.thread.pass(Duration.ofSeconds(2));
        assertThat(node.follows()).isFalse();
        assertThat(node.engine.calls).doesNotContain("wipe");
        node.archive.commit("0-5-1");
        node.awaitFollowing();
        assertThat(node.engine.calls).doesNotContain("wipe");
    }

    @Test
    void emptyEngineReplaysAShortHistory() {
        node.archive.commit("0-1-1", "0-1-2");
        node.engine.empty = true;
        node.log.barrierAnswers = true;
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("follow ").doesNotContain("load");
        assertThat(node.engine.applied).isEqualTo("0-1-2");
    }

    @Test
    void engineThatLacksDroppedTransactionsLoadsACopy() {
        node.archive.commit("0-1-1", "0-1-2", "0-1-3");
        node.archive.dropBelow(3);
        node.engine.applied = "0-1-1";
        node.log.barrierAnswers = true;
        node.addDonor();
        node.snapshot = "0-1-2";
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).containsSubsequence("load", "follow 0-1-2");
    }

    @Test
    void transactionThatNoEngineTakesIsLeftBehindWithACopy() {
        node.archive.commit("0-1-1", "0-1-2", "0-1-3");
        node.engine.applied = "0-1-1";
        node.engine.refusesTransactions = true;
        node.log.barrierAnswers = true;
        node.addDonor();
        node.snapshot = "0-1-3";
        node.start();
        assertThat(node.thread.passUntil(() -> node.follows() && node.engine.applied.equals("0-1-3"), RoleFixture.LONG))
                .as(node::describe)
                .isTrue();
        assertThat(node.engine.calls).containsSubsequence("wipe", "follow ", "load", "follow 0-1-3"); // replay first
    }

    @Test
    void copyIsTriedAgainWithAFreshEngineUntilADonorGivesOne() {
        node.archive.commit("0-1-1", "0-1-2", "0-1-3");
        node.archive.dropBelow(3);
        node.log.barrierAnswers = true;
        node.start();
        node.thread.pass(Duration.ofSeconds(5));
        assertThat(node.role.view().state()).isEqualTo(NodeState.RESEEDING);
        assertThat(node.role.view().reason()).contains("no other node can give a copy");
        assertThat(node.engine.calls).doesNotContain("wipe");
        node.addDonor();
        node.snapshot = "0-1-3";
        node.awaitFollowing();
        assertThat(node.engine.calls).containsSubsequence("wipe", "start", "load", "follow 0-1-3");
    }

    @Test
    void longHistoryIsReplayedWhereNobodyCanGiveACopy() {
        node.engine.empty = true;
        for (int i = 1; i <= RoleSettings.defaults().replayLimit() + 1; i++) {
            node.archive.commit("0-1-" + i);
        }
        node.log.barrierAnswers = true;
        node.start();
        assertThat(node.role.view().state()).isEqualTo(NodeState.RESEEDING);
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("follow ").doesNotContain("load");
    }

    @Test
    void engineThatWasHalfLoadedWhenTheOperatorEndedIsLoadedAgain() {
        node.archive.commit("0-1-1", "0-1-2");
        node.archive.dropBelow(2);
        node.log.barrierAnswers = true;
        node.start(); // no donor: the plan is on disk
        assertThat(node.role.view().state()).isEqualTo(NodeState.RESEEDING);
        node.engine.kill();
        node.engine.applied = "0-1-2"; // looks whole, but is not
        node.engine.calls.clear();
        node.addDonor();
        node.snapshot = "0-1-2";
        node.newRole();
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("load");
    }

    @Test
    void engineThatSaysItIsHalfLoadedIsLoadedAgainWhateverThePlanSays() {
        node.archive.commit("0-1-1", "0-1-2");
        node.archive.dropBelow(2);
        node.engine.applied = "0-1-2";
        node.engine.halfLoaded = true;
        node.log.barrierAnswers = true;
        node.addDonor();
        node.snapshot = "0-1-2";
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).containsSubsequence("prepare", "load", "follow 0-1-2");
    }

    @Test
    void nodeThatIsRebuiltDoesNotLead() {
        node.archive.commit("0-1-1", "0-1-2");
        node.archive.dropBelow(2);
        node.log.barrierAnswers = true;
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.leads()).isFalse();
        assertThat(node.log.transfers).isNotEmpty();
    }

    @Test
    void ownTransactionThatRetentionDroppedIsRememberedAsVerified() {
        node.archive.commit("0-5-1", "0-7-2", "0-7-3");
        node.engine.originated = Optional.of("0-5-1");
        node.engine.applied = "0-7-2";
        node.start();
        node.awaitFollowing();
        node.archive.dropBelow(3);
        node.engine.die();
        node.awaitFollowing();
        assertThat(node.engine.calls).doesNotContain("wipe");
    }
}
