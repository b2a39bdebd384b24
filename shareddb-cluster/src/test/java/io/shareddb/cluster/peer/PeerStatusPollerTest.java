package io.shareddb.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.discovery.StaticPeers;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.MemoryStateStore;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PeerStatusPollerTest {
    private final Member own = member("a", 7001);
    private final Member other = member("b", 7002);
    private final Membership membership = new Membership("c1", "shop", List.of(own, other));
    private final MemberDirectory directory = new MemberDirectory(membership, own, new MemoryStateStore());
    private final Map<PeerAddress, PeerReport> answers = new HashMap<>();
    private final List<PeerReport> heard = new ArrayList<>();
    private final Map<PeerAddress, Member> announced = new HashMap<>();
    private long nanos;

    private final PeerClient client = new PeerClient() {
        @Override
        public CompletionStage<PeerReport> report(PeerAddress address) {
            PeerReport answer = answers.get(address);
            return answer != null
                    ? CompletableFuture.completedFuture(answer)
                    : CompletableFuture.failedFuture(
                            new PeerException(PeerException.Reason.UNREACHABLE, address + ": connection refused"));
        }

        @Override
        public CompletionStage<Member> announce(PeerAddress address, Member where) {
            announced.put(address, where);
            return CompletableFuture.completedFuture(where);
        }

        @Override
        public CompletionStage<Membership> propose(PeerAddress address, Membership plan) {
            throw new UnsupportedOperationException();
        }
    };

    private final PeerStatusPoller poller = new PeerStatusPoller(
            own.id(),
            directory,
            new StaticPeers(Set.of(new PeerAddress("127.0.0.1", 7001), new PeerAddress("127.0.0.1", 7009))),
            client,
            () -> nanos,
            heard::add);

    private static Member member(String id, int apiPort) {
        return new Member(new NodeId(id), "node-" + id, "127.0.0.1", 3307, apiPort, 8008, 7072);
    }

    private PeerReport report(Member member, Membership of, long seq) {
        return report(member, of, seq, List.of());
    }

    private static PeerReport report(Member member, Membership of, long seq, List<Member> members) {
        return new PeerReport(
                "shop",
                2,
                member,
                of,
                true,
                null,
                null,
                new NodeStatus(NodeState.FOLLOWING, "", 1, null, false, true, seq, seq, 0, 1, null, null, null),
                null,
                members);
    }

    @Test
    void keepsTheLastAnswerOfANodeThatWentAway() {
        answers.put(other.api(), report(other, membership, 7));
        poller.poll();
        assertThat(poller.statuses()).singleElement().matches(PeerStatus::reachable);
        answers.clear();
        nanos += Duration.ofSeconds(3).toNanos();
        poller.poll();
        PeerStatus status = poller.statuses().get(0);
        assertThat(status.reachable()).isFalse();
        assertThat(status.lastKnown()).isNotNull();
        assertThat(status.age()).isEqualTo(Duration.ofSeconds(3));
        assertThat(status.problem()).contains("connection refused");
    }

    @Test
    void findsAMemberThatMoved() {
        Member moved = member("b", 7009);
        answers.put(moved.api(), report(moved, membership, 7));
        poller.poll();
        assertThat(directory.member(other.id())).contains(moved);
        assertThat(poller.statuses().get(0).reachable()).isTrue();
    }

    @Test
    void strangersDoNotCount() {
        Membership elsewhere = new Membership("c2", "shop", List.of(other));
        answers.put(other.api(), report(other, elsewhere, 7));
        poller.poll();
        assertThat(poller.statuses().get(0).reachable()).isFalse();
    }

    @Test
    void hearsOfNewMembersFromTheOthersOnceTheLogHasThem() {
        Member third = member("c", 7003);
        answers.put(other.api(), report(other, membership, 7, List.of(other, third)));
        answers.put(third.api(), report(third, membership, 7));
        poller.poll();
        assertThat(directory.members()).containsExactly(own, other);

        directory.follow(Members.voting(List.of(own.id(), other.id(), third.id())));
        poller.poll();
        assertThat(directory.members()).containsExactly(own, other, third);
        poller.poll();
        assertThat(poller.statuses()).hasSize(2).allMatch(PeerStatus::reachable);
        assertThat(heard).hasSizeGreaterThan(2);

        directory.follow(new Members(9, List.of(own.id(), other.id()), List.of(own.id(), other.id())));
        assertThat(directory.members()).containsExactly(own, other);
        poller.poll();
        assertThat(poller.statuses()).hasSize(1);
    }

    @Test
    void tellsAMemberThatTakesThisNodeToBeElsewhere() {
        answers.put(other.api(), report(other, membership, 7, List.of(member("a", 7777), other)));
        poller.poll();
        assertThat(announced).containsEntry(other.api(), own);
        announced.clear();
        answers.put(other.api(), report(other, membership, 7, List.of(own, other)));
        poller.poll();
        assertThat(announced).isEmpty();
    }

    @Test
    void whereMembersAreOutlivesTheProcess() {
        MemoryStateStore store = new MemoryStateStore();
        Member moved = member("b", 7009);
        new MemberDirectory(membership, own, store).update(moved);
        assertThat(new MemberDirectory(membership, own, store).member(other.id()))
                .contains(moved);
    }
}
