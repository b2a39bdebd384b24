package io.shareddb.cluster.examples;

import io.shareddb.cluster.bootstrap.Formation;
import io.shareddb.cluster.bootstrap.FormationConfig;
import io.shareddb.cluster.bootstrap.OwnEngine;
import io.shareddb.cluster.discovery.StaticPeers;
import io.shareddb.cluster.member.FileStateStore;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.peer.NodeStatusSource;
import io.shareddb.cluster.peer.OperationClient;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.repair.Reseed;
import io.shareddb.cluster.repair.SnapshotFetcher;
import io.shareddb.cluster.role.Captures;
import io.shareddb.cluster.role.Clients;
import io.shareddb.cluster.role.LeaderAbsence;
import io.shareddb.cluster.role.NodeRole;
import io.shareddb.cluster.role.OwnThread;
import io.shareddb.cluster.role.Role;
import io.shareddb.cluster.role.RoleParts;
import io.shareddb.cluster.role.RoleSettings;
import io.shareddb.cluster.role.RoleStatus;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.cluster.role.WithoutLeader;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node put together by hand: how it gets a cluster, and how its life cycle is run. */
public final class OneNode {
    private OneNode() {}

    /** Forms a cluster of one node; when it was formed before, reads it back. */
    public static Membership form(
            Path directory, PeerClient client, OperationClient operations, OwnEngine ownEngine, Consumer<String> waits)
            throws InterruptedException {
        StateStore store = new FileStateStore(directory);
        LocalNode local = LocalNode.open(store, "node1"); // an id at the first start, the same one ever after
        Member own = new Member(local.id(), "node1", "127.0.0.1", 3307, 7071, 8008, 7072);
        Formation formation = new Formation(
                local,
                own,
                new FormationConfig("shop", 1, Duration.ofMillis(200), ""),
                StaticPeers.parse("", 7071),
                client,
                () -> UUID.randomUUID().toString(),
                ownEngine,
                operations,
                store,
                start -> RaftReplicatedLog.reset(
                        directory.resolve("log"), start.position(), start.members(), start.payload()));
        return formation.form(waits); // blocks until every member has agreed
    }

    /** Starts the life cycle. @return how the node does */
    public static NodeStatusSource start(
            Membership membership,
            Member own,
            StateStore store,
            Path directory,
            EngineProcess engine,
            ReplicatedLog log,
            Captures captures,
            Supplier<RelayAddress> relay,
            SnapshotFetcher fetcher,
            Supplier<List<PeerStatus>> peers,
            Supplier<Optional<Members>> members,
            Clients clients,
            Consumer<RoleView> proxy) {
        Leadership leadership = new Leadership();
        LogArchive archive = new LogArchive(directory.resolve("archive"), List.of(engine.family()), log, leadership);
        RoleParts parts = new RoleParts(
                own.id(),
                engine,
                log,
                () -> log.start(archive),
                archive,
                captures,
                relay,
                new Reseed(peers, () -> archive.firstSeq() - 1, fetcher),
                store,
                peers,
                clients,
                Optional.ofNullable(membership.adopted()),
                ""); // no boot id: the engine syncs each commit while it leads
        NodeRole role = new NodeRole(parts, RoleSettings.defaults(), new OwnThread("node1"));
        LeaderAbsence absence = new LeaderAbsence(System::nanoTime);
        leadership.passTo(role);
        role.addListener(absence);
        role.addListener(proxy); // fences when the view is not writable any more
        role.start(); // later role.close(): hands leadership over, then stops the engine
        return new RoleStatus(
                role, parts, new WithoutLeader(own.id(), absence, Optional.of(Duration.ofSeconds(10)), members, peers));
    }

    /** What the log says goes to the role, which is made after the log's listener. Thread-safe. */
    private static final class Leadership implements LeadershipListener {
        private volatile @Nullable Role role;

        void passTo(Role other) {
            role = other;
        }

        private void tell(Consumer<LeadershipListener> what) {
            Role told = role;
            if (told != null) {
                what.accept(told.leadership());
            }
        }

        @Override
        public void onLeader(long term) {
            tell(told -> told.onLeader(term));
        }

        @Override
        public void onNotLeader(long term) {
            tell(told -> told.onNotLeader(term));
        }

        @Override
        public void onLeaderChanged(Optional<NodeId> leader, long term) {
            tell(told -> told.onLeaderChanged(leader, term));
        }

        @Override
        public void onReseedRequired(long firstAvailable) {
            tell(told -> told.onReseedRequired(firstAvailable));
        }

        @Override
        public void onFatal(Throwable cause) {
            tell(told -> told.onFatal(cause));
        }
    }
}
