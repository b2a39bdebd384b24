package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.discovery.StaticPeers;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.MemoryStateStore;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.PeerAddress;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationClient;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.ContentDigest;
import io.shareddb.replication.engine.EngineContent;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Nodes of one test in one thread. A crash takes everything but the disk. */
final class SimulatedNodes {
    /** The process ends here. */
    static final class Crash extends RuntimeException {}

    /** One node: its disk lives on, the rest is made anew at each start. */
    final class Node {
        final int number;
        final MemoryStateStore disk = new MemoryStateStore();
        String clusterName = "shop";
        int clusterSize;
        String secret = "secret";
        NodeKind kind = NodeKind.FULL;
        Optional<EngineContent> content = Optional.of(EngineContent.NOTHING);
        EngineKind kindOfEngine = EngineKind.of("MariaDB", "11.4.5");
        ContentDigest digest = new ContentDigest(Map.of(), 0, 0, true);
        boolean compares;
        String adopt = "";

        @Nullable
        LocalNode local;

        @Nullable
        Formation formation;

        Optional<FormationStep> last = Optional.empty();

        Node(int number, int clusterSize) {
            this.number = number;
            this.clusterSize = clusterSize;
        }

        PeerAddress address() {
            return new PeerAddress("127.0.0.1", 7000 + number);
        }

        boolean runs() {
            return formation != null;
        }

        void start() {
            try {
                LocalNode opened = LocalNode.open(disk, "node" + number);
                local = opened;
                Set<PeerAddress> seen = new LinkedHashSet<>();
                nodes.forEach(node -> seen.add(node.address()));
                formation = new Formation(
                        opened,
                        member(),
                        new FormationConfig(clusterName, clusterSize, Duration.ofMillis(1), adopt),
                        new StaticPeers(seen),
                        new Client(this),
                        () -> "cluster-" + ++clusterIds,
                        engine,
                        new Operations(),
                        disk,
                        start -> begun.add(start.position().index()));
            } catch (Crash e) {
                crash();
            }
        }

        /** Reads what it holds as soon as it is asked to. */
        final OwnEngine engine = new OwnEngine() {
            @Override
            public Optional<FoundEngine> found() {
                return content.map(held -> new FoundEngine(kindOfEngine, held, compares ? digest : null));
            }

            @Override
            public void compare() {
                compares = true;
            }
        };

        Member member() {
            return new Member(
                    running().id(),
                    "node" + number,
                    "127.0.0.1",
                    3300 + number,
                    7000 + number,
                    8000 + number,
                    9000 + number,
                    kind);
        }

        LocalNode running() {
            LocalNode opened = local;
            if (opened == null) {
                throw new IllegalStateException("node" + number + " does not run");
            }
            return opened;
        }

        void crash() {
            local = null;
            formation = null;
        }

        /** One look around; a node that crashes in it is down afterwards. */
        void look() {
            Formation here = formation;
            if (here == null) {
                return;
            }
            try {
                last = Optional.of(here.look());
            } catch (Crash e) {
                crash();
            }
        }

        Optional<Membership> formed() {
            LocalNode opened = local;
            return opened == null ? Optional.empty() : opened.formed();
        }

        String reason() {
            return last.map(step -> step instanceof FormationStep.Waiting waiting
                            ? waiting.reason()
                            : step instanceof FormationStep.Refused refused ? refused.reason() : "formed")
                    .orElse("");
        }
    }

    /** Calls the other node's methods; it may crash on the way, and the answer is lost. */
    private final class Client implements PeerClient {
        private final Node from;

        Client(Node from) {
            this.from = from;
        }

        private Optional<Node> at(PeerAddress address) {
            return nodes.stream()
                    .filter(node -> node.address().equals(address) && node.runs())
                    .findFirst();
        }

        @Override
        public CompletionStage<PeerReport> report(PeerAddress address) {
            Optional<Node> node = at(address);
            if (node.isEmpty()) {
                return unreachable(address);
            }
            Node peer = node.get();
            if (!peer.secret.equals(from.secret)) {
                return CompletableFuture.failedFuture(new PeerException(
                        PeerException.Reason.REFUSED, address + " answered 401: other CLUSTER_SECRET"));
            }
            LocalNode local = peer.running();
            NodeStatus status =
                    new NodeStatus(NodeState.STARTING, "", 0, null, false, false, 0, 0, 0, 1, null, null, null);
            return CompletableFuture.completedFuture(new PeerReport(
                    peer.clusterName,
                    peer.clusterSize,
                    peer.member(),
                    local.agreed().orElse(null),
                    local.formed().isPresent(),
                    peer.engine.found().orElse(null),
                    peer.adopt,
                    status,
                    null,
                    List.of()));
        }

        @Override
        public CompletionStage<Member> announce(PeerAddress address, Member own) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Membership> propose(PeerAddress address, Membership plan) {
            Optional<Node> node = at(address);
            Formation formation = node.isEmpty() ? null : node.get().formation;
            if (node.isEmpty() || formation == null) {
                return unreachable(address);
            }
            try {
                return CompletableFuture.completedFuture(formation.agree(plan));
            } catch (Crash e) {
                node.get().crash();
                return unreachable(address);
            }
        }

        private <T> CompletionStage<T> unreachable(PeerAddress address) {
            return CompletableFuture.failedFuture(
                    new PeerException(PeerException.Reason.UNREACHABLE, address + ": connection refused"));
        }
    }

    /** Every member takes everybody in. */
    private final class Operations implements OperationClient {
        @Override
        public CompletionStage<JoinResult> join(PeerAddress address, JoinRequest request) {
            Optional<Membership> formation = nodes.stream()
                    .filter(node -> node.runs() && node.address().equals(address))
                    .findFirst()
                    .flatMap(Node::formed);
            if (formation.isEmpty() || !takesIn) {
                return CompletableFuture.failedFuture(new OperationException("there is no leader now"));
            }
            joined.add(request.member().id());
            List<Member> members = new ArrayList<>(formation.get().members());
            members.add(request.member());
            return CompletableFuture.completedFuture(new JoinResult(formation.get(), members, start));
        }

        @Override
        public CompletionStage<TransferResult> transfer(PeerAddress leader, TransferRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<DrainRequest> drain(PeerAddress address, DrainRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<RemoveRequest> remove(PeerAddress leader, RemoveRequest request) {
            throw new UnsupportedOperationException();
        }
    }

    final List<Node> nodes = new ArrayList<>();
    final Set<NodeId> joined = new LinkedHashSet<>();
    final List<Long> begun = new ArrayList<>();
    boolean takesIn = true;

    JoinResult.@Nullable Start start;

    private int clusterIds;

    SimulatedNodes(int count, int clusterSize) {
        for (int number = 1; number <= count; number++) {
            nodes.add(new Node(number, clusterSize));
        }
    }

    /** Everybody who runs looks around, again and again. */
    void lookAll(int rounds) {
        for (int round = 0; round < rounds; round++) {
            nodes.forEach(Node::look);
        }
    }
}
