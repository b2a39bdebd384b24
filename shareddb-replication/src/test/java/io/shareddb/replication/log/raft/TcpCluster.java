package io.shareddb.replication.log.raft;

import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.transport.NettyLogTransport;
import io.shareddb.replication.segment.DirectoryDisk;
import io.shareddb.replication.segment.Disk;
import io.shareddb.replication.segment.StallingDisk;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Nodes of one log in this process, on real files and TCP over loopback. */
final class TcpCluster implements AutoCloseable {
    /** One running node. */
    record Node(NodeId id, RaftReplicatedLog log, RecordingListener listener, StallingDisk disk) {}

    private static final byte[] SECRET = "known to all nodes".getBytes(StandardCharsets.UTF_8);

    private final Path directory;
    private final List<NodeId> voters = new ArrayList<>();
    private final Map<NodeId, InetSocketAddress> addresses = new java.util.concurrent.ConcurrentHashMap<>();
    private final Map<NodeId, Node> nodes = new LinkedHashMap<>();
    private final UnaryOperator<LogSettings> settings;

    TcpCluster(Path directory, int size, UnaryOperator<LogSettings> settings) throws IOException {
        this.directory = directory;
        this.settings = settings;
        for (int i = 1; i <= size; i++) {
            voters.add(new NodeId("n" + i));
        }
        for (NodeId id : voters) {
            start(id);
        }
    }

    Node start(NodeId id) throws IOException {
        InetSocketAddress bind =
                addresses.getOrDefault(id, new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0));
        NettyLogTransport transport = new NettyLogTransport(new NettyLogTransport.Settings(
                "test",
                id,
                bind,
                peer -> Optional.ofNullable(addresses.get(peer)),
                Optional.of(NodeTls.ofSecret(id.value(), SECRET, Optional.empty()))));
        LogSettings own = settings.apply(LogSettings.of("test", id, voters)
                .withSegmentBytes(1 << 20)
                .withTimes(Duration.ofMillis(200), Duration.ofMillis(2_000)));
        StallingDisk disk = new StallingDisk(openDisk(id, transport));
        RaftReplicatedLog log = new RaftReplicatedLog(own, disk, transport, Runnable::run, new Random());
        Node node = new Node(id, log, new RecordingListener(), disk);
        log.start(node.listener());
        addresses.put(id, transport.address());
        nodes.put(id, node);
        return node;
    }

    private Disk openDisk(NodeId id, NettyLogTransport transport) throws IOException {
        try {
            return DirectoryDisk.open(directory.resolve(id.value()));
        } catch (IOException e) {
            transport.close();
            throw e;
        }
    }

    void stop(NodeId id) {
        nodes.remove(id).log().close();
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** The leader, once all agree: on a busy machine the first one may meet another one's election that began before. */
    Node leader() {
        await("a leader of all", () -> agreed().isPresent());
        return agreed().orElseThrow();
    }

    private Optional<Node> agreed() {
        return nodes().stream()
                .filter(node -> node.listener().leadingTerm() > 0)
                .filter(leader -> nodes().stream().allMatch(node -> {
                    LogState state = node.log().state();
                    return state.term() == leader.listener().leadingTerm()
                            && state.leader().equals(Optional.of(leader.id()));
                }))
                .findFirst();
    }

    List<Node> followers() {
        Node leader = leader();
        return nodes().stream().filter(node -> !node.id().equals(leader.id())).toList();
    }

    static void await(String what, BooleanSupplier condition) {
        await(what, Duration.ofSeconds(20), condition);
    }

    static void await(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + limit + " for " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> node.log().close());
    }
}
