package io.shareddb.cluster.membership;

import io.shareddb.cluster.bootstrap.EngineSeries;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.MemberDirectory;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.peer.Failures;
import io.shareddb.cluster.peer.JoinRequest;
import io.shareddb.cluster.peer.JoinResult;
import io.shareddb.cluster.peer.NodeStatus;
import io.shareddb.cluster.peer.OperationException;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.cluster.peer.PeerStatus;
import io.shareddb.cluster.role.NodeState;
import io.shareddb.replication.engine.EngineKind;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.AppendException;
import io.shareddb.replication.log.LogSegment;
import io.shareddb.replication.log.LogState;
import io.shareddb.replication.log.MemberChange;
import io.shareddb.replication.log.MemberChange.Kind;
import io.shareddb.replication.log.Members;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.ReplicatedLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes who belongs to the cluster, one change at a time, each an entry of the log. Thread-safe, but for {@link #tick}.
 *
 * <pre>
 * join      asked by a fresh node: learner; a member that had its address and does not answer is removed first
 * tick      on the leader: a learner that has caught up and whose engine follows votes from now on, unless it is a replica;
 *           a voter that has been silent for long is removed if enough are left without it
 * remove    asked by people
 * replace   asked by a node whose log cannot serve: it is removed, and joins again under another id
 * heard     on every node: the others have removed this one, or were recovered without it
 * </pre>
 *
 * <p>Nothing here remembers what it was at: what is to be done follows from the log's members, so any leader goes on where another one
 * stopped.
 */
public final class MemberKeeper {
    private static final Logger log = LoggerFactory.getLogger(MemberKeeper.class);

    /** Entries that a learner may lack when it becomes a voter; it has them a moment later. */
    private static final long NEARLY_CAUGHT_UP = 1_000;

    /**
     * What a cluster is to be like.
     *
     * @param size voters that a cluster keeps when silent ones are removed
     * @param replaceAfter silence after which a voter is removed; empty: never
     * @param sentLogBytes so much of old log, in bytes, is sent to a node whose engine is empty, to be replayed; beyond that its log begins at the
     *     present and its engine gets a copy, since the log would cost more than it helps
     */
    public record Settings(int size, Optional<Duration> replaceAfter, long sentLogBytes) {}

    private final Member own;
    private final Membership formation;
    private final ReplicatedLog replicated;
    private final Supplier<Optional<LogState>> state;
    private final MemberDirectory directory;
    private final Supplier<List<PeerStatus>> peers;
    private final PeerClient client;
    private final Settings settings;
    private final Supplier<Optional<EngineKind>> engine;
    private final Consumer<String> removed;
    private final AtomicBoolean changing = new AtomicBoolean();
    private volatile @Nullable Members decided; // the newest that another node knows to be committed

    /**
     * Prepares.
     *
     * @param state of the log; empty before it was started
     * @param peers what is known of the other members
     * @param engine this node's; empty before it was started
     * @param removed called with a reason when the others go on without this node, perhaps more than once
     */
    public MemberKeeper(
            Member own,
            Membership formation,
            ReplicatedLog replicated,
            Supplier<Optional<LogState>> state,
            MemberDirectory directory,
            Supplier<List<PeerStatus>> peers,
            PeerClient client,
            Settings settings,
            Supplier<Optional<EngineKind>> engine,
            Consumer<String> removed) {
        this.own = own;
        this.formation = formation;
        this.replicated = replicated;
        this.state = state;
        this.directory = directory;
        this.peers = peers;
        this.client = client;
        this.settings = settings;
        this.engine = engine;
        this.removed = removed;
    }

    /** Who belongs to the log, as far as this node knows that to be decided. */
    public Optional<Members> members() {
        return state.get().map(LogState::committedMembers);
    }

    private static OperationException refused(String why) {
        return new OperationException(why);
    }

    private Optional<LogState> leading() {
        return state.get()
                .filter(now ->
                        now.ready() && now.leader().filter(own.id()::equals).isPresent());
    }

    /** Takes a fresh node in. Fails with {@link OperationException}; the node asks again. */
    public CompletionStage<JoinResult> join(JoinRequest request) {
        Member joining = request.member();
        Optional<LogState> now = leading();
        if (!request.clusterName().equals(formation.clusterName())) {
            return CompletableFuture.failedFuture(refused("the cluster's name is '" + formation.clusterName()
                    + "', not '" + request.clusterName() + "' (see CLUSTER_NAME)"));
        }
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(refused(own.describe() + " does not lead"));
        }
        if (now.get().committedMembers().has(joining.id())) {
            directory.update(joining);
            return result(request);
        }
        return client.report(joining.api())
                .handle((report, failure) -> {
                    if (failure != null || !report.member().id().equals(joining.id())) {
                        throw refused("it does not answer at " + joining.api() + ", where it says that it is: "
                                + (failure == null
                                        ? "somebody else does"
                                        : Failures.cause(failure).getMessage())
                                + " (see ADVERTISE_HOST)");
                    }
                    checkEngine(report.found());
                    return report;
                })
                .thenCompose(report -> removePredecessor(joining))
                .thenCompose(done -> {
                    directory.expect(joining);
                    log.info("{} joins as {}", joining.describe(), joining.kind());
                    return change(Kind.ADD, joining.id());
                })
                .thenCompose(members -> result(request));
    }

    private void checkEngine(@Nullable FoundEngine joining) {
        engine.get()
                .flatMap(own -> Optional.ofNullable(joining)
                        .map(FoundEngine::kind)
                        .flatMap(kind -> EngineSeries.problem(own, kind)))
                .ifPresent(problem -> {
                    throw refused(problem);
                });
    }

    /** Where the log has lost its first entries, it begins for a new member where it does for this one; for an empty one, that is too much. */
    private CompletionStage<JoinResult> result(JoinRequest request) {
        List<Member> members = directory.members();
        boolean whole = state.get().filter(now -> now.firstIndex() <= 1).isPresent();
        if (request.empty() && (!whole || oldBytes() > settings.sentLogBytes())) {
            return replicated
                    .presentStart()
                    .thenApply(start -> new JoinResult(formation, members, JoinResult.Start.of(start)));
        }
        return whole
                ? CompletableFuture.completedFuture(new JoinResult(formation, members, null))
                : replicated
                        .newestStart()
                        .thenApply(start -> new JoinResult(
                                formation,
                                members,
                                JoinResult.Start.of(start.orElseThrow(
                                        () -> refused("the log has lost its first entries, but has no marker")))));
    }

    /** Of all files but the newest, which has room that is not used. */
    private long oldBytes() {
        List<LogSegment> files = replicated.segments();
        return files.stream()
                .limit(Math.max(0, files.size() - 1))
                .mapToLong(LogSegment::bytes)
                .sum();
    }

    /** Whoever had the same address and does not answer there any more: a disk that was lost took that id with it. */
    private CompletionStage<Void> removePredecessor(Member joining) {
        Members members = leading().map(LogState::committedMembers).orElseThrow(() -> refused("leadership was lost"));
        for (PeerStatus peer : peers.get()) {
            Member former = peer.member();
            if (former.api().equals(joining.api()) && !former.id().equals(joining.id()) && members.has(former.id())) {
                if (peer.reachable()) {
                    return CompletableFuture.failedFuture(
                            refused(former.describe() + " was there a moment ago; it is asked again"));
                }
                log.info("{} takes the place of {}, which is removed", joining.describe(), former.id());
                return change(Kind.REMOVE, former.id()).thenAccept(done -> {});
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Removes a node, on the leader; not the leader itself. Fails with {@link OperationException}.
     *
     * @param force also if too few of the others live, or have everything in their engines
     */
    public CompletionStage<Members> remove(NodeId node, boolean force) {
        return remove(node, force, true);
    }

    /** @param forGood its engine goes as well */
    private CompletionStage<Members> remove(NodeId node, boolean force, boolean forGood) {
        Optional<LogState> now = leading();
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(refused(own.describe() + " does not lead"));
        }
        Members members = now.get().committedMembers();
        if (!members.has(node)) {
            return CompletableFuture.completedFuture(members);
        }
        if (node.equals(own.id())) {
            return CompletableFuture.failedFuture(refused(node + " leads: another node has to lead first"));
        }
        if (members.votes(node) && !force && !enoughWithout(now.get(), node)) {
            return CompletableFuture.failedFuture(refused("without " + node + " only "
                    + living(now.get(), node) + " of " + (members.voters().size() - 1)
                    + " voters live (expected: more than half)"));
        }
        Optional<String> tooFew = forGood && !force ? tooFewEngines(node) : Optional.empty();
        if (tooFew.isPresent()) {
            return CompletableFuture.failedFuture(refused(tooFew.get()));
        }
        return change(Kind.REMOVE, node);
    }

    /**
     * Removes a node whose log cannot serve, on the leader, so that it can come back as another one. As a rule one at a time, since each is as
     * good as lost until then; where people have removed nodes for good there is nobody to wait for, so that it suffices that all others live,
     * of whom it takes two. Fails with {@link OperationException}.
     *
     * @param why for people
     */
    public CompletionStage<Members> replace(NodeId node, String why) {
        Optional<LogState> now = leading();
        Optional<Members> members = now.map(LogState::committedMembers);
        if (members.isPresent() && members.get().votes(node)) {
            int left = members.get().voters().size() - 1;
            long living = living(now.get(), node);
            if (left < settings.size() - 1 && (left < 2 || living < left)) {
                return CompletableFuture.failedFuture(refused("without " + node + " only " + left
                        + " voters are left, of which " + living + " live (expected: at least " + (settings.size() - 1)
                        + ", or two that all live; others have to vote first)"));
            }
            log.warn("{} is to be replaced: {}", node, why);
        }
        return remove(node, false, false);
    }

    /** Voters that answer and whose log can go on: those that lack what this node has dropped cannot acknowledge anything. */
    private long living(LogState now, NodeId without) {
        List<PeerStatus> statuses = peers.get();
        return now.committedMembers().voters().stream()
                .filter(voter -> !voter.equals(without))
                .filter(voter -> voter.equals(own.id())
                        || (now.matchIndex().getOrDefault(voter, 0L) >= now.firstIndex() - 1
                                && statuses.stream()
                                        .anyMatch(peer -> peer.reachable()
                                                && peer.member().id().equals(voter))))
                .count();
    }

    /** Why too much would depend on too few engines without {@code node}; empty if that is not so, or its own is no loss. */
    private Optional<String> tooFewEngines(NodeId node) {
        List<PeerStatus> statuses = peers.get();
        boolean counts =
                statuses.stream().anyMatch(peer -> peer.member().id().equals(node) && hasEngine(peer) && isWhole(peer));
        List<PeerStatus> left = statuses.stream()
                .filter(peer -> hasEngine(peer) && !peer.member().id().equals(node))
                .filter(peer ->
                        members().filter(now -> now.has(peer.member().id())).isPresent())
                .toList();
        List<String> lacking = left.stream()
                .filter(peer -> !peer.reachable() || !isWhole(peer))
                .map(peer -> peer.member().name())
                .toList();
        int engines = left.size() + 1;
        int whole = engines - lacking.size();
        return counts && whole * 2 <= engines
                ? Optional.of("without " + node + " only " + whole + " of " + engines + " engines "
                        + (whole == 1 ? "is" : "are") + " known to have everything (expected: more than half; wait for "
                        + String.join(", ", lacking) + ", or use force)")
                : Optional.empty();
    }

    private static boolean hasEngine(PeerStatus peer) {
        return peer.member().kind() != NodeKind.WITNESS;
    }

    private static boolean isWhole(PeerStatus peer) {
        NodeStatus status = peer.lastKnown();
        return status != null && status.state() == NodeState.FOLLOWING;
    }

    private boolean enoughWithout(LogState now, NodeId node) {
        return living(now, node) * 2 > now.committedMembers().voters().size() - 1;
    }

    private CompletionStage<Members> change(Kind kind, NodeId node) {
        Optional<LogState> now = leading();
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(refused(own.describe() + " does not lead"));
        }
        return replicated
                .change(new MemberChange(
                        kind, node, now.get().committedMembers().index()))
                .handle((members, failure) -> {
                    if (failure != null) {
                        Throwable cause = Failures.cause(failure);
                        throw cause instanceof AppendException || cause instanceof IllegalArgumentException
                                ? refused(String.valueOf(cause.getMessage()))
                                : new CompletionException(cause);
                    }
                    log.info(
                            "{} decided: {} {}; voters {} of {}",
                            own.id(),
                            kind,
                            node,
                            members.voters(),
                            members.all());
                    return members;
                });
    }

    /** Does what is due; now and then, on one thread. */
    public void tick() {
        Optional<LogState> now = state.get();
        now.map(LogState::members).map(this::newest).ifPresent(directory::follow);
        Optional<LogState> leading = leading();
        if (leading.isEmpty() || !leading.get().settled() || !changing.compareAndSet(false, true)) {
            return;
        }
        MemberChange due = due(leading.get());
        if (due == null) {
            changing.set(false);
            return;
        }
        change(due.kind(), due.node()).whenComplete((members, failure) -> {
            changing.set(false);
            if (failure != null) {
                log.info(
                        "{} {} is tried again: {}",
                        due.kind(),
                        due.node(),
                        Failures.cause(failure).getMessage());
            }
        });
    }

    /** A node whose log lags must find those who became members meanwhile: they may be the only ones who can help it. */
    private Members newest(Members mine) {
        Members theirs = decided;
        return theirs != null && theirs.index() > mine.index() && theirs.has(own.id()) ? theirs : mine;
    }

    private @Nullable MemberChange due(LogState now) {
        Members members = now.committedMembers();
        for (PeerStatus peer : peers.get()) {
            NodeId id = peer.member().id();
            if (members.has(id) && !members.votes(id) && hasCaughtUp(peer, now)) {
                return new MemberChange(Kind.PROMOTE, id, members.index());
            }
            if (members.votes(id) && isLost(peer, now)) {
                log.warn(
                        "{} has been silent for {}s and is removed",
                        peer.member().describe(),
                        peer.age().toSeconds());
                return new MemberChange(Kind.REMOVE, id, members.index());
            }
        }
        return null;
    }

    private static boolean hasCaughtUp(PeerStatus peer, LogState now) {
        long match = now.matchIndex().getOrDefault(peer.member().id(), 0L);
        return peer.member().kind().votes()
                && peer.reachable()
                && peer.lastKnown() != null
                && peer.lastKnown().state() == NodeState.FOLLOWING
                && now.commitIndex() - match <= NEARLY_CAUGHT_UP;
    }

    private boolean isLost(PeerStatus peer, LogState now) {
        return settings.replaceAfter().isPresent()
                && !peer.reachable()
                && peer.age().compareTo(settings.replaceAfter().get()) > 0
                && now.committedMembers().voters().size() > settings.size()
                && enoughWithout(now, peer.member().id())
                && tooFewEngines(peer.member().id()).isEmpty();
    }

    /** Another member of this cluster answered, or one of a cluster that goes on in its place. */
    public void heard(PeerReport report) {
        Membership agreed = report.agreed();
        if (agreed != null && agreed.replaces().contains(formation.clusterId())) {
            log.error(
                    "{} says that its cluster, {}, goes on for this one without this node",
                    report.member().describe(),
                    agreed.clusterId());
            removed.accept("was left behind: after the loss of a majority the cluster was recovered without it, says "
                    + report.member().describe() + ", so what it holds may differ");
            return;
        }
        Members theirs = report.log();
        Members before = decided;
        if (theirs != null && (before == null || theirs.index() > before.index())) {
            decided = theirs;
        }
        Members mine = members().orElse(null);
        if (theirs != null
                && mine != null
                && theirs.index() > mine.index()
                && mine.has(own.id())
                && !theirs.has(own.id())) {
            log.warn(
                    "{} says that this node was removed: members {}",
                    report.member().describe(),
                    theirs.all());
            removed.accept("was removed from the cluster");
        }
    }

    /** A node said where it is. */
    public void announced(Member member) {
        if (directory.update(member)) {
            log.info("{} moved: {}", member.id(), member);
        }
    }
}
