package io.shareddb.server;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.Gtid;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.log.NodeId;
import io.shareddb.server.accounts.EngineAccounts;
import io.shareddb.server.proxy.ClusterAccess;
import io.shareddb.server.proxy.CommitGate;
import io.shareddb.server.proxy.CommittedHistory;
import io.shareddb.server.proxy.LocalEngine;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the proxy sees of the node, from before it is a member. Thread-safe; nothing blocks. */
final class ProxyView implements ClusterAccess, CommitGate {
    private static final RoleView FORMING =
            new RoleView(NodeState.STARTING, "forms the cluster", 0, Optional.empty(), false, false, false);

    private final NodeId own;
    private final List<Consumer<RoleView>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable ClusterMember member;

    ProxyView(NodeId own) {
        this.own = own;
    }

    /** The node is a member from now on. */
    void joined(ClusterMember joined) {
        member = joined;
        joined.role().addListener(view -> listeners.forEach(listener -> listener.accept(view)));
    }

    @Override
    public RoleView role() {
        ClusterMember joined = member;
        return joined == null ? FORMING : joined.role().view();
    }

    @Override
    public Optional<String> writesRefused() {
        ClusterMember joined = member;
        return joined == null ? Optional.empty() : joined.writesRefused();
    }

    @Override
    public Optional<Duration> refusesReads() {
        ClusterMember joined = member;
        return joined == null ? Optional.empty() : joined.withoutLeader().refusesReads();
    }

    @Override
    public Registration onChange(Consumer<RoleView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Optional<InetSocketAddress> leaderEndpoint() {
        ClusterMember joined = member;
        if (joined == null) {
            return Optional.empty();
        }
        return joined.role()
                .view()
                .leader()
                .filter(leader -> !leader.equals(own))
                .flatMap(joined::member)
                .map(ProxyView::endpoint);
    }

    @Override
    public List<InetSocketAddress> otherEndpoints() {
        ClusterMember joined = member;
        return joined == null
                ? List.of()
                : joined.members().stream()
                        .filter(other -> !other.id().equals(own))
                        .map(ProxyView::endpoint)
                        .toList();
    }

    private static InetSocketAddress endpoint(Member leader) {
        return InetSocketAddress.createUnresolved(leader.host(), leader.mysqlPort());
    }

    @Override
    public CommittedHistory history() {
        return new CommittedHistory() {
            @Override
            public long committedSeq() {
                ClusterMember joined = member;
                return joined == null ? 0 : joined.archive().committed().seq();
            }

            @Override
            public EnginePosition position() {
                ClusterMember joined = member;
                if (joined == null) {
                    throw new IllegalStateException("not a member yet");
                }
                return joined.archive().committed().position();
            }

            @Override
            public long appliedSeq() {
                ClusterMember joined = member;
                return joined == null ? 0 : joined.roleStatus().appliedSeq();
            }

            @Override
            public CompletionStage<Void> whenSeq(long seq) {
                ClusterMember joined = member;
                return joined == null
                        ? CompletableFuture.failedFuture(new IllegalStateException("not a member yet"))
                        : joined.archive().whenSeq(seq);
            }

            @Override
            public CompletionStage<Long> readBarrier() {
                ClusterMember joined = member;
                return joined == null
                        ? CompletableFuture.failedFuture(new IllegalStateException("not a member yet"))
                        : joined.readBarrier();
            }
        };
    }

    @Override
    public Optional<LocalEngine> engine() {
        ClusterMember joined = member;
        EngineSummary summary = joined == null ? null : joined.roleStatus().engine();
        return summary == null
                ? Optional.empty()
                : running().flatMap(engine -> place(engine)
                        .map(access -> new LocalEngine(
                                host(engine, access),
                                summary.port(),
                                access.socket(),
                                engine.family().sessions().greetingVersion(summary.version()),
                                engine.family())));
    }

    /** What the others' engines are like: the kind that writes the history, in the version that one of them has. */
    @Override
    public Optional<LocalEngine> enginesElsewhere() {
        ClusterMember joined = member;
        if (joined == null || joined.engine().isPresent()) {
            return Optional.empty();
        }
        String name = joined.archive().committed().family();
        Optional<String> version = joined.peers().stream()
                .flatMap(peer -> Optional.ofNullable(peer.lastKnown()).stream())
                .flatMap(status -> Optional.ofNullable(status.engine()).stream())
                .map(EngineSummary::version)
                .findFirst();
        return version.flatMap(known -> ManagedEngine.families().stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .map(family -> new LocalEngine(
                        "", 0, Optional.empty(), family.sessions().greetingVersion(known), family)));
    }

    private Optional<EngineProcess> running() {
        ClusterMember joined = member;
        return joined == null ? Optional.empty() : joined.engine().filter(EngineProcess::alive);
    }

    private static Optional<EngineAccess> place(EngineProcess engine) {
        try {
            return Optional.of(engine.access());
        } catch (EngineException e) { // it ended at this moment
            return Optional.empty();
        }
    }

    private static String host(EngineProcess engine, EngineAccess access) {
        return engine.managed() ? "127.0.0.1" : access.host();
    }

    /** The accounts of this node's engine, empty while it does not run. */
    Optional<EngineAccounts.Source> accounts() {
        return running().flatMap(engine -> place(engine)
                .map(access -> new EngineAccounts.Source(
                        access.administration(), engine.family().accounts(), host(engine, access))));
    }

    @Override
    public boolean isCommitted(Gtid gtid) {
        ClusterMember joined = member;
        return joined != null && joined.archive().isCommitted(gtid);
    }

    @Override
    public CompletionStage<Boolean> whenCommitted(Gtid gtid) {
        ClusterMember joined = member;
        return joined == null
                ? CompletableFuture.completedFuture(false)
                : joined.archive().whenCommitted(gtid);
    }

    @Override
    public long decidingEpoch() {
        ClusterMember joined = member;
        return joined == null ? 0 : joined.role().view().decidingEpoch(joined.own(), joined.archive());
    }
}
