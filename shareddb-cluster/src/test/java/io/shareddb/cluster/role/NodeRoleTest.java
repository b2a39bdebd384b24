package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NodeRoleTest {
    private final RoleFixture node = new RoleFixture();

    @Test
    void followsAfterStart() {
        node.archive.commit("0-1-1", "0-1-2");
        node.engine.applied = "0-1-1";
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).containsExactly("start", "prepare", "follow 0-1-1");
        assertThat(node.logStarted).isTrue();
    }

    @Test
    void electedNodeOpensTheEpochBeforeItTakesWrites() {
        node.archive.commit("0-1-1");
        node.start();
        node.engine.calls.clear();
        node.elect(5);
        node.awaitLeading();
        assertThat(node.engine.calls)
                .containsExactly(
                        "awaitApplied",
                        "stopFollowing",
                        "prepareToLead 5",
                        "connectCapture 5",
                        "openEpoch",
                        "openForWrites");
        assertThat(node.role.view().epoch()).isEqualTo(5);
        assertThat(node.role.view().leader()).contains(RoleFixture.OWN);
    }

    @Test
    void takesNoWritesBeforeTheEpochIsCommitted() {
        node.engine.opensAtOnce = false;
        node.start();
        node.elect(5);
        node.thread.pass(Duration.ofSeconds(2));
        assertThat(node.leads()).isFalse();
        assertThat(node.engine.open).isFalse();
        node.engine.opening.complete(null);
        node.awaitLeading();
    }

    @Test
    void givesLeadershipAwayWhenTheEpochDoesNotOpen() {
        node.engine.opensAtOnce = false;
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        assertThat(node.thread.passUntil(() -> !node.log.transfers.isEmpty(), Duration.ofSeconds(6)))
                .isTrue();
        node.awaitFollowing();
    }

    @Test
    void waitsForTheApplierBeforeItLeads() {
        node.engine.catchesUp = false;
        node.archive.commit("0-1-1", "0-1-2");
        node.engine.applied = "0-1-1";
        node.start();
        node.elect(5);
        node.thread.pass(Duration.ofMillis(500));
        assertThat(node.leads()).isFalse();
        node.engine.catchesUp = true;
        node.awaitLeading();
    }

    @Test
    void givesLeadershipAwayWhenTheApplierDoesNotCatchUp() {
        node.engine.catchesUp = false;
        node.archive.commit("0-1-1", "0-1-2");
        node.engine.applied = "0-1-1";
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        assertThat(node.thread.passUntil(() -> !node.log.transfers.isEmpty(), Duration.ofSeconds(40)))
                .isTrue();
        node.awaitFollowing();
    }

    @Test
    void deposedLeaderFencesFirstAndFollowsWithoutARestartWhenNothingIsStuck() {
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.calls.clear();
        AtomicBoolean fencedFirst = new AtomicBoolean();
        node.role.addListener(view -> {
            if (!view.writable() && node.engine.calls.isEmpty()) {
                fencedFirst.set(true);
            }
        });
        node.engine.originated = Optional.of("0-5-1");
        node.archive.commit("0-5-1");
        node.depose(6);
        node.awaitFollowing();
        assertThat(fencedFirst).isTrue();
        assertThat(node.engine.calls).containsExactly("closeCapture", "closeForWrites", "prepare", "follow 0-5-1");
    }

    /** An engine that was made anew, and has followed, need not wait until somebody says how long the history is: there may be no majority. */
    @Test
    void formerLeaderWithoutAMajorityGoesOnServingReads() {
        node.engine.empty = true;
        node.log.barrierAnswers = true;
        node.start();
        node.archive.commit("0-1-1");
        node.engine.applied = "0-1-1";
        node.elect(5);
        node.awaitLeading();
        node.log.barrierAnswers = false;
        node.losesMajority();
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.role.view().state()).isEqualTo(NodeState.FOLLOWING);
        assertThat(node.role.view().readable()).isTrue();
        assertThat(node.role.view().leader()).isEmpty();
    }

    @Test
    void stuckCommitIsCutOffByKillingTheEngine() {
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.stuckCommit = true;
        node.depose(6);
        node.awaitFollowing();
        assertThat(node.engine.calls).containsSubsequence("closeCapture", "closeForWrites", "kill", "start", "prepare");
    }

    @Test
    void engineThatDiesWhileLeadingHandsLeadershipOver() {
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.die();
        node.awaitFollowing();
        assertThat(node.log.transfers).hasSize(1);
        assertThat(node.views).anyMatch(view -> !view.writable() && view.state() == NodeState.STARTING);
    }

    @Test
    void engineThatCannotBeAskedWhileLeadingHandsLeadershipOverAndIsRestarted() {
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.speechless = true; // each look fails soon, and the next one may do better
        node.thread.pass(RoleSettings.defaults().silence().minusSeconds(1));
        assertThat(node.leads()).isTrue();
        node.awaitFollowing();
        assertThat(node.log.transfers).hasSize(1);
        assertThat(node.engine.calls).containsSubsequence("closeCapture", "kill", "start", "prepare");
    }

    @Test
    void loneNodeLeadsAgainInTheSameTermAfterItsEngineDied() {
        node.log.voters = List.of(RoleFixture.OWN);
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.die();
        node.thread.pass(Duration.ofMillis(1));
        assertThat(node.leads()).isFalse();
        node.awaitLeading();
    }

    @Test
    void doesNotLeadAgainInATermWhileItsAppendsAreUndecided() {
        node.log.voters = List.of(RoleFixture.OWN);
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.log.lastIndex = 11;
        node.engine.die();
        node.thread.pass(Duration.ofSeconds(10));
        assertThat(node.leads()).isFalse();
        node.log.commitIndex = 11;
        node.awaitLeading();
    }

    @Test
    void handsOverToANodeThatFollowsByPreference() {
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.log.voters = List.of(new NodeId("a"), new NodeId("aa"), new NodeId("b"));
        node.addDonor();
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.loseCapture("connection reset");
        node.awaitFollowing();
        assertThat(node.log.transfers).containsExactly(RoleFixture.OTHER);
    }

    @Test
    void engineThatDiesWhileFollowingIsRestartedAndFollowsAgain() {
        node.start();
        node.engine.die();
        node.thread.pass(Duration.ofMillis(10));
        assertThat(node.role.view().readable()).isFalse();
        node.awaitFollowing();
    }

    @Test
    void engineThatDoesNotStartIsReportedAndTriedAgain() {
        node.engine.broken = true;
        node.start();
        assertThat(node.thread.passUntil(() -> node.role.view().state() == NodeState.FAILED, Duration.ofSeconds(10)))
                .isTrue();
        assertThat(node.role.view().reason()).contains("Can't init tc log");
        assertThat(node.logStarted).as("the vote counts all the same").isTrue();
        node.engine.broken = false;
        node.awaitFollowing();
    }

    @Test
    void engineWhoseFilesAreBrokenIsRebuiltOnceTheHistoryIsSettled() {
        node.archive.commit("0-1-1");
        node.engine.broken = true;
        node.log.barrierAnswers = true;
        node.start();
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("wipe");
        assertThat(node.engine.applied).isEqualTo("0-1-1");
    }

    @Test
    void engineWhoseFilesAreBrokenIsLeftAloneWhenNobodyElseHasTheData() {
        node.archive.commit("0-1-1");
        node.archive.dropBelow(2);
        node.engine.applied = "0-1-1";
        node.engine.broken = true;
        node.log.barrierAnswers = true;
        node.start();
        node.thread.pass(Duration.ofMinutes(5));
        assertThat(node.role.view().state()).isEqualTo(NodeState.FAILED);
        assertThat(node.engine.calls).doesNotContain("wipe");
        node.engine.broken = false;
        node.awaitFollowing();
    }

    @Test
    void engineThatFailsForWantOfRoomIsNotTakenForBroken() {
        node.archive.commit("0-1-1");
        node.log.barrierAnswers = true;
        node.engine.hasRoom = false;
        node.engine.broken = true;
        node.start();
        node.thread.pass(Duration.ofMinutes(5));
        assertThat(node.role.view().state()).isEqualTo(NodeState.FAILED);
        node.engine.broken = false;
        node.engine.hasRoom = true;
        node.awaitFollowing();
        node.engine.hasRoom = false;
        for (int end = 0; end < 10; end++) {
            node.engine.die();
            node.awaitFollowing();
        }
        assertThat(node.engine.calls).doesNotContain("wipe");
    }

    @Test
    void engineThatEndsAgainAndAgainSoonAfterItsStartIsRebuilt() {
        node.archive.commit("0-1-1");
        node.log.barrierAnswers = true;
        node.start();
        for (int end = 0; end < 5; end++) {
            node.awaitFollowing();
            assertThat(node.engine.calls).doesNotContain("wipe");
            node.engine.die();
            node.thread.pass(Duration.ofMillis(10));
        }
        node.awaitFollowing();
        assertThat(node.engine.calls).containsOnlyOnce("wipe");
        assertThat(node.views).anyMatch(view -> view.reason().contains("ended 5 times in a row"));
    }

    @Test
    void engineThatEndsNowAndThenIsOnlyStartedAgain() {
        node.archive.commit("0-1-1");
        node.log.barrierAnswers = true;
        node.start();
        for (int end = 0; end < 8; end++) {
            node.awaitFollowing();
            node.thread.pass(Duration.ofSeconds(40));
            node.engine.die();
            node.thread.pass(Duration.ofMillis(10));
        }
        node.awaitFollowing();
        assertThat(node.engine.calls).doesNotContain("wipe");
    }

    @Test
    void stoppedApplierIsRestartedThenTheEngineThenItIsRebuilt() {
        node.archive.commit("0-1-1");
        node.log.barrierAnswers = true;
        node.start();
        for (int stop = 0; stop < 3; stop++) {
            node.engine.following = false;
            node.engine.followError = Optional.of("1062 Duplicate entry");
            int before = node.engine.calls.size();
            assertThat(node.thread.passUntil(() -> node.engine.calls.size() > before, Duration.ofSeconds(5)))
                    .isTrue();
            assertThat(node.engine.calls.get(before)).isEqualTo(stop == 0 ? "stopFollowing" : "kill");
            node.awaitFollowing();
        }
        assertThat(node.views)
                .anyMatch(view ->
                        view.state() == NodeState.RESEEDING && view.reason().contains("1062"));
        assertThat(node.engine.calls).containsOnlyOnce("wipe");
    }

    @Test
    void nodeWhoseLogLacksWhatNobodyKeepsServesNoReadsUntilItGetsIt() {
        node.start();
        node.depose(5);
        node.awaitFollowing();
        int calls = node.engine.calls.size();
        node.log.commitIndex = 11;
        node.role.leadership().onReseedRequired(20);
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.role.view().state()).isEqualTo(NodeState.STARTING);
        assertThat(node.role.view().readable()).isFalse();
        assertThat(node.role.view().reason()).isEqualTo("its log lacks entries that nobody keeps any more");
        node.log.commitIndex = 19;
        node.awaitFollowing();
        assertThat(node.engine.calls).hasSize(calls);
    }

    @Test
    void logFailureFencesAndFails() {
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.role.leadership().onFatal(new IllegalStateException("disk full"));
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.role.view().state()).isEqualTo(NodeState.FAILED);
        assertThat(node.role.view().reason()).contains("disk full");
        assertThat(node.role.view().writable()).isFalse();
        assertThat(node.engine.open).isFalse();
        assertThat(node.engine.capturing).isFalse();
    }

    @Test
    void plannedStopFinishesWhatWaitsThenHandsOverThenStopsTheEngine() {
        node.log.transfersWork = true;
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.calls.clear();
        boolean[] capturingAtTransfer = new boolean[1];
        node.log.onTransfer = to -> capturingAtTransfer[0] = node.engine.capturing;
        var stopped = node.role.stop().toCompletableFuture();
        assertThat(node.thread.passUntil(stopped::isDone, Duration.ofSeconds(5)))
                .isTrue();
        assertThat(node.engine.calls).containsExactly("closeForWrites", "closeCapture", "stop");
        assertThat(capturingAtTransfer[0]).isTrue();
        assertThat(node.log.transfers).hasSize(1);
        assertThat(node.role.view().state()).isEqualTo(NodeState.STOPPED);
        assertThat(node.views).anyMatch(view -> view.state() == NodeState.DRAINING && !view.writable());
    }

    @Test
    void plannedStopWithAStuckCommitKillsTheEngine() {
        node.start();
        node.elect(5);
        node.awaitLeading();
        node.engine.stuckCommit = true;
        var stopped = node.role.stop().toCompletableFuture();
        assertThat(node.thread.passUntil(stopped::isDone, Duration.ofSeconds(5)))
                .isTrue();
        assertThat(node.engine.calls).contains("kill").doesNotContain("stop");
    }

    @Test
    void appliedSeqAndLagComeFromTheEnginesPosition() {
        node.engine.catchesUp = false;
        node.archive.commit("0-1-1", "0-1-2", "0-1-3");
        node.engine.applied = "0-1-1";
        node.start();
        assertThat(node.role.progress().seq()).isEqualTo(1);
        assertThat(node.role.progress().lagSeconds()).isGreaterThanOrEqualTo(0);
        node.engine.catchesUp = true;
        node.engine.apply();
        node.thread.pass(Duration.ofMillis(300));
        assertThat(node.role.progress()).isEqualTo(new AppliedSeq.Progress(3, 0));
    }

    @Test
    void followerThatStaysBehindTriesSeveralAppliers() {
        node.start();
        node.awaitFollowing();
        node.engine.calls.clear();
        for (int seq = 1; seq <= 4_000; seq++) {
            node.archive.commit("0-1-" + seq);
        }
        for (int seq = 100; seq <= 2_500; seq += 100) {
            node.engine.applied = "0-1-" + seq;
            node.thread.pass(Duration.ofMillis(200));
        }
        assertThat(node.engine.calls).containsOnlyOnce("applyInParallel true");
        node.engine.applied = "0-1-4000";
        node.thread.pass(Duration.ofSeconds(1));
        assertThat(node.engine.calls).containsOnlyOnce("applyInParallel false");
        node.awaitFollowing();
    }

    @Test
    void leadershipMayBeLostBetweenAnyTwoSteps() {
        int steps = disturbEachStep(fixture -> fixture.depose(6));
        assertThat(steps).isGreaterThan(5);
    }

    @Test
    void engineMayDieBetweenAnyTwoSteps() {
        disturbEachStep(fixture -> fixture.engine.die());
    }

    @Test
    void captureMayBeLostBetweenAnyTwoSteps() {
        disturbEachStep(fixture -> fixture.engine.loseCapture("connection reset"));
    }

    @Test
    void anyStepMayFailOnce() {
        disturbEachStep(fixture -> {
            throw new EngineException("lost connection");
        });
    }

    @Test
    void commitMayGetStuckAtAnyStepAndLeadershipBeLost() {
        disturbEachStep(fixture -> {
            fixture.engine.stuckCommit = fixture.engine.open;
            fixture.depose(6);
        });
    }

    @Test
    void aNewerTermMayComeBetweenAnyTwoSteps() {
        disturbEachStep(fixture -> fixture.elect(6));
    }

    @Test
    void stopMayComeBetweenAnyTwoSteps() {
        for (int step = 0; step < 20; step++) {
            RoleFixture fixture = new RoleFixture();
            int at = step;
            fixture.engine.beforeCall = number -> {
                if (number == at) {
                    fixture.role.stop();
                }
            };
            fixture.start();
            fixture.elect(5);
            fixture.thread.pass(Duration.ofSeconds(5));
            fixture.role.stop();
            fixture.thread.pass(RoleFixture.LONG);
            assertThat(fixture.role.view().state()).isEqualTo(NodeState.STOPPED);
            assertThat(fixture.engine.alive).isFalse();
            assertThat(fixture.engine.capturing).isFalse();
        }
    }

    /**
     * Start, lead, follow, lead: with a disturbance right before each call to the engine in turn. Afterwards the node must be what the
     * log says.
     *
     * @return how many calls were disturbed
     */
    private static int disturbEachStep(Consumer<RoleFixture> disturbance) {
        for (int step = 0; ; step++) {
            RoleFixture fixture = new RoleFixture();
            fixture.archive.commit("0-1-1");
            AtomicBoolean hit = new AtomicBoolean();
            int at = step;
            fixture.engine.beforeCall = number -> {
                if (number >= at && !hit.getAndSet(true)) {
                    disturbance.accept(fixture);
                }
            };
            fixture.start();
            fixture.elect(5);
            fixture.thread.pass(Duration.ofSeconds(20));
            neverWritableWithoutLeading(fixture);
            fixture.depose(7);
            fixture.awaitFollowing();
            if (!hit.get()) {
                assertThat(step).isGreaterThan(5);
                return step;
            }
            fixture.elect(8);
            fixture.awaitLeading();
            fixture.depose(9);
            fixture.awaitFollowing();
        }
    }

    private static void neverWritableWithoutLeading(RoleFixture fixture) {
        if (fixture.leads()) {
            assertThat(fixture.log.leader).contains(RoleFixture.OWN);
            assertThat(fixture.engine.open).isTrue();
            assertThat(fixture.engine.capturing).isTrue();
        }
    }
}
