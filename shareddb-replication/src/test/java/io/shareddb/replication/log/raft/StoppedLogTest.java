package io.shareddb.replication.log.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.transport.NettyLogTransport;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that do not run get other members, and go on with everything that they hold. */
class StoppedLogTest {
    private static final byte[] SECRET = "known to all nodes".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private final Map<NodeId, InetSocketAddress> addresses = new ConcurrentHashMap<>();

    private RaftReplicatedLog start(String cluster, NodeId id, List<NodeId> formation, RecordingListener listener)
            throws IOException {
        NettyLogTransport transport = new NettyLogTransport(new NettyLogTransport.Settings(
                cluster,
                id,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                peer -> Optional.ofNullable(addresses.get(peer)),
                Optional.of(NodeTls.ofSecret(id.value(), SECRET, Optional.empty()))));
        RaftReplicatedLog log = RaftReplicatedLog.open(
                LogSettings.of(cluster, id, formation).withTimes(Duration.ofMillis(200), Duration.ofMillis(2_000)),
                directory.resolve(id.value()),
                transport);
        log.start(listener);
        addresses.put(id, transport.address());
        return log;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Position append(TcpCluster.Node leader, String text)
            throws InterruptedException, ExecutionException, TimeoutException {
        return leader.log()
                .append(leader.listener().leadingTerm(), bytes(text))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static List<String> read(StoppedLog log) throws IOException {
        List<String> texts = new ArrayList<>();
        log.read(entry -> add(texts, entry));
        return texts;
    }

    private static void add(List<String> texts, LogEntry entry) {
        if (entry.payload().hasRemaining()) {
            texts.add(StandardCharsets.UTF_8.decode(entry.payload()).toString());
        }
    }

    @Test
    void twoOfFiveGoOnWithAllThatTheMoreAdvancedOneHolds() throws Exception {
        List<NodeId> survivors;
        List<NodeId> formation;
        try (TcpCluster cluster = new TcpCluster(directory, 5, settings -> settings)) {
            TcpCluster.Node leader = cluster.leader();
            formation = cluster.nodes().stream().map(TcpCluster.Node::id).toList();
            NodeId behind = cluster.followers().get(0).id();
            append(leader, "one");
            TcpCluster.await("all have it", () -> cluster.nodes().stream()
                    .allMatch(node -> node.log().state().commitIndex() >= 2));
            cluster.stop(behind);
            append(leader, "two");
            survivors = List.of(leader.id(), behind);
        }
        Position last;
        try (StoppedLog ahead =
                        StoppedLog.open(directory.resolve(survivors.get(0).value()));
                StoppedLog behind =
                        StoppedLog.open(directory.resolve(survivors.get(1).value()))) {
            assertThat(read(ahead)).containsExactly("one", "two");
            assertThat(read(behind)).containsExactly("one");
            assertThat(ahead.last().index()).isGreaterThan(behind.last().index());
            assertThat(ahead.members().voters()).containsExactlyInAnyOrderElementsOf(formation);
            long term = Math.max(ahead.term(), behind.term()) + 1;
            last = new Position(term, ahead.last().index() + 1);
            ahead.decideMembers(term, survivors);
            ahead.decideMembers(term, survivors); // again, after a crash say
            assertThat(ahead.last()).isEqualTo(last);
            for (StoppedLog log : List.of(ahead, behind)) {
                log.moveTo("next", term);
                log.moveTo("next", term);
                assertThat(log.cluster()).isEqualTo("next");
            }
        }
        RecordingListener ahead = new RecordingListener();
        RecordingListener behind = new RecordingListener();
        try (RaftReplicatedLog one = start("next", survivors.get(0), formation, ahead);
                RaftReplicatedLog other = start("next", survivors.get(1), formation, behind)) {
            TcpCluster.await("the one that is ahead leads", () -> ahead.leadingTerm() > 0);
            one.append(ahead.leadingTerm(), bytes("three"))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            TcpCluster.await(
                    "the other one has everything",
                    () -> other.state().commitIndex() == one.state().commitIndex());
            assertThat(one.state().committedMembers().voters()).containsExactlyInAnyOrderElementsOf(survivors);
            assertThat(other.state().committedMembers().all()).containsExactlyInAnyOrderElementsOf(survivors);
            assertThat(behind.entries()).containsExactlyElementsOf(ahead.entries());
            assertThat(ahead.entries()).containsExactly("one", "two", "three");
        }
    }

    @Test
    void directoryInUseOrWithoutALogIsRefused() throws Exception {
        try (TcpCluster cluster = new TcpCluster(directory, 1, settings -> settings)) {
            Path used = directory.resolve(cluster.leader().id().value());
            assertThatThrownBy(() -> StoppedLog.open(used)).hasMessageContaining("in use");
        }
        assertThatThrownBy(() -> StoppedLog.open(directory.resolve("nothing")))
                .isInstanceOf(LogCorruptException.class)
                .hasMessageContaining("holds no log");
    }
}
