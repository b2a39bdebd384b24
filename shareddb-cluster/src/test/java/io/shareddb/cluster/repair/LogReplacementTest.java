package io.shareddb.cluster.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.MemoryStateStore;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.member.StateException;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class LogReplacementTest {
    private final MemoryStateStore disk = new MemoryStateStore();
    private LocalNode local = LocalNode.open(disk, "node1");
    private final List<PeerStatus> peers = new ArrayList<>();
    private final List<RemoveRequest> asked = new ArrayList<>();
    private final List<LogReplacedException> replaced = new ArrayList<>();
    private Optional<String> refusal = Optional.empty();
    private boolean answers = true;
    private int stepsDown;

    LogReplacementTest() {
        Membership formation = new Membership(
                "c1", "shop", List.of(new Member(local.id(), "node1", "127.0.0.1", 3307, 7071, 8008, 7072)));
        local.agree(formation);
        local.markFormed(formation);
    }

    private LogReplacement replacement() {
        return new LogReplacement(local, () -> peers, this::remove, () -> stepsDown++, replaced::add);
    }

    private CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request) {
        asked.add(request);
        if (!answers) {
            return new CompletableFuture<>();
        }
        return refusal.<CompletionStage<RemoveRequest>>map(
                        why -> CompletableFuture.failedFuture(new OperationException(why)))
                .orElseGet(() -> CompletableFuture.completedFuture(request));
    }

    private void leader(boolean writable) {
        Member member = new Member(new NodeId("b"), "node2", "127.0.0.1", 3308, 7073, 8009, 7074);
        NodeStatus status = new NodeStatus(
                writable ? NodeState.LEADING : NodeState.FOLLOWING,
                "",
                1,
                null,
                writable,
                true,
                9,
                9,
                0,
                1,
                null,
                null,
                null);
        peers.add(new PeerStatus(member, true, status, Duration.ZERO, ""));
    }

    @Test
    void nothingIsAskedAsLongAsTheLogServes() {
        leader(true);
        LogReplacement replacement = replacement();
        replacement.tick();
        replacement.removed();
        assertThat(asked).isEmpty();
        assertThat(replaced).isEmpty();
        assertThat(replacement.status()).isEmpty();
    }

    @Test
    void idIsGivenUpOnceTheOthersHaveRemovedIt() {
        LogReplacement replacement = replacement();
        replacement.want("file x is damaged at offset 7");
        replacement.tick();
        assertThat(asked).isEmpty();
        assertThat(replacement.status().orElseThrow()).contains("file x is damaged at offset 7", "waits for a leader");
        leader(false);
        replacement.tick();
        assertThat(asked).isEmpty();

        peers.clear();
        leader(true);
        refusal = Optional.of("only 1 of 2 voters live");
        replacement.tick();
        assertThat(replacement.status().orElseThrow())
                .contains("node2 does not remove it yet: only 1 of 2 voters live");
        assertThat(LocalNode.open(disk, "node1").id()).isEqualTo(local.id());

        refusal = Optional.empty();
        replacement.tick();
        replacement.tick();
        assertThat(asked)
                .hasSize(2)
                .containsOnly(new RemoveRequest(local.id().value(), false, "file x is damaged at offset 7"));
        assertThat(replaced).hasSize(1);
        assertThat(stepsDown).isEqualTo(4);
        LocalNode next = LocalNode.open(disk, "node1");
        assertThat(next.id()).isNotEqualTo(local.id());
        assertThat(next.returning()).isTrue();
    }

    @Test
    void nodeThatStoppedBeforeItHeardOfItsRemovalGoesOnWithIt() {
        leader(true);
        answers = false;
        replacement().want("no log");
        LogReplacement before = replacement();
        before.tick();
        before.tick();
        assertThat(asked).as("one question at a time").hasSize(1);

        local = LocalNode.open(disk, "node1");
        LogReplacement after = replacement();
        assertThat(after.wanted()).isTrue();
        after.removed(); // its log or another member said so
        after.removed();
        assertThat(replaced).hasSize(1);
    }

    @Test
    void diskThatCannotBeWrittenIsTriedAgain() {
        leader(true);
        LogReplacement replacement = replacement();
        disk.beforeWrite = name -> {
            throw new StateException("node.json: cannot be written");
        };
        replacement.want("no log");
        replacement.tick();
        assertThat(asked).as("what it wants must survive a restart first").isEmpty();
        assertThat(replacement.status().orElseThrow()).contains("cannot be written");
        disk.beforeWrite = name -> {};
        replacement.tick();
        assertThat(replaced).hasSize(1);
    }
}
