package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The beginning of a history that begins with one node's database. */
class AdoptionTest {
    private final RoleFixture node = new RoleFixture();

    @Test
    void adoptedEngineOpensTheFirstEpochWithWhatItHolds() {
        adopt(RoleFixture.OWN);
        node.engine.applied = "0-1-1";
        node.start();
        node.elect(5);
        node.awaitLeading();
        assertThat(node.engine.calls).contains("follow 0-1-1");
    }

    @Test
    void whatWasWrittenAfterTheEngineWasTakenIsPartOfTheBeginning() {
        adopt(RoleFixture.OWN);
        node.engine.applied = "0-1-1";
        node.engine.originated = Optional.of("0-1-4");
        node.start();
        node.elect(5);
        node.awaitLeading();
        assertThat(node.engine.calls).contains("follow 0-1-4");
    }

    @Test
    void otherNodeGivesTheFirstLeadershipAwayAndDoesNotFollow() {
        adopt(RoleFixture.OTHER);
        node.log.transfersWork = true;
        node.log.onTransfer = to -> node.depose(6);
        node.start();
        node.elect(5);
        assertThat(node.thread.passUntil(() -> !node.log.transfers.isEmpty(), Duration.ofSeconds(10)))
                .as(node::describe)
                .isTrue();
        assertThat(node.engine.following).isFalse();
        assertThat(node.leads()).isFalse();
        assertThat(node.role.view().reason()).contains("is adopted");
    }

    @Test
    void otherNodeGetsACopyOnceTheHistoryHasBegun() {
        adopt(RoleFixture.OTHER);
        node.addDonor();
        node.snapshot = "0-1-1";
        node.start();
        node.depose(6);
        node.thread.pass(Duration.ofSeconds(2));
        assertThat(node.engine.following).isFalse();
        node.archive.commit("0-1-1");
        node.archive.dropBelow(2); // the history does not begin with nothing
        node.archive.openEpoch(6);
        node.addLeader(6, 1);
        node.awaitFollowing();
        assertThat(node.engine.calls).contains("follow 0-1-1");
    }

    private void adopt(NodeId adopted) {
        node.adopted = Optional.of(adopted);
        node.newRole();
    }
}
