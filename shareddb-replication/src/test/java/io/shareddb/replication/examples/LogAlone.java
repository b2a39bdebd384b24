package io.shareddb.replication.examples;

import io.shareddb.replication.log.LogEntry;
import io.shareddb.replication.log.LogListener;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.Position;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.log.transport.NettyLogTransport;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** The replicated log on its own: a counter on three nodes. */
public final class LogAlone implements LogListener {
    private static final byte[] SECRET = "known to all nodes".getBytes(StandardCharsets.UTF_8);

    private final CompletableFuture<Long> leading = new CompletableFuture<>();
    private final BlockingQueue<Long> values = new LinkedBlockingQueue<>();
    private long appliedIndex;
    private long counter;

    /** Opens one node; {@code addresses} says where all of them listen. */
    public RaftReplicatedLog open(NodeId self, Map<NodeId, InetSocketAddress> addresses, Path directory)
            throws IOException {
        NettyLogTransport transport = new NettyLogTransport(new NettyLogTransport.Settings(
                "example",
                self,
                Objects.requireNonNull(addresses.get(self)),
                peer -> Optional.ofNullable(addresses.get(peer)),
                Optional.of(NodeTls.ofSecret(self.value(), SECRET, Optional.empty()))));
        List<NodeId> voters = addresses.keySet().stream().sorted().toList();
        RaftReplicatedLog log = RaftReplicatedLog.open(LogSettings.of("example", self, voters), directory, transport);
        log.start(this);
        return log;
    }

    /** The term, once this node leads: {@code log.append(term, add(5))} then adds 5 everywhere. */
    public CompletableFuture<Long> leading() {
        return leading;
    }

    /** The counter's values, as they come. */
    public BlockingQueue<Long> values() {
        return values;
    }

    /** An entry that adds a number. */
    public static ByteBuffer add(long number) {
        return ByteBuffer.wrap(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }

    /** Where the example listens: nodes n1 to n3 on consecutive ports of the loopback interface. */
    public static Map<NodeId, InetSocketAddress> addresses(int firstPort) {
        InetAddress host = InetAddress.getLoopbackAddress();
        return Map.of(
                new NodeId("n1"), new InetSocketAddress(host, firstPort),
                new NodeId("n2"), new InetSocketAddress(host, firstPort + 1),
                new NodeId("n3"), new InetSocketAddress(host, firstPort + 2));
    }

    @Override
    public void onCommitted(LogEntry entry) {
        ByteBuffer payload = entry.payload();
        if (entry.position().index() > appliedIndex && payload.hasRemaining()) {
            counter += Long.parseLong(StandardCharsets.US_ASCII.decode(payload).toString());
            values.add(counter);
        }
        appliedIndex = entry.position().index();
    }

    @Override
    public ByteBuffer takeMarker() {
        return ByteBuffer.allocate(Long.BYTES).putLong(counter).flip();
    }

    @Override
    public void onMarker(Position position, ByteBuffer marker, long firstIndex) {
        counter = marker.getLong();
        appliedIndex = position.index();
    }

    @Override
    public void onLeader(long term) {
        leading.complete(term);
    }

    @Override
    public void onNotLeader(long term) {
        // Appends of that term fail from now on.
    }

    @Override
    public void onLeaderChanged(Optional<NodeId> leader, long term) {
        // Where to send clients.
    }

    @Override
    public void onReseedRequired(long firstAvailable) {
        throw new IllegalStateException("copy the counter from another node, then RaftReplicatedLog.reset");
    }

    @Override
    public void onFatal(Throwable cause) {
        throw new IllegalStateException("this node is out", cause);
    }
}
