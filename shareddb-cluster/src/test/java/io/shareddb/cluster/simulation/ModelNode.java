package io.shareddb.cluster.simulation;

import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.MemoryStateStore;
import io.shareddb.cluster.membership.MemberKeeper;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.PeerStatusPoller;
import io.shareddb.cluster.repair.LogReplacement;
import io.shareddb.cluster.repair.Reseed;
import io.shareddb.cluster.role.CaptureSession;
import io.shareddb.cluster.role.LeaderAbsence;
import io.shareddb.cluster.role.NodeRole;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.cluster.role.RoleParts;
import io.shareddb.cluster.role.RoleSettings;
import io.shareddb.cluster.role.RoleStatus;
import io.shareddb.cluster.role.RoleView;
import io.shareddb.cluster.role.WithoutLeader;
import io.shareddb.cluster.storage.NodeDisk;
import io.shareddb.cluster.storage.Storage;
import io.shareddb.cluster.storage.StorageLimits;
import io.shareddb.replication.archive.Committed;
import io.shareddb.replication.archive.LeadershipListener;
import io.shareddb.replication.archive.LogArchive;
import io.shareddb.replication.archive.TransactionCursor;
import io.shareddb.replication.archive.TransactionRecord;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EnginePosition;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.engine.mariadb.MariaDbFamily;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.raft.LogSettings;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.log.simulation.SimulatedNetwork;
import io.shareddb.replication.log.simulation.SimulatedTransport;
import io.shareddb.replication.log.simulation.VirtualTime;
import io.shareddb.replication.segment.MemoryDisk;
import io.shareddb.replication.snapshot.CopyForm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node through all lives of its operator and its engine: put together as a server does it, of real and simulated parts. */
final class ModelNode {
    private static final Duration POLL_PEERS = Duration.ofMillis(500);
    private static final Duration LOOK_AT_STORAGE = Duration.ofMillis(250);
    private static final Duration OBSERVE = Duration.ofMillis(20);

    /** What all nodes of a schedule share. */
    record World(
            Stage stage,
            VirtualTime time,
            SimulatedNetwork network,
            Random random,
            Ledger ledger,
            Path directory,
            Membership formation,
            SimulatedPeers.Directory peers,
            Consumer<String> trace,
            Shape shape) {}

    /** Sizes that differ from schedule to schedule. */
    record Shape(
            int segmentBytes,
            int markerEvery,
            long logBytes,
            long replayLimit,
            Optional<Duration> replaceAfter,
            ModelEngine.Kind engines) {}

    private final World world;
    private final MemoryStateStore store = new MemoryStateStore();
    private final ModelEngine engine;
    private Member own; // under another id once it has given up its log
    private MemoryDisk disk;
    private int boots = 1;
    private boolean removed;
    private @Nullable Running running;

    /** One of the formation, a founder, or one that has to be taken in first. */
    ModelNode(World world, Member own, boolean founder) {
        this.world = world;
        this.own = own;
        this.disk = new MemoryDisk("disk of " + own.id());
        store.write("node", "{\"id\":\"" + own.id() + "\"}"); // with the id that it is given here
        if (founder) {
            LocalNode local = LocalNode.open(store, own.name(), world.random());
            local.agree(world.formation());
            local.markFormed(world.formation());
        }
        Life none = new Life(world.stage(), world.time());
        none.end();
        this.engine =
                new ModelEngine(own.name(), none, world.random(), world.shape().engines());
    }

    NodeId id() {
        return own.id();
    }

    Member member() {
        return own;
    }

    MemoryDisk disk() {
        return disk;
    }

    MemoryStateStore store() {
        return store;
    }

    ModelEngine engine() {
        return engine;
    }

    /** The operator's process runs. */
    boolean isUp() {
        return running != null;
    }

    /** It has learnt that it is no member any more. */
    boolean wasRemoved() {
        return removed;
    }

    /** The log failed: only another process helps. */
    boolean hasFailed() {
        Running now = running;
        return now != null && now.failed;
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException(own.id() + " is down");
        }
        return now;
    }

    NodeRole role() {
        return running().role;
    }

    Optional<LogState> log() {
        Running now = running;
        return now == null || !now.logRuns ? Optional.empty() : Optional.of(now.log.state());
    }

    MemberKeeper keeper() {
        return running().keeper;
    }

    NodeState state() {
        Running now = running;
        return now == null || !now.joined()
                ? NodeState.STOPPED
                : now.role.view().state();
    }

    /** It does what a node is there for. */
    boolean serves() {
        Running now = running;
        if (now == null || !now.joined() || now.stopping) {
            return false;
        }
        RoleView view = now.role.view();
        return view.state() == NodeState.FOLLOWING || (view.state() == NodeState.LEADING && view.writable());
    }

    boolean write(List<String> keys) {
        Running now = running;
        return now != null && now.proxy.write(keys);
    }

    /** Something arrives at the operator's process. */
    void run(Runnable task) {
        Running now = running;
        if (now != null) {
            now.life.run(task);
        }
    }

    PeerReport report() {
        Running now = running();
        return new PeerReport(
                world.formation().clusterName(),
                3,
                own,
                now.joined() ? world.formation() : null,
                now.joined(),
                null,
                null,
                now.status.status(),
                now.keeper.members().orElse(null),
                now.directory.members());
    }

    /** Passed on, once, if another node leads. */
    CompletionStage<JoinResult> join(JoinRequest request) {
        Running now = running();
        Optional<Member> leader =
                now.role.view().leader().filter(node -> !node.equals(own.id())).flatMap(now.directory::member);
        return request.forwarded() || leader.isEmpty()
                ? now.keeper.join(request)
                : now.peers.join(leader.get().api(), request.passedOn());
    }

    void announced(Member member) {
        running().keeper.announced(member);
    }

    /** A process begins. */
    void start() {
        if (running != null) {
            throw new IllegalStateException(own.id() + " runs");
        }
        LocalNode local = LocalNode.open(store, own.name(), world.random());
        if (local.returning()) { // what an attempt to come back had begun is laid aside as well
            own = new Member(
                    local.id(), own.name(), own.host(), own.mysqlPort(), own.apiPort(), own.uiPort(), own.raftPort());
            disk = new MemoryDisk("disk of " + own.id());
        }
        world.trace().accept(own.id() + " starts");
        Running started = new Running(local);
        running = started;
        if (started.joined()) {
            started.begin();
        } else {
            started.askToBeTakenIn();
        }
    }

    /** The operator's process ends at this instant; its engine goes on. */
    void killOperator() {
        Running now = running;
        if (now != null) {
            world.trace().accept(own.id() + ": the operator ends");
            running = null;
            now.end();
            disk.kill();
        }
    }

    /** The machine ends at this instant. */
    void losePower(MemoryDisk.Tearing tearing) {
        world.trace().accept(own.id() + ": the power is lost");
        Running now = running;
        running = null;
        if (now != null) {
            now.end();
        }
        disk.crash(world.random(), tearing);
        engine.losePower();
        boots++;
    }

    /** Ends in order; then the process is gone. */
    void stop() {
        Running now = running;
        if (now != null && now.joined()) {
            world.trace().accept(own.id() + " is stopped");
            now.stopping = true;
            var unused = now.role.stop().thenRun(() -> {
                if (running == now) {
                    killOperator();
                }
            });
        }
    }

    /** Reads the whole history that it still has. */
    void checkArchive() {
        Running now = running();
        Committed end = now.archive.committed();
        long first = now.archive.firstSeq();
        if (first > end.seq()) {
            return;
        }
        try (TransactionCursor cursor = now.archive.read(first)) {
            for (long seq = first; seq <= end.seq(); seq++) {
                TransactionRecord record = cursor.next(Duration.ZERO);
                long expected = seq;
                world.ledger()
                        .check(
                                record != null && record.seq() == expected,
                                () -> own.id() + " cannot read seq " + expected + " of " + end.seq());
                if (record != null) {
                    now.seen(record);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts", e);
        }
    }

    String describe() {
        Running now = running;
        return own.id() + " "
                + (now == null
                        ? "down"
                        : now.joined()
                                ? now.role.view() + " " + log().orElse(null) + " "
                                        + now.replacement.status().orElse("")
                                : "joins")
                + " engine at " + engine.disk().position() + "/" + engine.disk().lastLogged();
    }

    /** What one process is made of. */
    private final class Running implements LeadershipListener {
        private final LocalNode local;
        private final Life life = new Life(world.stage(), world.time());
        private final SimulatedTransport transport =
                new SimulatedTransport(own.id(), world.network(), world.time(), life::run);
        private final SimulatedPeers peers = new SimulatedPeers(own.id(), life, world.network(), world.peers());
        private final RaftReplicatedLog log;
        private final LogArchive archive;
        private final MemberDirectory directory;
        private final PeerStatusPoller poller;
        private final MemberKeeper keeper;
        private final LogReplacement replacement;
        private final ModelProxy proxy;
        private final NodeRole role;
        private final RoleStatus status;
        private final Storage storage;
        private boolean logRuns;
        private boolean failed;
        private boolean stopping;
        private @Nullable TransactionCursor observed;

        Running(LocalNode local) {
            this.local = local;
            Membership formation = world.formation();
            Shape shape = world.shape();
            LogSettings settings = LogSettings.of(formation.clusterId(), own.id(), formation.ids())
                    .withSegmentBytes(shape.segmentBytes())
                    .withMarkerEvery(shape.markerEvery());
            log = new RaftReplicatedLog(settings, disk, transport, Runnable::run, world.random());
            archive = new LogArchive(
                    world.directory().resolve(own.id().value()), List.of(new MariaDbFamily()), log, this);
            directory = new MemberDirectory(formation, own, store);
            poller = new PeerStatusPoller(own.id(), directory, Set::of, peers, world.time()::nanos, this::heard);
            keeper = new MemberKeeper(
                    own,
                    formation,
                    log,
                    () -> logRuns ? Optional.of(log.state()) : Optional.empty(),
                    directory,
                    poller::statuses,
                    peers,
                    new MemberKeeper.Settings(formation.members().size(), shape.replaceAfter(), shape.logBytes() / 2),
                    Optional::empty,
                    why -> onFatal(new RemovedException(own.id(), why)));
            replacement = new LogReplacement(
                    local, poller::statuses, peers::remove, this::leaveLeadership, why -> beginAnew());
            proxy = new ModelProxy(own.id(), engine, archive, world.ledger(), life, world.random());
            RoleParts parts = new RoleParts(
                    own.id(),
                    engine,
                    log,
                    this::startLog,
                    archive,
                    (epoch, access, lost) -> connect(epoch, lost),
                    () -> new RelayAddress("127.0.0.1", 3399, new Credentials("relay", "secret")),
                    new Reseed(poller::statuses, () -> archive.firstSeq() - 1, this::copy),
                    store,
                    poller::statuses,
                    proxy,
                    Optional.empty(),
                    "boot-" + boots);
            role = new NodeRole(
                    parts, settings(shape.replayLimit()), new SimulatedRoleThread(life, world.time(), world.random()));
            LeaderAbsence absence = new LeaderAbsence(world.time()::nanos);
            role.addListener(absence);
            status = new RoleStatus(
                    role,
                    parts,
                    new WithoutLeader(own.id(), absence, Optional.empty(), keeper::members, poller::statuses));
            storage = new Storage(
                    own.name(),
                    () -> new NodeDisk.State(1L << 40, 1L << 40),
                    new StorageLimits(shape.logBytes(), Duration.ofDays(10_000), 1, 1),
                    new KeptHistory(log, archive),
                    status::status,
                    poller::statuses,
                    () -> Instant.ofEpochMilli(world.time().nanos() / 1_000_000));
        }

        private RoleSettings settings(long replayLimit) {
            RoleSettings usual = RoleSettings.defaults();
            return new RoleSettings(
                    usual.poll(),
                    usual.takeover(),
                    usual.open(),
                    usual.close(),
                    usual.drain(),
                    usual.transfer(),
                    usual.stop(),
                    usual.unresponsive(),
                    usual.silence(),
                    usual.firstBackOff(),
                    usual.maxBackOff(),
                    usual.patience(),
                    replayLimit);
        }

        boolean joined() {
            return local.formed().isPresent();
        }

        private void leaveLeadership() {
            if (role.view().writable()) {
                var unused = role.handOver(Optional.empty(), false);
            }
        }

        /** The process ends and is started again, under another id. */
        private void beginAnew() {
            world.trace().accept(own.id() + " begins anew: its log lacks what nobody keeps");
            world.time().after(0, () -> {
                if (running == this) {
                    killOperator();
                    start();
                }
            });
        }

        private void startLog() {
            try {
                if (local.logBegun()) {
                    log.mustExist();
                } else {
                    log.begin();
                    local.markLogBegun();
                }
                log.start(archive);
                logRuns = true;
            } catch (IOException e) {
                broke(e);
                throw new UncheckedIOException(e);
            } catch (RuntimeException e) {
                broke(e);
                throw e;
            }
        }

        private void broke(Throwable cause) {
            failed = true;
            world.ledger().check(isFault(cause), () -> own.id() + " failed: " + cause);
        }

        void begin() {
            ModelRelay relay = new ModelRelay(engine, archive, life, world.random());
            engine.administeredBy(life, relay::serve);
            proxy.serve(role);
            role.addListener(view -> world.trace().accept(own.id() + " " + view));
            role.start();
            life.after(Duration.ZERO, poller::poll);
            life.every(POLL_PEERS, () -> {
                poller.poll();
                keeper.tick();
                replacement.tick();
            });
            life.every(OBSERVE, this::observe);
            life.every(LOOK_AT_STORAGE, () -> {
                engine.tick();
                if (logRuns) {
                    storage.look();
                }
            });
        }

        void end() {
            proxy.die();
            life.end();
            transport.die();
            archive.close();
        }

        /** Reads what is new in the archive. */
        private void observe() {
            if (!logRuns || archive.committed().seq() == 0) {
                return;
            }
            try {
                TransactionCursor cursor = observed;
                if (cursor == null) {
                    cursor = archive.read(
                            Math.max(archive.firstSeq(), world.ledger().lastSeq() + 1));
                    observed = cursor;
                }
                for (TransactionRecord record = cursor.next(Duration.ZERO);
                        record != null;
                        record = cursor.next(Duration.ZERO)) {
                    seen(record);
                }
            } catch (IllegalStateException e) { // its log begins inside of a transaction that is not over
                observed = null;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts", e);
            }
        }

        /** Until one of the members does it. */
        void askToBeTakenIn() {
            for (Member member : directory.others(own.id())) {
                if (member.api().equals(own.api())) {
                    continue; // its former id
                }
                boolean empty = !local.returning();
                var unused = peers.join(member.api(), new JoinRequest("simulation", own, empty, false))
                        .thenAccept(this::takenIn);
            }
            life.after(Duration.ofMillis(700), () -> {
                if (!joined()) {
                    askToBeTakenIn();
                }
            });
        }

        private void takenIn(JoinResult result) {
            if (joined()) {
                return;
            }
            world.trace().accept(own.id() + " is taken in");
            JoinResult.Start start = result.start();
            if (start != null) {
                try {
                    RaftReplicatedLog.reset(
                            disk,
                            start.read().position(),
                            start.read().members(),
                            start.read().payload());
                } catch (IOException e) {
                    throw new IllegalStateException("cannot begin the log of " + own.id(), e);
                }
            }
            MemberDirectory.remember(store, result.members());
            local.markJoined(result.formation());
            life.after(
                    Duration.ZERO,
                    () -> { // with what is on disk now
                        if (running == this) {
                            end();
                            running = null;
                            start();
                        }
                    });
        }

        private CaptureSession connect(long epoch, Consumer<Throwable> lost) {
            Committed committed = archive.committed();
            EnginePosition base = committed.epoch() == 0 ? engine.state().applied() : committed.position();
            ModelCapture capture =
                    new ModelCapture(engine, log, archive, life, world.random(), own.id(), epoch, base, lost);
            capture.connect();
            return capture;
        }

        private InputStream copy(Member donor, CopyForm form) throws IOException {
            ModelNode peer = world.peers().at(donor.api());
            life.sleep(Duration.ofMillis(1 + world.random().nextInt(50)));
            if (peer == null || cut(peer) || !peer.isUp() || !peer.role().view().readable()) {
                throw new IOException("no copy from " + donor.name());
            }
            if (form == CopyForm.FILES && peer.engine.applier() == 0) {
                throw new IOException("the engine of " + donor.name() + " does not follow");
            }
            Running giving = peer.running();
            world.trace().accept(own.id() + " gets a copy from " + peer.id());
            return new CopyStream(
                    peer.engine.copy(),
                    life,
                    () -> !cut(peer) && !giving.life.isOver() && peer.engine.works(),
                    world.random());
        }

        private boolean cut(ModelNode peer) {
            return world.network().isCut(own.id(), peer.id()) || world.network().isCut(peer.id(), own.id());
        }

        private void seen(TransactionRecord record) {
            world.ledger().committed(own.id(), record.seq(), record.epoch(), ModelRelay.read(record));
        }

        private void heard(PeerReport report) {
            keeper.heard(report);
        }

        @Override
        public void onLeader(long term) {
            world.ledger().leader(term, own.id());
            role.leadership().onLeader(term);
        }

        @Override
        public void onNotLeader(long term) {
            role.leadership().onNotLeader(term);
        }

        @Override
        public void onLeaderChanged(Optional<NodeId> leader, long term) {
            leader.ifPresent(node -> world.ledger().leader(term, node));
            role.leadership().onLeaderChanged(leader, term);
        }

        @Override
        public void onReseedRequired(long firstAvailable) {
            role.leadership().onReseedRequired(firstAvailable);
            replacement.want("its log lacks entries that nobody keeps any more, up to " + (firstAvailable - 1));
        }

        @Override
        public void onFatal(Throwable cause) {
            world.trace().accept(own.id() + ": " + cause);
            if (cause instanceof RemovedException && replacement.wanted()) {
                replacement.removed();
            } else if (cause instanceof RemovedException) {
                removed = true;
            } else {
                broke(cause);
            }
            role.leadership().onFatal(cause);
        }
    }

    static boolean isFault(@Nullable Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof MemoryDisk.Fault) {
                return true;
            }
        }
        return false;
    }

    /** What storage may drop. */
    private record KeptHistory(RaftReplicatedLog log, LogArchive archive) implements Storage.History {
        @Override
        public List<LogSegment> segments() {
            return log.segments();
        }

        @Override
        public long indexBefore(long millis) {
            return archive.indexBefore(millis);
        }

        @Override
        public void release(long seq, long lastIndex) {
            archive.release(seq, lastIndex);
        }

        @Override
        public void trimEngine() {}
    }
}
