package io.shareddb.cluster.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.bootstrap.SimulatedNodes.Crash;
import io.shareddb.cluster.bootstrap.SimulatedNodes.Node;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.StateException;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.log.LogStart;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FormationTest {
    @Test
    void freshNodesFormOneCluster() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        Membership first = nodes.nodes.get(0).formed().orElseThrow();
        assertThat(first.members()).hasSize(3);
        assertThat(nodes.nodes).allMatch(node -> node.formed().orElseThrow().equals(first));
    }

    @Test
    void loneNodeFormsAClusterOfOne() {
        SimulatedNodes nodes = new SimulatedNodes(1, 1);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(1);
        assertThat(nodes.nodes.get(0).formed()).isPresent();
    }

    @Test
    void waitsUntilAllAreInSight() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(0).start();
        nodes.nodes.get(1).start();
        nodes.lookAll(3);
        assertThat(nodes.nodes.get(0).formed()).isEmpty();
        assertThat(nodes.nodes.get(0).reason()).contains("2 of 3 nodes in sight");
        nodes.nodes.get(2).start();
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isPresent());
    }

    @Test
    void formedNodeComesBackAlone() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        nodes.nodes.forEach(Node::crash);
        nodes.nodes.get(1).start();
        nodes.lookAll(1);
        assertThat(nodes.nodes.get(1).formed()).isPresent();
    }

    @Test
    void anySequenceOfCrashesEndsInExactlyOneCluster() {
        for (long seed = 0; seed < 300; seed++) {
            crashesAndRestarts(seed);
        }
    }

    /** Nodes crash before and after writes to their disks and are started again in any order. */
    private static void crashesAndRestarts(long seed) {
        Random random = new Random(seed);
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        int[] crashes = {6};
        for (Node node : nodes.nodes) {
            node.disk.beforeWrite = name -> mayCrash(random, crashes);
            node.disk.afterWrite = name -> mayCrash(random, crashes);
        }
        for (int round = 0; round < 200; round++) {
            List<Node> order = new ArrayList<>(nodes.nodes);
            Collections.shuffle(order, random);
            for (Node node : order) {
                if (!node.runs() && random.nextInt(3) == 0) {
                    node.start();
                }
                node.look();
            }
        }
        Membership first = nodes.nodes.get(0).formed().orElseThrow(() -> new AssertionError("seed " + seed));
        assertThat(nodes.nodes)
                .as("seed %d", seed)
                .allMatch(node -> node.formed().isPresent()
                        && node.formed().get().clusterId().equals(first.clusterId()));
        assertThat(first.members()).as("seed %d", seed).hasSize(3);
    }

    private static void mayCrash(Random random, int[] left) {
        if (left[0] > 0 && random.nextInt(4) == 0) {
            left[0]--;
            throw new Crash();
        }
    }

    private static SimulatedNodes threeFormed() {
        SimulatedNodes nodes = new SimulatedNodes(4, 3);
        nodes.nodes.subList(0, 3).forEach(Node::start);
        nodes.lookAll(4);
        return nodes;
    }

    @Test
    void nodeThatFindsAFormedClusterIsTakenIn() {
        SimulatedNodes nodes = threeFormed();
        Node late = nodes.nodes.get(3);
        nodes.takesIn = false;
        late.start();
        late.look();
        assertThat(late.reason()).contains("formed without this node", "there is no leader now");
        nodes.takesIn = true;
        late.look();
        assertThat(late.formed()).isEqualTo(nodes.nodes.get(0).formed());
        late.crash();
        late.start();
        assertThat(late.formed())
                .as("after a restart")
                .isEqualTo(nodes.nodes.get(0).formed());
    }

    @Test
    void logOfANodeThatIsTakenInBeginsWhereTheOthersKeepIt() {
        SimulatedNodes nodes = threeFormed();
        List<NodeId> ids = nodes.nodes.get(0).formed().orElseThrow().ids();
        nodes.start = JoinResult.Start.of(
                new LogStart(new Position(3, 40_000), Members.voting(ids), ByteBuffer.wrap(new byte[] {1, 2, 3})));
        Node late = nodes.nodes.get(3);
        late.start();
        late.look();
        assertThat(nodes.begun).containsExactly(40_000L);
        assertThat(late.formed()).isPresent();
        LogStart read = nodes.start.read();
        assertThat(read.payload().remaining()).isEqualTo(3);
        assertThat(read.members()).isEqualTo(Members.voting(ids));
    }

    @Test
    void nodeWhoseEngineHoldsDataIsNotTakenIn() {
        SimulatedNodes nodes = threeFormed();
        Node late = nodes.nodes.get(3);
        late.content = Optional.empty();
        late.start();
        late.look();
        assertThat(late.reason()).contains("to know what its engine holds");
        late.content = Optional.of(new EngineContent(List.of(new EngineContent.Database("shop", List.of(), 0, 1))));
        late.look();
        assertThat(late.last.orElseThrow()).isInstanceOf(FormationStep.Refused.class);
        assertThat(late.reason()).contains("holds data that would be lost");
        assertThat(nodes.joined).isEmpty();
    }

    @Test
    void nodeThatCrashesWhileItIsTakenInAsksAgainAsTheSameOne() {
        for (int write = 0; write < 6; write++) {
            SimulatedNodes nodes = threeFormed();
            Node late = nodes.nodes.get(3);
            int[] left = {write};
            late.disk.beforeWrite = name -> {
                if (left[0]-- == 0) {
                    throw new Crash();
                }
            };
            for (int start = 0; start < 3; start++) {
                late.crash();
                late.start();
                late.look();
            }
            assertThat(late.formed())
                    .as("crash at write %s", write)
                    .isEqualTo(nodes.nodes.get(0).formed());
            assertThat(nodes.joined).hasSize(1);
        }
    }

    @Test
    void replicaFormsNoClusterAndJoinsOne() {
        SimulatedNodes nodes = new SimulatedNodes(4, 3);
        nodes.nodes.get(0).kind = NodeKind.REPLICA;
        nodes.nodes.subList(0, 3).forEach(Node::start);
        nodes.lookAll(3);
        assertThat(nodes.nodes.get(0).reason()).contains("a replica forms none");
        assertThat(nodes.nodes.get(1).formed()).isEmpty();
        nodes.nodes.get(3).start();
        nodes.lookAll(5);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isPresent());
        assertThat(nodes.nodes.get(1).formed().orElseThrow().members()).hasSize(3);
    }

    @Test
    void moreFreshNodesThanTheSizeFormNothing() {
        SimulatedNodes nodes = new SimulatedNodes(4, 3);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes.get(0).reason())
                .contains("more fresh nodes than CLUSTER_SIZE=3")
                .contains("node4");
    }

    @Test
    void nodesOfAnotherClusterNameDoNotCount() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(2).clusterName = "office";
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(3);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes.get(0).reason()).contains("belongs to the cluster 'office'");
    }

    @Test
    void nodesWithAnotherSecretDoNotCount() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(2).secret = "other";
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(3);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes.get(0).reason()).contains("CLUSTER_SECRET");
    }

    @Test
    void differentSizesAreNamed() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(2).clusterSize = 2;
        nodes.nodes.forEach(Node::start);
        nodes.nodes.get(0).look();
        assertThat(nodes.nodes.get(0).reason()).contains("CLUSTER_SIZE=2");
    }

    @Test
    void memberThatLostItsClusterFileDoesNotStartAsAnEmptyNode() {
        SimulatedNodes nodes = new SimulatedNodes(1, 1);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(1);
        Node node = nodes.nodes.get(0);
        node.disk.delete("cluster");
        assertThatThrownBy(() -> LocalNode.open(node.disk, "node1"))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("cluster.json");
    }

    @Test
    void memberThatLostItsIdDoesNotStart() {
        SimulatedNodes nodes = new SimulatedNodes(1, 1);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(1);
        Node node = nodes.nodes.get(0);
        node.disk.delete("node");
        assertThatThrownBy(() -> LocalNode.open(node.disk, "node1"))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("node.json");
    }

    @Test
    void nodeThatGaveUpItsLogComesBackToItsClusterUnderAnotherId() {
        for (int write = 0; write < 3; write++) {
            SimulatedNodes nodes = new SimulatedNodes(3, 3);
            nodes.nodes.forEach(Node::start);
            nodes.lookAll(4);
            Node node = nodes.nodes.get(2);
            NodeId former = giveUp(node);
            node.start();
            assertThat(node.running().returning()).isTrue();
            assertThat(node.running().former()).contains(new LocalNode.Former(former, "no log"));
            int[] left = {write};
            node.disk.beforeWrite = name -> {
                if (left[0]-- == 0) {
                    throw new Crash();
                }
            };
            node.look();
            if (!node.runs()) {
                node.start();
                node.look();
            }
            NodeId own = node.running().id();
            assertThat(nodes.joined).as("crash at write %s", write).containsExactly(own);
            assertThat(node.formed()).isEqualTo(nodes.nodes.get(0).formed());
            node.crash();
            node.start();
            assertThat(node.running().id()).isEqualTo(own).isNotEqualTo(former);
            assertThat(node.running().returning()).isFalse();
            assertThat(node.formed()).isPresent();
        }
    }

    private static NodeId giveUp(Node node) {
        LocalNode local = node.running();
        local.markLogBegun();
        local.wantReplacement("no log");
        local.wantReplacement("and another reason");
        local.beginAnew();
        assertThat(local.beginAnew()).as("again").isNotEqualTo(local.id());
        assertThatThrownBy(() -> local.markRemoved("was removed")).isInstanceOf(StateException.class);
        NodeId former = local.id();
        node.crash();
        return former;
    }

    @Test
    void nodesThatAllGaveUpTheirLogsFormNothingAnew() {
        SimulatedNodes nodes = new SimulatedNodes(4, 3);
        List<Node> three = nodes.nodes.subList(0, 3);
        three.forEach(Node::start);
        nodes.lookAll(4);
        three.forEach(FormationTest::giveUp);
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(5);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(three.get(0).reason()).contains("a member of shop, to come back as a new one", "no log");
    }

    @Test
    void nodeAgreesToOnePlanOnly() {
        SimulatedNodes nodes = new SimulatedNodes(1, 1);
        Node node = nodes.nodes.get(0);
        node.start();
        Membership first = new Membership("one", "shop", List.of(node.member()));
        Membership second = new Membership("two", "shop", List.of(node.member()));
        Formation formation = java.util.Objects.requireNonNull(node.formation);
        assertThat(formation.agree(first)).isEqualTo(first);
        assertThat(formation.agree(second)).isEqualTo(first);
    }

    @Test
    void onlyDatabaseOfAllIsAdopted() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(1).content = Optional.of(content("shop", 120));
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> nodes.nodes
                .get(1)
                .member()
                .id()
                .equals(node.formed().orElseThrow().adopted()));
    }

    @Test
    void nothingFormsBeforeEveryEngineWasLookedAt() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(2).content = Optional.empty();
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes.get(0).reason()).contains("what the engine holds is not known yet of node3");
        nodes.nodes.get(2).content = Optional.of(EngineContent.NOTHING);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isPresent());
    }

    @Test
    void twoDatabasesFormNothingAndAreCompared() {
        SimulatedNodes nodes = conflict();
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes)
                .allMatch(node -> node.reason().contains("database office is on node3 only")
                        && node.reason().contains("rows of shop.goods: about 120 on node1, about 80 on node3")
                        && node.reason().contains("DELETED"));
    }

    @Test
    void namedDatabaseIsAdopted() {
        SimulatedNodes nodes = conflict();
        nodes.nodes.forEach(node -> node.adopt = "node3");
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> nodes.nodes
                .get(2)
                .member()
                .id()
                .equals(node.formed().orElseThrow().adopted()));
    }

    @Test
    void allNodesMustNameTheSame() {
        SimulatedNodes nodes = conflict();
        nodes.nodes.get(0).adopt = "node3";
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes.get(0).reason()).contains("ADOPT is not the same on all nodes");
    }

    @Test
    void nameOfANodeWithoutDataIsRefused() {
        SimulatedNodes nodes = conflict();
        nodes.nodes.forEach(node -> node.adopt = "node2");
        nodes.nodes.forEach(Node::start);
        nodes.lookAll(4);
        assertThat(nodes.nodes).allMatch(node -> node.formed().isEmpty());
        assertThat(nodes.nodes.get(0).reason()).contains("ADOPT=node2, but its engine holds no data");
    }

    @Test
    void dataThatAppearedAfterThePlanAreNotGivenUp() {
        SimulatedNodes nodes = new SimulatedNodes(1, 1);
        Node node = nodes.nodes.get(0);
        node.content = Optional.of(content("shop", 1));
        node.start();
        Formation formation = java.util.Objects.requireNonNull(node.formation);
        assertThatThrownBy(() -> formation.agree(new Membership("one", "shop", List.of(node.member()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the engine holds data (expected: none)");
    }

    private static SimulatedNodes conflict() {
        SimulatedNodes nodes = new SimulatedNodes(3, 3);
        nodes.nodes.get(0).content = Optional.of(content("shop", 120));
        nodes.nodes.get(2).content = Optional.of(new EngineContent(List.of(
                new EngineContent.Database("office", List.of(), 0, 2),
                new EngineContent.Database("shop", List.of(new EngineContent.Table("goods", 80)), 0, 0))));
        return nodes;
    }

    private static EngineContent content(String database, long rows) {
        return new EngineContent(
                List.of(new EngineContent.Database(database, List.of(new EngineContent.Table("goods", rows)), 0, 0)));
    }
}
