package io.shareddb.cluster.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemoryStateStore;
import io.shareddb.cluster.peer.EngineSummary;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.repair.Reseed;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.RelayAddress;
import io.shareddb.replication.log.NodeId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node of three, with everything around it in the test's hands. */
final class RoleFixture {
    static final NodeId OWN = FakeLog.OWN;
    static final NodeId OTHER = new NodeId("b");
    static final Duration LONG = Duration.ofMinutes(2);

    final ManualThread thread = new ManualThread();
    final FakeArchive archive = new FakeArchive();
    final FakeLog log = new FakeLog();
    final FakeEngine engine = new FakeEngine(archive, thread);
    final MemoryStateStore store = new MemoryStateStore();
    final List<RoleView> views = new ArrayList<>();
    final List<PeerStatus> peers = new ArrayList<>();
    Clients.Work work = new Clients.Work(0, 0);
    Runnable onWork = () -> {};
    boolean logStarted;
    String boot = "";
    Optional<NodeId> adopted = Optional.empty();
    String snapshot = "";
    NodeRole role;

    RoleFixture() {
        engine.empty = false;
        role = newRole();
    }

    private final Clients clients = new Clients() {
        @Override
        public int writers() {
            return 0;
        }

        @Override
        public CompletionStage<Work> work() {
            onWork.run();
            return CompletableFuture.completedFuture(work);
        }
    };

    /** As after a restart of the operator: the same disk, everything else new. */
    NodeRole newRole() {
        thread.close(); // what the former role still had to do ends with its process
        RoleParts parts = new RoleParts(
                OWN,
                engine,
                log,
                () -> logStarted = true,
                archive,
                engine,
                () -> new RelayAddress("127.0.0.1", 3399, new Credentials("relay", "secret")),
                new Reseed(() -> peers, () -> 0, (donor, form) -> {
                    if (snapshot.isEmpty()) {
                        throw new IOException("none to give");
                    }
                    return new ByteArrayInputStream(snapshot.getBytes(StandardCharsets.UTF_8));
                }),
                store,
                () -> peers,
                clients,
                adopted,
                boot);
        role = new NodeRole(parts, RoleSettings.defaults(), thread);
        role.addListener(views::add);
        return role;
    }

    /** Another node that follows and can give copies. */
    void addDonor() {
        Member donor = new Member(OTHER, "node2", "127.0.0.1", 3308, 7072, 8009, 7082);
        NodeStatus status = new NodeStatus(NodeState.FOLLOWING, "", 1, null, false, true, 0, 0, 0, 1, null, null, null);
        peers.add(new PeerStatus(donor, true, status, Duration.ZERO, ""));
    }

    /** The other node says that it leads and what it knows to be committed. */
    void addLeader(long epoch, long committedSeq) {
        Member leader = new Member(OTHER, "node2", "127.0.0.1", 3308, 7072, 8009, 7082);
        NodeStatus status = new NodeStatus(
                NodeState.LEADING, "", epoch, OTHER, true, true, committedSeq, committedSeq, 0, 1, null, null, null);
        peers.add(new PeerStatus(leader, true, status, Duration.ZERO, ""));
    }

    /** Another node that follows, with an engine of that version. */
    void addFollower(String version) {
        Member follower = new Member(OTHER, "node2", "127.0.0.1", 3308, 7072, 8009, 7082);
        EngineSummary engine = new EngineSummary("MariaDB", version, 1, 3306);
        NodeStatus status =
                new NodeStatus(NodeState.FOLLOWING, "", 1, null, false, true, 0, 0, 0, 1, engine, null, null);
        peers.add(new PeerStatus(follower, true, status, Duration.ZERO, ""));
    }

    void start() {
        role.start();
        thread.pass(Duration.ofSeconds(1));
    }

    void elect(long term) {
        if (term < log.term) {
            return; // terms never go back
        }
        log.term = term;
        log.leader = Optional.of(OWN);
        role.leadership().onLeaderChanged(log.leader, term);
        role.leadership().onLeader(term);
    }

    /** Another node leads. */
    void depose(long newTerm) {
        long term = log.term;
        log.term = newTerm;
        log.leader = Optional.of(OTHER);
        role.leadership().onLeaderChanged(log.leader, newTerm);
        role.leadership().onNotLeader(term);
    }

    /** The log's leader steps down, and nobody else leads. */
    void losesMajority() {
        log.leader = Optional.empty();
        role.leadership().onLeaderChanged(log.leader, log.term);
        role.leadership().onNotLeader(log.term);
    }

    boolean leads() {
        return role.view().writable();
    }

    boolean follows() {
        return role.view().state() == NodeState.FOLLOWING && engine.following;
    }

    void awaitLeading() {
        assertThat(thread.passUntil(this::leads, LONG)).as(this::describe).isTrue();
        assertThat(engine.open).as(this::describe).isTrue();
        assertThat(engine.capturing).as(this::describe).isTrue();
        assertThat(role.view().state()).isEqualTo(NodeState.LEADING);
    }

    void awaitFollowing() {
        assertThat(thread.passUntil(this::follows, LONG)).as(this::describe).isTrue();
        assertThat(engine.open).as(this::describe).isFalse();
        assertThat(engine.capturing).as(this::describe).isFalse();
        assertThat(role.view().writable()).isFalse();
        assertThat(role.view().readable()).isTrue();
    }

    String describe() {
        return role.view() + " calls " + engine.calls + " transfers " + log.transfers;
    }
}
