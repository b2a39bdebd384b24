package io.shareddb.server;

import io.shareddb.api.cluster.HttpPeerClient;
import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.membership.MemberKeeper;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.NodeStatusSource;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.PeerStatusPoller;
import io.shareddb.cluster.repair.Reseed;
import io.shareddb.cluster.role.Clients;
import io.shareddb.cluster.role.LeaderAbsence;
import io.shareddb.cluster.role.NodeRole;
import io.shareddb.cluster.role.OwnThread;
import io.shareddb.cluster.role.Role;
import io.shareddb.cluster.role.RoleParts;
import io.shareddb.cluster.role.RoleSettings;
import io.shareddb.cluster.role.RoleStatus;
import io.shareddb.cluster.role.WithoutLeader;
import io.shareddb.cluster.role.WitnessRole;
import io.shareddb.cluster.storage.FreeSpace;
import io.shareddb.cluster.storage.Storage;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.capture.CommitTimings;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.log.LogTimings;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.ReplicatedLog;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.log.transport.NettyLogTransport;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.tls.NodeTls;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node consists of once it is a member of a cluster: its log, the archive in it, its engine, capture and relay between them, and
 * the role that moves them. Thread-safe.
 */
final class ClusterMember implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(ClusterMember.class);
    private static final int HEARTBEATS_PER_TIMEOUT = 5;

    private static final Duration POLL_PEERS = Duration.ofMillis(500);
    private static final Duration LOOK_AT_STORAGE = Duration.ofSeconds(1);

    private static final Duration WATCH_DISK = Duration.ofMillis(100);

    private final MemberDirectory directory;
    private final ReplicatedLog log;
    private final LogArchive archive;
    private final Optional<EngineSide> side;
    private final PeerStatusPoller poller;
    private final MemberKeeper keeper;
    private final ScheduledExecutorService pollThread;
    private final Role role;
    private final NodeStatusSource status;
    private final WithoutLeader withoutLeader;
    private volatile boolean logRuns;
    private final Storage storage;
    private final ScheduledExecutorService storageThread;

    /**
     * Puts the parts together; nothing runs before {@link #start}.
     *
     * @param engine closed with this; empty for a witness
     * @param clients what sessions do at this engine
     * @param removed called with a reason when the cluster goes on without this node; on any thread, must not block for long
     * @param failed hears why the log cannot go on; on any thread, must not block
     */
    ClusterMember(
            NodeConfig config,
            Membership membership,
            Member own,
            StateStore store,
            Discovery discovery,
            HttpPeerClient peers,
            Optional<NodeTls> tls,
            Optional<EngineProcess> engine,
            Clients clients,
            Consumer<String> removed,
            Consumer<Throwable> failed)
            throws IOException {
        NodeId id = own.id();
        NodeLayout layout = new NodeLayout(config.dataDirectory());
        directory = new MemberDirectory(membership, own, store);
        NettyLogTransport transport = transport(config, membership, id, tls);
        log = openLog(config, layout, membership, id, transport);
        Leadership leadership = new Leadership(removed, failed);
        Files.createDirectories(layout.archive());
        archive = new LogArchive(layout.archive(), ManagedEngine.families(), log, leadership);
        side = engine.map(process -> new EngineSide(config, process, id, log, archive, transport.loop()));
        poller = new PeerStatusPoller(id, directory, discovery, peers, System::nanoTime, this::heard);
        keeper = new MemberKeeper(
                own,
                membership,
                log,
                () -> logRuns ? Optional.of(log.state()) : Optional.empty(),
                directory,
                poller::statuses,
                peers,
                new MemberKeeper.Settings(
                        config.cluster().size(), config.cluster().replaceAfter()),
                why -> leadership.onFatal(new RemovedException(id, why)));
        pollThread = ownThread(config.nodeName() + "-peers");
        storageThread = ownThread(config.nodeName() + "-storage");
        LeaderAbsence absence = new LeaderAbsence(System::nanoTime);
        withoutLeader = new WithoutLeader(
                id,
                absence,
                config.access().staleReads()
                        ? Optional.empty()
                        : Optional.of(config.access().leaderWait()),
                keeper::members,
                poller::statuses);
        OwnThread thread = new OwnThread(config.nodeName());
        if (side.isEmpty()) {
            WitnessRole witness = new WitnessRole(
                    new WitnessRole.Parts(id, log, this::startLog, archive, poller::statuses),
                    RoleSettings.defaults(),
                    thread,
                    withoutLeader);
            role = witness;
            status = witness;
        } else {
            RoleParts parts = parts(config, membership, id, side.get(), peers, store, clients);
            NodeRole full = new NodeRole(parts, RoleSettings.defaults(), thread);
            role = full;
            status = new RoleStatus(full, parts, withoutLeader);
        }
        role.addListener(absence);
        leadership.role = role;
        storage = new Storage(
                config.nodeName(),
                FreeSpace.of(layout.directory()),
                config.storage(),
                new KeptHistory(log, archive, engine),
                status::status,
                poller::statuses,
                Clock.systemUTC());
    }

    private void startLog() {
        log.start(archive);
        logRuns = true;
    }

    private RoleParts parts(
            NodeConfig config,
            Membership membership,
            NodeId id,
            EngineSide with,
            HttpPeerClient peers,
            StateStore store,
            Clients clients) {
        return new RoleParts(
                id,
                with.engine(),
                log,
                this::startLog,
                archive,
                with.captures(),
                with.relay()::address,
                new Reseed(poller::statuses, peers),
                store,
                poller::statuses,
                clients,
                Optional.ofNullable(membership.adopted()),
                config.cluster().engineSyncs() ? "" : MachineBoot.id());
    }

    private static ScheduledExecutorService ownThread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private NettyLogTransport transport(NodeConfig config, Membership membership, NodeId id, Optional<NodeTls> tls) {
        return new NettyLogTransport(new NettyLogTransport.Settings(
                membership.clusterId(),
                id,
                new InetSocketAddress(
                        config.ports().bindAddress(), config.ports().raft()),
                peer -> directory
                        .member(peer)
                        .map(member -> InetSocketAddress.createUnresolved(member.host(), member.raftPort())),
                tls));
    }

    private static ReplicatedLog openLog(
            NodeConfig config, NodeLayout layout, Membership membership, NodeId id, NettyLogTransport transport)
            throws IOException {
        Files.createDirectories(layout.log());
        Duration leaderTimeout = config.cluster().leaderTimeout();
        return RaftReplicatedLog.open(
                LogSettings.of(membership.clusterId(), id, membership.ids())
                        .withTimes(leaderTimeout.dividedBy(HEARTBEATS_PER_TIMEOUT), leaderTimeout),
                layout.log(),
                transport);
    }

    /** From the log to the role. The role is there before the log starts. */
    private static final class Leadership implements LeadershipListener {
        private final Consumer<String> removed;
        private final Consumer<Throwable> failed;
        private volatile @Nullable Role role;

        Leadership(Consumer<String> removed, Consumer<Throwable> failed) {
            this.removed = removed;
            this.failed = failed;
        }

        private void tell(Consumer<Role> what) {
            Role told = role;
            if (told != null) {
                what.accept(told);
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
            if (cause instanceof RemovedException gone) {
                removed.accept(gone.why()); // the node stays up to say so
            } else {
                failed.accept(cause);
            }
        }
    }

    /** Starts the engine, the log and the role; returns at once. */
    void start() {
        poller.start(pollThread, POLL_PEERS);
        var unused = pollThread.scheduleWithFixedDelay(
                this::keepMembers, POLL_PEERS.toMillis(), POLL_PEERS.toMillis(), TimeUnit.MILLISECONDS);
        role.start();
        var unusedToo = storageThread.scheduleWithFixedDelay(
                () -> lookAtStorage(storage::look), 0, LOOK_AT_STORAGE.toMillis(), TimeUnit.MILLISECONDS);
        var unusedAsWell = storageThread.scheduleWithFixedDelay(
                () -> lookAtStorage(storage::watch), 0, WATCH_DISK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void lookAtStorage(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) { // the log is closing, or a file cannot be read: the next look may do better
            logger.warn("cannot clean up: {}", e.toString());
        }
    }

    private void keepMembers() {
        try {
            keeper.tick();
        } catch (RuntimeException e) {
            logger.warn("cannot look after the members: {}", e.toString());
        }
    }

    private void heard(PeerReport report) {
        keeper.heard(report);
    }

    MemberKeeper keeper() {
        return keeper;
    }

    Role role() {
        return role;
    }

    LogArchive archive() {
        return archive;
    }

    /** On the leader: the seq up to which everything is committed that was committed anywhere before this call. */
    CompletionStage<Long> readBarrier() {
        return log.readBarrier().thenCompose(archive::whenApplied).thenApply(applied -> archive.committed()
                .seq());
    }

    /** Empty on a witness. */
    Optional<EngineProcess> engine() {
        return side.map(EngineSide::engine);
    }

    /** Does not block. */
    NodeStatus status() {
        return status.status().with(storage.status());
    }

    /** Why this node, leading, must execute no more writes for now. Cheap. */
    Optional<String> writesRefused() {
        return storage.refusal();
    }

    WithoutLeader withoutLeader() {
        return withoutLeader;
    }

    List<PeerStatus> peers() {
        return poller.statuses();
    }

    /** With this one, in order of id. */
    List<Member> members() {
        return directory.members();
    }

    Optional<Member> member(NodeId id) {
        return directory.member(id);
    }

    Optional<CommitTimings> captureTimings() {
        return side.flatMap(with -> with.captures().timings());
    }

    LogTimings logTimings() {
        return log.timings();
    }

    /** A copy of the engine while it is whole. */
    Optional<SnapshotSource> snapshot() {
        return engine().filter(running -> role.view().readable())
                .map(running -> running.family().administer(running.access()).snapshotSource());
    }

    /** Hands over, stops the engine, then everything else. */
    @Override
    public void close() {
        role.close();
        poller.close();
        pollThread.shutdownNow();
        storageThread.shutdownNow();
        side.ifPresent(EngineSide::closeRelay);
        log.close();
        archive.close();
        side.ifPresent(EngineSide::close);
    }
}
