package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a node does for clients while it knows of no leader. */
class WithoutLeaderTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final AtomicLong nanos = new AtomicLong();
    private final LeaderAbsence absence = new LeaderAbsence(nanos::get);

    private WithoutLeader refusingAfter(Duration readsEnd) {
        return without(Optional.of(readsEnd));
    }

    private WithoutLeader without(Optional<Duration> readsEnd) {
        return new WithoutLeader(
                A,
                absence,
                readsEnd,
                () -> Optional.of(Members.voting(List.of(A, B, C))),
                () -> List.of(peer(B, false), peer(C, false)));
    }

    private static PeerStatus peer(NodeId id, boolean reachable) {
        return new PeerStatus(new Member(id, id.value(), "h", 1, 2, 3, 4), reachable, null, Duration.ZERO, "");
    }

    private static RoleView view(Optional<NodeId> leader) {
        return new RoleView(NodeState.FOLLOWING, "", 1, leader, false, true, false);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void readsAreRefusedOnceThereHasBeenNoLeaderForLongAndGoOnWithANewOne() {
        WithoutLeader node = refusingAfter(Duration.ofSeconds(10));
        absence.accept(view(Optional.of(B)));
        pass(Duration.ofMinutes(1));
        assertThat(node.refusesReads()).isEmpty();
        assertThat(node.describe()).isEmpty();

        absence.accept(view(Optional.empty()));
        pass(Duration.ofMillis(9_999));
        absence.accept(view(Optional.empty()));
        assertThat(node.refusesReads()).isEmpty();
        assertThat(node.describe())
                .isEqualTo("no leader for 9 s, 1 of 3 voters in sight (a leader needs 2):"
                        + " writes are refused, reads show what is here");
        pass(Duration.ofMillis(1));
        assertThat(node.refusesReads()).contains(Duration.ofSeconds(10));
        assertThat(node.describe()).contains("no leader for 10 s").contains("STALE_READS=refuse");

        absence.accept(view(Optional.of(C)));
        assertThat(node.refusesReads()).isEmpty();
    }

    @Test
    void staleReadsGoOnWhereTheyAreAllowed() {
        WithoutLeader node = without(Optional.empty());
        pass(Duration.ofDays(1));
        assertThat(node.refusesReads()).isEmpty();
        assertThat(node.describe()).endsWith("reads show what is here");
    }

    @Test
    void anElectionIsNotWorthAWord() {
        pass(Duration.ofSeconds(2));
        assertThat(refusingAfter(Duration.ofSeconds(10)).describe()).isEmpty();
    }
}
