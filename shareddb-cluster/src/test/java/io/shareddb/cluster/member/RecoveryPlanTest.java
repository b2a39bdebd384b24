package io.shareddb.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.log.NodeId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes remember of a recovery, stopped at any point. */
class RecoveryPlanTest {
    private final MemoryStateStore store = new MemoryStateStore();
    private Membership formation;
    private RecoveryPlan plan;

    @BeforeEach
    void form() {
        LocalNode node = LocalNode.open(store, "a");
        Member own = new Member(node.id(), "a", "127.0.0.1", 3307, 7071, 8008, 7072);
        formation = new Membership(
                "c1", "shop", List.of(own, new Member(new NodeId("b"), "b", "127.0.0.1", 3308, 7073, 8009, 7074)));
        node.markFormed(node.agree(formation));
        plan = new RecoveryPlan("c1", "c2", node.id(), List.of(node.id()), 8, "today", false);
    }

    @Test
    void nodeBelongsToTheSuccessorWithTheSameHistory() {
        plan.write(store);
        LocalNode.moveTo(store, "c1", "c2");
        LocalNode.moveTo(store, "c1", "c2");
        plan.finished().write(store);
        Membership moved = LocalNode.open(store, "a").formed().orElseThrow();
        assertThat(moved.clusterId()).isEqualTo("c2");
        assertThat(moved.replaces()).containsExactly("c1");
        assertThat(moved.members()).isEqualTo(formation.members());
        assertThat(RecoveryPlan.read(store)).contains(plan.finished());

        LocalNode.moveTo(store, "c2", "c3");
        assertThat(LocalNode.open(store, "a").formed().orElseThrow().replaces()).containsExactly("c1", "c2");
    }

    @Test
    void nodeThatWasStoppedHalfWayDoesNotStartAndCanBeFinished() {
        plan.write(store);
        assertThatThrownBy(() -> LocalNode.open(store, "a"))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("recover on this directory again");
        store.beforeWrite = name -> {
            if (name.equals("node")) {
                throw new StateException("the machine lost power");
            }
        };
        assertThatThrownBy(() -> LocalNode.moveTo(store, "c1", "c2")).hasMessageContaining("lost power");
        store.beforeWrite = name -> {};
        assertThatThrownBy(() -> LocalNode.open(store, "a")).isInstanceOf(StateException.class);
        LocalNode.moveTo(store, "c1", "c2");
        plan.finished().write(store);
        assertThat(LocalNode.open(store, "a").formed().orElseThrow().replaces()).containsExactly("c1");
    }

    @Test
    void removedNodeKnowsWhy() {
        LocalNode node = LocalNode.open(store, "a");
        assertThat(node.removed()).isEmpty();
        assertThat(LocalNode.lastMembership(store)).contains(formation);
        node.markRemoved("was left behind");
        node.markRemoved("was removed from the cluster");
        assertThat(LocalNode.open(store, "a").removed()).contains("was left behind");
        assertThat(LocalNode.lastMembership(store)).isEmpty();
    }
}
