package io.shareddb.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.MemoryStateStore;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemberKeeperTest {
    private static final long SENT_LOG_BYTES = 1_000_000;

    private final Member a = member("a", 1, NodeKind.FULL);
    private final Member b = member("b", 2, NodeKind.FULL);
    private final Member c = member("c", 3, NodeKind.FULL);
    private final Member d = member("d", 4, NodeKind.FULL);
    private final Membership formation = new Membership("c1", "shop", List.of(a, b, c));
    private final MembersLog log = new MembersLog(a.id(), formation.ids());
    private final MemberDirectory directory = new MemberDirectory(formation, a, new MemoryStateStore());
    private final Map<NodeId, PeerStatus> peers = new HashMap<>();
    private final Map<PeerAddress, Member> answering = new HashMap<>();
    private final List<String> removals = new ArrayList<>();
    private @Nullable FoundEngine found; // what a joining node says
    private final MemberKeeper keeper = keeper(Optional.of(Duration.ofSeconds(60)));

    private static Member member(String id, int number, NodeKind kind) {
        return new Member(
                new NodeId(id),
                "node" + number,
                "127.0.0.1",
                3306 + number,
                7070 + number,
                8007 + number,
                9070 + number,
                kind);
    }

    private MemberKeeper keeper(Optional<Duration> replaceAfter) {
        return keeper(3, replaceAfter);
    }

    private MemberKeeper keeper(int size, Optional<Duration> replaceAfter) {
        return new MemberKeeper(
                a,
                formation,
                log,
                () -> Optional.of(log.state()),
                directory,
                () -> List.copyOf(peers.values()),
                new Client(),
                new MemberKeeper.Settings(size, replaceAfter, SENT_LOG_BYTES),
                () -> Optional.of(EngineKind.of("MariaDB", "11.4.5-MariaDB-log")),
                removals::add);
    }

    private final class Client implements PeerClient {
        @Override
        public CompletionStage<PeerReport> report(PeerAddress address) {
            Member there = answering.get(address);
            return there == null
                    ? CompletableFuture.failedFuture(
                            new PeerException(PeerException.Reason.UNREACHABLE, address + ": connection refused"))
                    : CompletableFuture.completedFuture(reported(there, null));
        }

        @Override
        public CompletionStage<Membership> propose(PeerAddress address, Membership plan) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Member> announce(PeerAddress address, Member own) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void nodeWhoseEngineDoesNotFitIsNotTakenIn() {
        answering.put(d.api(), d);
        found = FoundEngine.empty(EngineKind.of("MySQL", "9.7.4"));
        assertThat(refusal(join(d)))
                .contains("its engine is MySQL 9.7.4, the cluster's MariaDB 11.4.5 (expected: any MariaDB 11.4)");
        found = FoundEngine.empty(EngineKind.of("MariaDB", "11.8.2-MariaDB"));
        assertThat(refusal(join(d))).contains("its engine is MariaDB 11.8.2");
        assertThat(log.changes).isEmpty();
        found = FoundEngine.empty(EngineKind.of("MariaDB", "11.4.9-MariaDB"));
        join(d).join();
        assertThat(log.changes).containsExactly("ADD d");
    }

    private PeerReport reported(Member of, @Nullable Members members) {
        return new PeerReport(
                "shop", 3, of, formation, true, found, null, status(NodeState.FOLLOWING), members, List.of());
    }

    private static NodeStatus status(NodeState state) {
        return new NodeStatus(state, "", 3, null, false, true, 9, 9, 0, 1, null, null, null);
    }

    private void alive(Member member, NodeState state) {
        answering.put(member.api(), member);
        peers.put(member.id(), new PeerStatus(member, true, status(state), Duration.ZERO, ""));
    }

    private void silent(Member member, Duration age) {
        answering.remove(member.api());
        peers.put(member.id(), new PeerStatus(member, false, status(NodeState.FOLLOWING), age, "connection refused"));
    }

    private CompletableFuture<JoinResult> join(Member member) {
        return keeper.join(new JoinRequest("shop", member, false, false)).toCompletableFuture();
    }

    private static String refusal(CompletionStage<?> stage) {
        return String.valueOf(stage.toCompletableFuture()
                .handle((done, failure) -> {
                    Throwable cause = failure != null && failure.getCause() != null ? failure.getCause() : failure;
                    return cause instanceof OperationException ? cause.getMessage() : "no refusal: " + cause;
                })
                .join());
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            keeper.tick();
        }
    }

    @Test
    void freshNodeFollowsFirstAndVotesOnceItHasCaughtUp() {
        alive(b, NodeState.FOLLOWING);
        alive(c, NodeState.FOLLOWING);
        answering.put(d.api(), d);
        JoinResult result = join(d).join();
        assertThat(result.formation()).isEqualTo(formation);
        assertThat(join(d)).as("asked again").isCompleted();
        assertThat(log.changes).containsExactly("ADD d");

        alive(d, NodeState.RESEEDING);
        log.matches.put(d.id(), log.commitIndex);
        tick(2);
        alive(d, NodeState.FOLLOWING);
        log.matches.put(d.id(), 10L);
        tick(2);
        assertThat(log.changes).as("its engine or its log is behind").containsExactly("ADD d");
        log.matches.put(d.id(), log.commitIndex - 5);
        tick(3);
        assertThat(log.changes).containsExactly("ADD d", "PROMOTE d");
        assertThat(directory.members()).containsExactly(a, b, c, d);
    }

    @Test
    void logOfAFreshNodeBeginsWhereThisOneKeepsIt() {
        log.firstIndex = 3_000;
        answering.put(d.api(), d);
        assertThat(refusal(join(d))).contains("has no marker");
        log.start = Optional.of(new LogStart(new Position(2, 3_500), log.members, ByteBuffer.wrap(new byte[] {4})));
        JoinResult.Start start = Objects.requireNonNull(join(d).join().start()); // it is a member by now
        assertThat(start.index()).isEqualTo(3_500);
    }

    @Test
    void logOfAnEmptyNodeBeginsAtThePresentWhereItWouldGetTooMuch() {
        answering.put(d.api(), d);
        JoinRequest empty = new JoinRequest("shop", d, true, false);
        assertThat(keeper.join(empty).toCompletableFuture().join().start()).isNull();
        log.files = List.of(new LogSegment(1, SENT_LOG_BYTES + 1), new LogSegment(4_000, 64 << 20));
        assertThat(keeper.join(empty).toCompletableFuture().join().start())
                .extracting(JoinResult.Start::index)
                .isEqualTo(log.commitIndex);
        assertThat(join(d).join().start())
                .as("its engine may go on from where it is")
                .isNull();
        log.files = List.of(new LogSegment(3_000, 1_000));
        log.firstIndex = 3_000;
        assertThat(keeper.join(empty).toCompletableFuture().join().start())
                .as("some is gone")
                .extracting(JoinResult.Start::index)
                .isEqualTo(log.commitIndex);
    }

    @Test
    void replicaNeverVotes() {
        Member replica = member("r", 5, NodeKind.REPLICA);
        answering.put(replica.api(), replica);
        join(replica).join();
        alive(replica, NodeState.FOLLOWING);
        log.matches.put(replica.id(), log.commitIndex);
        tick(3);
        assertThat(log.changes).containsExactly("ADD r");
    }

    @Test
    void nodeThatLostItsDiskTakesThePlaceOfItsFormerSelf() {
        Member again = member("c2", 3, NodeKind.FULL);
        alive(b, NodeState.FOLLOWING);
        alive(c, NodeState.FOLLOWING);
        answering.put(again.api(), again);
        assertThat(refusal(join(again))).contains("was there a moment ago");
        silent(c, Duration.ofSeconds(2));
        answering.put(again.api(), again);
        join(again).join();
        assertThat(log.changes).containsExactly("REMOVE c", "ADD c2");
        tick(1);
        assertThat(directory.members()).extracting(Member::id).containsExactly(a.id(), b.id(), again.id());
    }

    @Test
    void leaderThatStoppedHalfWayIsFollowedByOneThatGoesOn() {
        Member again = member("c2", 3, NodeKind.FULL);
        silent(c, Duration.ofSeconds(2));
        answering.put(again.api(), again);
        log.members = new Members(7, List.of(a.id(), b.id()), List.of(a.id(), b.id())); // c is removed already
        join(again).join();
        assertThat(log.changes).containsExactly("ADD c2");
    }

    @Test
    void nodeThatCannotBeReachedOrIsOfAnotherClusterIsNotTakenIn() {
        assertThat(refusal(join(d))).contains("does not answer at 127.0.0.1:7074", "ADVERTISE_HOST");
        answering.put(d.api(), b);
        assertThat(refusal(join(d))).contains("somebody else does");
        assertThat(refusal(keeper.join(new JoinRequest("office", d, true, false))))
                .contains("CLUSTER_NAME");
        log.leads = false;
        assertThat(refusal(join(d))).contains("does not lead");
        assertThat(log.changes).isEmpty();
    }

    @Test
    void removalNeedsAMajorityOfTheOthersUnlessItIsForced() {
        alive(b, NodeState.FOLLOWING);
        silent(c, Duration.ofSeconds(5));
        assertThat(refusal(keeper.remove(b.id(), false))).contains("only 1 of 2 voters live");
        assertThat(refusal(keeper.remove(a.id(), false))).contains("another node has to lead first");
        assertThat(keeper.remove(c.id(), false)).isCompleted();
        assertThat(keeper.remove(c.id(), false)).as("asked again").isCompleted();
        assertThat(log.changes).containsExactly("REMOVE c");
        silent(b, Duration.ofSeconds(5));
        assertThat(keeper.remove(b.id(), true)).isCompleted();
    }

    @Test
    void engineThatOthersStillHaveToCopyIsNotRemovedUnlessThatIsForced() {
        alive(b, NodeState.FOLLOWING);
        alive(c, NodeState.RESEEDING);
        assertThat(refusal(keeper.remove(b.id(), false)))
                .contains("without b only 1 of 2 engines is known to have everything", "wait for node3");
        assertThat(keeper.remove(c.id(), false)).as("nothing is lost with it").isCompleted();
        assertThat(log.changes).containsExactly("REMOVE c");

        log.members = Members.voting(List.of(a.id(), b.id(), c.id()));
        assertThat(keeper.remove(b.id(), true)).isCompleted();
    }

    @Test
    void nodesWhoseLogsCannotServeAreReplacedOneAfterTheOther() {
        alive(b, NodeState.FOLLOWING);
        alive(c, NodeState.FAILED);
        assertThat(keeper.replace(c.id(), "disk")).isCompleted();
        assertThat(keeper.replace(c.id(), "disk")).as("asked again").isCompleted();
        assertThat(refusal(keeper.replace(b.id(), "disk")))
                .contains("only 1 voters are left", "others have to vote first");
        assertThat(log.changes).containsExactly("REMOVE c");

        Member again = member("c2", 3, NodeKind.FULL);
        answering.put(again.api(), again);
        join(again).join();
        assertThat(refusal(keeper.replace(b.id(), "disk")))
                .as("it does not vote yet")
                .contains("only 1");
        alive(again, NodeState.FOLLOWING);
        log.matches.put(again.id(), log.commitIndex);
        tick(2);
        assertThat(keeper.replace(b.id(), "disk")).isCompleted();
        assertThat(log.changes).containsExactly("REMOVE c", "ADD c2", "PROMOTE c2", "REMOVE b");
    }

    /** Nobody comes to vote in place of a node that people removed, so there is nothing to wait for. */
    @Test
    void inAClusterThatPeopleMadeSmallerANodeIsReplacedWhileAllOthersLive() {
        MemberKeeper ofFive = keeper(5, Optional.empty());
        log.members = Members.voting(List.of(a.id(), b.id(), c.id()));
        alive(b, NodeState.FAILED);
        silent(c, Duration.ofSeconds(5));
        assertThat(refusal(ofFive.replace(b.id(), "disk"))).contains("only 2 voters are left, of which 1 live");
        alive(c, NodeState.FOLLOWING);
        assertThat(ofFive.replace(b.id(), "disk")).isCompleted();
        assertThat(log.changes).containsExactly("REMOVE b");
    }

    @Test
    void nodeThatIsNeededForAMajorityIsNotReplaced() {
        log.members = Members.voting(List.of(a.id(), b.id(), c.id(), d.id()));
        alive(b, NodeState.FAILED);
        silent(c, Duration.ofSeconds(5));
        silent(d, Duration.ofSeconds(5));
        assertThat(refusal(keeper.replace(b.id(), "disk"))).contains("only 1 of 3 voters live");
        log.leads = false;
        assertThat(refusal(keeper.replace(b.id(), "disk"))).contains("does not lead");
        assertThat(log.changes).isEmpty();
    }

    @Test
    void silentVoterIsRemovedOnceEnoughAreLeftWithoutIt() {
        alive(b, NodeState.FOLLOWING);
        silent(c, Duration.ofMinutes(5));
        tick(2);
        assertThat(log.changes).as("no spare").isEmpty();
        answering.put(d.api(), d);
        join(d).join();
        alive(d, NodeState.FOLLOWING);
        log.matches.put(d.id(), log.commitIndex);
        tick(3);
        assertThat(log.changes).containsExactly("ADD d", "PROMOTE d", "REMOVE c");
        assertThat(log.members.voters()).containsExactly(a.id(), b.id(), d.id());
    }

    @Test
    void silentVoterStaysWhileTooFewLiveOrNobodyAskedForIt() {
        log.members = Members.voting(List.of(a.id(), b.id(), c.id(), d.id()));
        silent(b, Duration.ofMinutes(5));
        silent(c, Duration.ofMinutes(5));
        tick(2);
        assertThat(log.changes).as("the leader alone is no majority of three").isEmpty();
        alive(b, NodeState.FOLLOWING);
        alive(d, NodeState.FOLLOWING);
        keeper(Optional.empty()).tick();
        assertThat(log.changes).isEmpty();
    }

    @Test
    void voterWhoseLogLacksWhatWasDroppedIsNoMajority() {
        log.firstIndex = 3_000;
        alive(b, NodeState.FOLLOWING);
        alive(c, NodeState.FOLLOWING);
        log.matches.put(c.id(), 2_998L);
        assertThat(refusal(keeper.remove(b.id(), false))).contains("only 1 of 2 voters live");
        log.matches.put(c.id(), 2_999L);
        assertThat(keeper.remove(b.id(), false)).isCompleted();
    }

    @Test
    void refusedChangeIsTriedAgain() {
        log.members = new Members(7, List.of(a.id(), b.id(), d.id()), List.of(a.id(), b.id()));
        alive(d, NodeState.FOLLOWING);
        log.matches.put(d.id(), log.commitIndex);
        log.accepts = false;
        tick(1);
        log.accepts = true;
        tick(1);
        assertThat(log.changes).containsExactly("PROMOTE d", "PROMOTE d");
    }

    @Test
    void nodeHearsFromTheOthersThatItWasRemoved() {
        log.members = new Members(20, List.of(a.id(), b.id()), List.of(a.id(), b.id()));
        keeper.heard(reported(b, new Members(10, List.of(b.id()), List.of(b.id()))));
        assertThat(removals).as("older news").isEmpty();
        keeper.heard(reported(b, new Members(30, List.of(a.id(), b.id()), List.of(b.id()))));
        assertThat(removals).isEmpty();
        keeper.heard(reported(b, new Members(31, List.of(b.id()), List.of(b.id()))));
        assertThat(removals).isNotEmpty();
    }

    @Test
    void nodeWhoseLogLagsFindsThoseWhoBecameMembersMeanwhile() {
        log.members = new Members(20, List.of(a.id(), b.id()), List.of(a.id(), b.id()));
        keeper.tick();
        keeper.heard(reported(b, new Members(30, List.of(a.id(), d.id()), List.of(a.id(), d.id()))));
        keeper.tick();
        directory.heard(d);
        assertThat(directory.members()).containsExactly(a, d);
        log.members = new Members(40, List.of(a.id(), b.id(), d.id()), List.of(a.id(), b.id(), d.id()));
        keeper.tick();
        directory.heard(b);
        assertThat(directory.members()).containsExactly(a, b, d);
    }

    @Test
    void nodeOfAClusterThatWentOnWithoutItStops() {
        Membership successor = formation.replacedBy("another-id");
        PeerReport report = new PeerReport(
                "shop", 3, b, successor, true, null, null, status(NodeState.LEADING), log.members, List.of());
        keeper.heard(report);
        assertThat(removals)
                .singleElement()
                .asString()
                .startsWith("was left behind: ")
                .contains(b.describe());
        assertThat(successor.replacedBy("a-third-id").replaces()).containsExactly(formation.clusterId(), "another-id");
    }
}
