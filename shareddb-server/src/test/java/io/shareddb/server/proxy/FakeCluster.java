package io.shareddb.server.proxy;

import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.log.NodeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A node's role as a test wants it, and a log that has every commit unless it is told to wait. Thread-safe. */
final class FakeCluster implements ClusterAccess, CommitGate {
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");

    private final List<Consumer<RoleView>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
    private volatile RoleView view = view(NodeState.STARTING, 0, Optional.empty(), false, false);
    private volatile Optional<InetSocketAddress> leader = Optional.empty();
    private volatile List<InetSocketAddress> others = List.of();
    private volatile Optional<LocalEngine> engine = Optional.empty();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    final FakeHistory history = new FakeHistory();
    private volatile boolean gateOpen = true;
    private volatile Optional<String> refusal = Optional.empty();
    private volatile Optional<Duration> withoutLeader = Optional.empty();

    private static RoleView view(
            NodeState state, long epoch, Optional<NodeId> leader, boolean writable, boolean readable) {
        return new RoleView(state, "", epoch, leader, writable, readable, false);
    }

    void engine(LocalEngine local) {
        engine = Optional.of(local);
    }

    void noEngine() {
        engine = Optional.empty();
    }

    void leading(long epoch) {
        leader = Optional.empty();
        change(view(NodeState.LEADING, epoch, Optional.of(A), true, true));
    }

    void following(long epoch, NodeId id, int port) {
        leader = Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        change(view(NodeState.FOLLOWING, epoch, Optional.of(id), false, true));
    }

    void leaderless(boolean readable) {
        leader = Optional.empty();
        change(view(NodeState.FOLLOWING, view.epoch(), Optional.empty(), false, readable));
    }

    private void change(RoleView next) {
        view = next;
        listeners.forEach(listener -> listener.accept(next));
    }

    /** From now on commits wait until {@link #settle}. */
    void closeGate() {
        gateOpen = false;
    }

    /** Lets those that wait, and all later ones, pass; or says that the epoch ended. */
    void settle(boolean committed) {
        if (!committed) {
            lost.addAll(waiting.keySet());
        }
        gateOpen = true;
        waiting.values().forEach(future -> future.complete(committed));
        waiting.clear();
    }

    int waitingCommits() {
        return waiting.size();
    }

    @Override
    public RoleView role() {
        return view;
    }

    @Override
    public Optional<String> writesRefused() {
        return refusal;
    }

    /** From now on writes are refused for that reason, or not any more. */
    void refuseWrites(Optional<String> reason) {
        refusal = reason;
    }

    @Override
    public Optional<Duration> refusesReads() {
        return withoutLeader;
    }

    /** For so long there has been no leader, and reads are refused for it; empty: they go on. */
    void refuseReads(Optional<Duration> withoutLeaderFor) {
        withoutLeader = withoutLeaderFor;
    }

    @Override
    public Registration onChange(Consumer<RoleView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Optional<InetSocketAddress> leaderEndpoint() {
        return leader;
    }

    @Override
    public List<InetSocketAddress> otherEndpoints() {
        return others;
    }

    /** The other nodes' proxies listen there. */
    void others(int... ports) {
        others = IntStream.of(ports)
                .mapToObj(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .toList();
    }

    @Override
    public Optional<LocalEngine> engine() {
        return engine;
    }

    @Override
    public boolean isCommitted(Gtid gtid) {
        return gateOpen && !lost.contains(gtid.text());
    }

    @Override
    public CompletionStage<Boolean> whenCommitted(Gtid gtid) {
        return gateOpen
                ? CompletableFuture.completedFuture(true)
                : waiting.computeIfAbsent(gtid.text(), text -> new CompletableFuture<>());
    }

    @Override
    public long decidingEpoch() {
        return view.epoch();
    }

    /** What {@link #settle} left open is in the log after all. */
    void found() {
        lost.clear();
    }

    @Override
    public CommittedHistory history() {
        return history;
    }

    /** A history as a test wants it. */
    static final class FakeHistory implements CommittedHistory {
        volatile long seq;
        volatile String position = "";
        volatile boolean majority = true;
        private final AtomicInteger barriers = new AtomicInteger();

        int barriers() {
            return barriers.get();
        }

        @Override
        public long committedSeq() {
            return seq;
        }

        @Override
        public EnginePosition position() {
            String text = position;
            return new EnginePosition() {
                @Override
                public String text() {
                    return text;
                }

                @Override
                public boolean contains(Gtid gtid) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public EnginePosition plus(Gtid gtid) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public long appliedSeq() {
            return seq;
        }

        @Override
        public CompletionStage<Void> whenSeq(long wanted) {
            return seq >= wanted ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Long> readBarrier() {
            barriers.incrementAndGet();
            return majority
                    ? CompletableFuture.completedFuture(seq)
                    : CompletableFuture.failedFuture(new IllegalStateException("no majority"));
        }
    }
}
