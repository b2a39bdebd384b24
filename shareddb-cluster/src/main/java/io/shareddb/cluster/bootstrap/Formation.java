package io.shareddb.cluster.bootstrap;

import io.shareddb.cluster.discovery.Discovery;
import io.shareddb.cluster.member.LocalNode;
import io.shareddb.cluster.member.Member;
import io.shareddb.cluster.member.Membership;
import io.shareddb.cluster.member.NodeKind;
import io.shareddb.cluster.member.StateStore;
import io.shareddb.cluster.peer.Failures;
import io.shareddb.cluster.peer.OperationClient;
import io.shareddb.cluster.peer.PeerClient;
import io.shareddb.cluster.peer.PeerReport;
import io.shareddb.replication.engine.FoundEngine;
import io.shareddb.replication.log.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes fresh nodes one cluster, and exactly one, whenever any of them stops and comes back. A fresh node that finds a cluster which formed
 * without it asks to be taken in ({@link Joining}).
 *
 * <ol>
 *   <li>Each node has its id on disk before it talks to anybody.
 *   <li>When as many fresh nodes as configured see each other, the one with the lowest id writes a plan (cluster id and members) to
 *       its disk, which is its own agreement, and proposes it to the others.
 *   <li>A node agrees to one plan in its life, and has it on disk before it says so.
 *   <li>The cluster is formed when <em>all</em> members have agreed; each sees that for itself, so nobody is needed for the last
 *       step. Only then do logs start, so no two clusters can share a node.
 * </ol>
 *
 * <p>{@link #look} and {@link #form} are for one thread; {@link #agree} is thread-safe.
 */
public final class Formation {
    private static final Logger log = LoggerFactory.getLogger(Formation.class);
    private static final Duration REMIND = Duration.ofSeconds(10);

    private final LocalNode local;
    private final Member own;
    private final FormationConfig config;
    private final PeerClient client;
    private final Supplier<String> newClusterId;
    private final OwnEngine engine;
    private final Joining joining;
    private final LookAround around;

    /**
     * Prepares; nobody is asked yet.
     *
     * @param own this node as the others are to reach it
     * @param newClusterId makes a random id
     * @param engine this node's
     * @param operations asks to be taken in where a cluster is there already
     * @param store remembers where its members are
     * @param beginning makes the log of a node that joins begin where the others' does
     */
    public Formation(
            LocalNode local,
            Member own,
            FormationConfig config,
            Discovery discovery,
            PeerClient client,
            Supplier<String> newClusterId,
            OwnEngine engine,
            OperationClient operations,
            StateStore store,
            LogBeginning beginning) {
        this.local = local;
        this.own = own;
        this.config = config;
        this.client = client;
        this.newClusterId = newClusterId;
        this.engine = engine;
        this.around = new LookAround(local, own, config.clusterName(), discovery, client, store);
        this.joining = new Joining(local, own, config.clusterName(), operations, store, beginning);
    }

    /**
     * Looks around until this node is a member; at once if it already was.
     *
     * @param waits hears what it waits for, at each look
     * @throws FormationException if it cannot become one without help
     */
    public Membership form(Consumer<String> waits) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        String said = "";
        long saidNanos = 0;
        while (true) {
            FormationStep step = look();
            if (step instanceof FormationStep.Formed formed) {
                return formed.membership();
            }
            if (step instanceof FormationStep.Refused refused) {
                throw new FormationException(refused.reason());
            }
            String reason = ((FormationStep.Waiting) step).reason();
            waits.accept(reason);
            if (!reason.equals(said) || System.nanoTime() - saidNanos > REMIND.toNanos()) {
                log.info("{} waits for its cluster: {}", own.id(), reason);
                said = reason;
                saidNanos = System.nanoTime();
            }
            never.await(config.period().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Answers a proposal.
     *
     * @return what this node has agreed to: {@code plan}, or an earlier one that it is bound by
     * @throws IllegalArgumentException if the plan is not for this node or not what it was configured for
     */
    public Membership agree(Membership plan) {
        if (!plan.clusterName().equals(config.clusterName())) {
            throw new IllegalArgumentException("plan: cluster '" + plan.clusterName() + "' (expected: '"
                    + config.clusterName() + "', CLUSTER_NAME of " + own.describe() + ")");
        }
        if (local.agreed().isEmpty() && plan.members().size() != config.clusterSize()) {
            throw new IllegalArgumentException("plan: " + plan.members().size() + " members (expected: "
                    + config.clusterSize() + ", CLUSTER_SIZE of " + own.describe() + ")");
        }
        if (local.agreed().isEmpty()) {
            candidate().check(plan);
        }
        Membership agreed = local.agree(plan);
        if (agreed.equals(plan)) {
            log.info("{} agreed to form {}", own.id(), plan.describe());
        }
        return agreed;
    }

    /** Asks everybody in sight once and takes the step that follows; blocks for as long as the slowest answer takes. */
    public FormationStep look() {
        Optional<Membership> formed = local.formed();
        if (formed.isPresent()) {
            return new FormationStep.Formed(formed.get());
        }
        Map<NodeId, PeerReport> peers = around.reports();
        Optional<Membership> agreed = local.agreed();
        if (agreed.isPresent() && local.returning()) {
            return comeBack(agreed.get(), peers);
        }
        return agreed.isPresent() ? complete(agreed.get(), peers) : begin(peers);
    }

    /** Nothing agreed to yet: propose if it is on this node to do so. */
    private FormationStep begin(Map<NodeId, PeerReport> peers) {
        List<Member> without = new ArrayList<>();
        for (PeerReport peer : peers.values()) {
            if (peer.agreed() != null
                    && peer.formed()
                    && peer.agreed().member(own.id()).isEmpty()) {
                without.add(peer.member());
            }
        }
        if (!without.isEmpty()) {
            return join(without);
        }
        if (!own.kind().votes()) {
            return new FormationStep.Waiting("a cluster to join: a replica forms none" + around.problemText());
        }
        for (PeerReport peer : peers.values()) {
            Membership plan = peer.agreed();
            if (plan == null && votes(peer) && peer.clusterSize() != config.clusterSize()) {
                return new FormationStep.Refused(
                        peer.member().describe() + " waits for CLUSTER_SIZE=" + peer.clusterSize()
                                + " nodes, this one for " + config.clusterSize() + " (expected: the same on all)");
            }
        }
        for (PeerReport peer : peers.values()) {
            Membership plan = peer.agreed();
            if (plan != null && plan.member(own.id()).isPresent()) { // its proposer may be down: any member can tell
                try {
                    return complete(agree(plan), peers);
                } catch (IllegalArgumentException e) {
                    return new FormationStep.Refused(peer.member().describe()
                            + " is in a formation that lists this node, but " + e.getMessage());
                }
            }
        }
        List<Member> fresh = new ArrayList<>();
        fresh.add(own);
        for (PeerReport peer : peers.values()) {
            if (peer.agreed() == null && votes(peer)) {
                fresh.add(peer.member());
            }
        }
        if (fresh.size() > config.clusterSize()) {
            return new FormationStep.Waiting("more fresh nodes than CLUSTER_SIZE=" + config.clusterSize() + ": "
                    + describe(fresh) + " (stop those that do not belong, or set CLUSTER_SIZE on all)");
        }
        if (fresh.size() == config.clusterSize()
                && fresh.stream().allMatch(member -> member.kind() == NodeKind.WITNESS)) {
            return new FormationStep.Waiting("a node with an engine: " + describe(fresh) + " are witnesses");
        }
        AdoptionChoice choice = AdoptionChoice.of(
                candidate(), peers.values().stream().filter(Formation::votes).toList());
        if (choice.conflict()) {
            engine.compare();
        }
        if (fresh.size() == config.clusterSize() && !choice.problem().isEmpty()) {
            return new FormationStep.Waiting(choice.problem());
        }
        boolean lowest = fresh.stream().allMatch(member -> own.id().compareTo(member.id()) <= 0);
        if (fresh.size() < config.clusterSize() || !lowest) {
            return new FormationStep.Waiting(waitingFor(peers, fresh));
        }
        Membership plan = local.agree(new Membership(
                newClusterId.get(),
                config.clusterName(),
                fresh,
                choice.adopted().orElse(null)));
        log.info("{} proposes to form {}", own.id(), plan.describe());
        return complete(plan, peers);
    }

    /** Its log is lost: it belongs to that cluster, and waits for as long as that cannot take it in. */
    private FormationStep comeBack(Membership cluster, Map<NodeId, PeerReport> peers) {
        List<Member> members = new ArrayList<>();
        for (PeerReport peer : peers.values()) {
            Membership theirs = peer.agreed();
            if (theirs != null && peer.formed() && theirs.continues(cluster.clusterId())) {
                members.add(peer.member());
            }
        }
        String why = local.former()
                .map(former -> " (it was " + former.id() + ": " + former.reason() + ")")
                .orElse("");
        return members.isEmpty()
                ? new FormationStep.Waiting("a member of " + cluster.clusterName() + ", to come back as a new one" + why
                        + around.problemText())
                : joining.join(members);
    }

    /** Whatever the engine holds would be replaced: so it must hold nothing. */
    private FormationStep join(List<Member> members) {
        Optional<FoundEngine> held = engine.found();
        if (held.isEmpty()) {
            return new FormationStep.Waiting("to know what its engine holds, before it joins " + describe(members));
        }
        return held.get().content().nothing()
                ? joining.join(members)
                : new FormationStep.Refused("the cluster of " + describe(members) + " formed without this node, "
                        + own.describe() + ", whose engine holds data that would be lost if it joined"
                        + " (start it with an empty engine)");
    }

    private static boolean votes(PeerReport peer) {
        return peer.member().kind().votes();
    }

    private AdoptionChoice.Candidate candidate() {
        return new AdoptionChoice.Candidate(own, engine.found().orElse(null), config.adopt());
    }

    /** A plan is agreed to: formed as soon as everybody else has agreed as well. */
    private FormationStep complete(Membership plan, Map<NodeId, PeerReport> peers) {
        List<String> missing = new ArrayList<>();
        boolean formedElsewhere = false;
        for (Member member : plan.members()) {
            if (member.id().equals(own.id())) {
                continue;
            }
            PeerReport peer = peers.get(member.id());
            Membership theirs = peer == null ? null : peer.agreed();
            if (peer != null && theirs == null) {
                theirs = propose(peer.member(), plan);
            }
            if (theirs == null) {
                missing.add(member.describe());
            } else if (!theirs.clusterId().equals(plan.clusterId())) {
                return new FormationStep.Waiting(
                        member.describe() + " agreed to another formation, " + theirs.describe()
                                + ", than this node, " + plan.describe()
                                + " (empty the data directories of all nodes that have no data and start again)");
            } else {
                formedElsewhere |= peer != null && peer.formed();
            }
        }
        if (!missing.isEmpty() && !formedElsewhere) {
            return new FormationStep.Waiting("agreement of " + String.join(", ", missing) + around.problemText());
        }
        local.markFormed(plan);
        log.info("{} is a member of {}", own.id(), plan.describe());
        return new FormationStep.Formed(plan);
    }

    /** Proposes and waits for the answer. @return what the peer has agreed to, null when that is not known */
    private @Nullable Membership propose(Member member, Membership plan) {
        try {
            return client.propose(member.api(), plan).toCompletableFuture().join();
        } catch (CompletionException e) {
            around.note(member.api(), Failures.cause(e));
            return null;
        }
    }

    private String waitingFor(Map<NodeId, PeerReport> peers, List<Member> fresh) {
        for (PeerReport peer : peers.values()) {
            Membership plan = peer.agreed();
            if (plan != null) {
                return "the proposal of " + plan.describe() + around.problemText();
            }
        }
        return fresh.size() < config.clusterSize()
                ? fresh.size() + " of " + config.clusterSize() + " nodes in sight: " + describe(fresh)
                        + around.problemText()
                : "the proposal of the lowest id of " + describe(fresh);
    }

    private static String describe(List<Member> members) {
        return String.join(", ", members.stream().map(Member::describe).toList());
    }
}
