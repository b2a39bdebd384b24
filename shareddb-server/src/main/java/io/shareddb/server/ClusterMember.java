package io.shareddb.server;

import io.shareddb.api.cluster.HttpPeerClient;
import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.membership.MemberKeeper;
import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.NodeStatusSource;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.PeerStatusPoller;
import io.shareddb.cluster.repair.LogReplacement;
import io.shareddb.cluster.repair.Reseed;
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
import io.shareddb.cluster.role.WitnessRole;
import io.shareddb.cluster.storage.ProbedDisk;
import io.shareddb.cluster.storage.Storage;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.capture.CommitTimings;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.LogTimings;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.ReplicatedLog;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.log.transport.NettyLogTransport;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.FileCopies;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.replication.tls.NodeTls;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /** An engine replays so much in a few seconds. */
    private static final long SENT_LOG_BYTES = 64L << 20;

    private static final int HEARTBEATS_PER_TIMEOUT = 5;

    /** What is to be kept short is kept in smaller pieces. */
    private static final long SHORT_LOG = 1_000_000_000;

    private static final Duration TRY_TO_LEAVE = Duration.ofSeconds(10);
    private static final Duration TRY_DISK_AGAIN = Duration.ofSeconds(30);
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
    private final LogReplacement replacement;
    private long leftNanos = System.nanoTime() - TRY_TO_LEAVE.toNanos(); // the poll thread's
    private final NodeId own;
    private final FormerLog former;
    private final Consumer<Throwable> failed;
    private final WithoutLeader withoutLeader;
    private volatile boolean logRuns;
    private volatile boolean formerKept = true;
    private final KeptHistory history;
    private final Storage storage;
    private final ScheduledExecutorService storageThread;
    private final ProbedDisk disk;

    /**
     * Puts the parts together; nothing runs before {@link #start}.
     *
     * @param engine closed with this; empty for a witness
     * @param clients what sessions do at this engine
     * @param failed hears why the log cannot go on; on any thread, must not block
     */
    ClusterMember(
            NodeConfig config,
            Membership membership,
            Member own,
            LocalNode local,
            StateStore store,
            Discovery discovery,
            HttpPeerClient peers,
            Optional<NodeTls> tls,
            Optional<EngineProcess> engine,
            Clients clients,
            Consumer<Throwable> failed)
            throws IOException {
        NodeId id = own.id();
        this.own = id;
        this.failed = failed;
        NodeLayout layout = new NodeLayout(config.dataDirectory());
        directory = new MemberDirectory(membership, own, store);
        NettyLogTransport transport = transport(config, membership, id, tls);
        RaftReplicatedLog opened = openLog(config, layout, membership, id, transport);
        log = opened;
        replacement = new LogReplacement(local, this::peers, peers::remove, this::leaveLeadership, failed::accept);
        former = new FormerLog(layout);
        Leadership leadership = new Leadership(local, replacement, failed);
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
                        config.cluster().size(), config.cluster().replaceAfter(), SENT_LOG_BYTES),
                this::engineKind,
                why -> leadership.onFatal(new RemovedException(id, why)));
        pollThread = ownThread(config.nodeName() + "-peers");
        storageThread = ownThread(config.nodeName() + "-storage");
        Runnable startLog = () -> startLog(opened, local);
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
                    new WitnessRole.Parts(id, log, startLog, archive, poller::statuses),
                    RoleSettings.defaults(),
                    thread,
                    withoutLeader);
            role = witness;
            status = witness;
        } else {
            RoleParts parts = parts(config, membership, id, side.get(), startLog, peers, store, clients);
            NodeRole full = new NodeRole(parts, RoleSettings.defaults(), thread);
            role = full;
            status = new RoleStatus(full, parts, withoutLeader);
        }
        role.addListener(absence);
        leadership.role = role;
        history = new KeptHistory(config.nodeName(), log, archive, engine);
        disk = new ProbedDisk(layout.directory(), layout.diskProbe(), config.nodeName() + "-disk");
        storage = new Storage(
                config.nodeName(),
                disk,
                config.storage(),
                history,
                status::status,
                poller::statuses,
                Clock.systemUTC());
    }

    private RoleParts parts(
            NodeConfig config,
            Membership membership,
            NodeId id,
            EngineSide with,
            Runnable startLog,
            HttpPeerClient peers,
            StateStore store,
            Clients clients) {
        return new RoleParts(
                id,
                with.engine(),
                log,
                startLog,
                archive,
                with.captures(),
                with.relay()::address,
                new Reseed(poller::statuses, () -> archive.firstSeq() - 1, peers),
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

    /** A disk that does not let a log be opened may be well again later; what it has lost or damaged will not. */
    private void startLog(RaftReplicatedLog opened, LocalNode local) {
        try {
            if (local.logBegun()) {
                opened.mustExist();
            } else {
                opened.begin();
                local.markLogBegun();
            }
            opened.start(archive);
            logRuns = true;
        } catch (LogCorruptException e) {
            replacement.want(String.valueOf(e.getMessage()));
            throw e;
        } catch (IOException e) {
            throw failsSoon(new UncheckedIOException("the log cannot start: " + e.getMessage(), e));
        } catch (RuntimeException e) {
            throw failsSoon(e);
        }
    }

    /** The node says for a while what is wrong; then its process ends, to be started again. */
    private RuntimeException failsSoon(RuntimeException cause) {
        var unused = pollThread.schedule(() -> failed.accept(cause), TRY_DISK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        return cause;
    }

    private static RaftReplicatedLog openLog(
            NodeConfig config, NodeLayout layout, Membership membership, NodeId id, NettyLogTransport transport)
            throws IOException {
        Files.createDirectories(layout.log());
        Duration leaderTimeout = config.cluster().leaderTimeout();
        LogSettings usual = LogSettings.of(membership.clusterId(), id, membership.ids())
                .withTimes(leaderTimeout.dividedBy(HEARTBEATS_PER_TIMEOUT), leaderTimeout);
        LogSettings settings = config.storage().logBytes() >= SHORT_LOG
                ? usual
                : usual.withSegmentBytes(usual.segmentBytes() / 4).withMarkerEvery(usual.markerEvery() / 10);
        return RaftReplicatedLog.open(settings, layout.log(), transport);
    }

    /** From the log to the role. The role is there before the log starts. */
    private static final class Leadership implements LeadershipListener {
        private final LocalNode local;
        private final LogReplacement replacement;
        private final Consumer<Throwable> failed;
        private volatile @Nullable Role role;

        Leadership(LocalNode local, LogReplacement replacement, Consumer<Throwable> failed) {
            this.local = local;
            this.replacement = replacement;
            this.failed = failed;
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
            replacement.want("its log lacks entries that nobody keeps any more, up to " + (firstAvailable - 1));
        }

        @Override
        public void onDamaged(LogCorruptException cause) {
            replacement.want(String.valueOf(cause.getMessage()));
        }

        @Override
        public void onFatal(Throwable cause) {
            tell(told -> told.onFatal(cause));
            if (cause instanceof RemovedException gone) {
                removed(gone.why()); // the node stays up to say so
            } else if (cause instanceof LogCorruptException) {
                replacement.want(String.valueOf(cause.getMessage())); // and until it is replaced
            } else {
                failed.accept(cause);
            }
        }

        private void removed(String why) {
            if (replacement.wanted()) {
                replacement.removed();
            } else {
                local.markRemoved(why);
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
            replacement.tick();
            if (storage.yields() || (storage.wasFull() && history.engineIsStuck())) {
                leaveLeadership();
            }
            deleteFormer();
        } catch (RuntimeException | IOException e) {
            logger.warn("cannot look after the members: {}", e.toString());
        }
    }

    /** What the node had before it came back under another id is of no use once it serves again. */
    private void deleteFormer() throws IOException {
        if (formerKept
                && (role.view().readable() || side.isEmpty())
                && archive.committed().epoch() > 0) {
            former.delete();
            formerKept = false;
        }
    }

    /**
     * So that the others can do without this node, whose disk is nearly full; tried now and then, since there may be none that can lead. What
     * clients are at is cut off: it may be commits for which an engine waits for room.
     */
    private void leaveLeadership() {
        long now = System.nanoTime();
        if (role.view().writable() && now - leftNanos > TRY_TO_LEAVE.toNanos()) {
            leftNanos = now;
            role.handOver(Optional.empty(), true)
                    .whenComplete((leader, failure) -> logger.debug("{} leaves leadership: {}", own, failure));
        }
    }

    private void heard(PeerReport report) {
        keeper.heard(report);
    }

    private Optional<EngineKind> engineKind() {
        return Optional.ofNullable(roleStatus().engine()).map(EngineSummary::kind);
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
        NodeStatus now = roleStatus().with(storage.status());
        NodeStatus because = storage.trouble().map(now::because).orElse(now);
        return replacement.status().map(because::because).orElse(because);
    }

    /** Its role and its engine, without its disk. Cheap enough for each read. */
    NodeStatus roleStatus() {
        return status.status();
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

    NodeId own() {
        return own;
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

    /** A copy of the engine while it is whole. It breaks off when this node comes to lead, since its applier may have to wait for the copy. */
    Optional<SnapshotSource> snapshot(CopyForm form) {
        return engine().filter(running -> role.view().readable())
                .flatMap(running -> source(running, form))
                .map(source -> (out, progress) -> source.writeTo(out, done -> {
                    if (takesOver()) {
                        throw new EngineException(own + " gives no copy while it comes to lead");
                    }
                    progress.accept(done);
                }));
    }

    private static Optional<SnapshotSource> source(EngineProcess running, CopyForm form) {
        return switch (form) {
            case ROWS ->
                Optional.of(running.family().administer(running.access()).snapshotSource());
            case FILES -> running.files().map(FileCopies::source);
        };
    }

    private boolean takesOver() {
        RoleView view = role.view();
        return view.leader().filter(own::equals).isPresent() && !view.writable();
    }

    /** Hands over, stops the engine, then everything else. */
    @Override
    public void close() {
        role.close();
        poller.close();
        pollThread.shutdownNow();
        storageThread.shutdownNow();
        disk.close();
        history.close();
        side.ifPresent(EngineSide::closeRelay);
        log.close();
        archive.close();
        side.ifPresent(EngineSide::close);
    }
}
